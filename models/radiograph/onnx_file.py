"""Trained networks to one ONNX file, batch normalisation folded into the convolutions; the score is
the mean of theirs."""

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

import views


def write(nets, path):
    """Each network with what says of the kinds that it tells apart which are of radiographs."""
    nodes, weights = [], []

    def keep(name, tensor):
        weights.append(numpy_helper.from_array(np.ascontiguousarray(tensor.detach().numpy().astype(np.float32)), name))
        return name

    def add(kind, inputs, output, **settings):
        nodes.append(helper.make_node(kind, inputs, [output], **settings))
        return output

    axis = "axis"
    weights.append(numpy_helper.from_array(np.array([1], np.int64), axis))
    totals = []
    for one, (net, is_radiograph) in enumerate(nets):
        sides = {"yes": torch.from_numpy(is_radiograph), "no": torch.from_numpy(~is_radiograph)}
        at = "view"
        for number, (conv, norm, _) in enumerate(net.blocks):
            name = f"{one}.{number}"
            factor = norm.weight / (norm.running_var + norm.eps).sqrt()
            kernel = keep(f"kernel{name}", conv.weight * factor[:, None, None, None])
            bias = keep(f"bias{name}", norm.bias - norm.running_mean * factor)
            at = add("Conv", [at, kernel, bias], f"conv{name}", kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=list(conv.stride))
            at = add("Relu", [at], f"relu{name}")
        mean, most = add("GlobalAveragePool", [at], f"mean{one}"), add("GlobalMaxPool", [at], f"most{one}")
        both = add("Flatten", [add("Concat", [mean, most], f"both{one}", axis=1)], f"flat{one}", axis=1)
        for side, kinds in sides.items():
            name = f"{side}{one}"
            rows = [both, keep(f"weight-{name}", net.last.weight[kinds]), keep(f"bias-{name}", net.last.bias[kinds])]
            odds = add("Exp", [add("Gemm", rows, f"kinds-{name}", transB=1)], f"odds-{name}")
            add("Log", [add("ReduceSum", [odds, axis], f"sum-{name}", keepdims=1)], name)
        totals.append(add("Sub", [f"yes{one}", f"no{one}"], f"score{one}"))
    total = totals[0]
    for one, other in enumerate(totals[1:]):
        total = add("Add", [total, other], f"total{one}")
    weights.append(numpy_helper.from_array(np.array(1 / len(nets), np.float32), "share"))
    add("Mul", [total, "share"], "score")
    graph = helper.make_graph(
        nodes, "radiograph",
        [helper.make_tensor_value_info("view", TensorProto.FLOAT, ["views", 3, views.SIDE, views.SIDE])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["views", 1])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
