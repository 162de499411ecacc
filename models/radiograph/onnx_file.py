"""A trained network to an ONNX file, batch normalisation folded into the convolutions."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import views


def write(net, path):
    nodes, weights = [], []

    def keep(name, tensor):
        weights.append(numpy_helper.from_array(np.ascontiguousarray(tensor.detach().numpy().astype(np.float32)), name))
        return name

    at = "view"
    for number, (conv, norm, _) in enumerate(net.blocks):
        factor = norm.weight / (norm.running_var + norm.eps).sqrt()
        kernel = keep(f"kernel{number}", conv.weight * factor[:, None, None, None])
        bias = keep(f"bias{number}", norm.bias - norm.running_mean * factor)
        stride = list(conv.stride)
        nodes.append(helper.make_node("Conv", [at, kernel, bias], [f"conv{number}"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=stride))
        nodes.append(helper.make_node("Relu", [f"conv{number}"], [f"relu{number}"]))
        at = f"relu{number}"
    nodes.append(helper.make_node("GlobalAveragePool", [at], ["mean"]))
    nodes.append(helper.make_node("GlobalMaxPool", [at], ["most"]))
    nodes.append(helper.make_node("Concat", ["mean", "most"], ["both"], axis=1))
    nodes.append(helper.make_node("Flatten", ["both"], ["flat"], axis=1))
    nodes.append(helper.make_node("Gemm", ["flat", keep("weight", net.last.weight), keep("bias", net.last.bias)], ["score"], transB=1))
    shape = ["views", 3, views.SIDE, views.SIDE]
    graph = helper.make_graph(
        nodes, "radiograph",
        [helper.make_tensor_value_info("view", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["views", 1])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
