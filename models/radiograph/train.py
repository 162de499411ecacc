"""Trains the recogniser of radiographs and writes it as ONNX; MODEL-CARD.md says how and what came of it.

    python train.py PACK --work FOLDER                  # all sources -> radiograph.onnx, samples.json
    python train.py PACK --work FOLDER --folds          # figures: each third of the sources left out
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import judging
import onnx_file
import pack as packs
import views
from network import Network

HERE = Path(__file__).parent
FOLDS = 3
BATCH = 64
COARSE = {"mednist_ct", "mednist_mr", "vtk_head"}
"""Sources of 64-pixel images: of less weight."""
STRESSED = {"chest": 1.5, "mri": 1.3}
"""Kinds that mail carries most often, and that have several sources."""


def fold_of(pack):
    """Sources of one kind are dealt out to the folds in turn; drawings are always trained on (-1)."""
    fold, seen = {}, {}
    for entry in sorted(pack.entries, key=lambda e: (e["is_radiograph"], e["kind"], e["source"])):
        if entry["source"] not in fold:
            number = seen.setdefault((entry["is_radiograph"], entry["kind"]), len(seen))
            fold[entry["source"]] = -1 if entry["kind"] == "drawn" else number % FOLDS
            seen[(entry["is_radiograph"], entry["kind"])] = number + 1
    return np.array([fold[s] for s in pack.of("source")])


def shares(pack, chosen):
    """How often each image is drawn: a source weighs the root of its size, the classes 45 to 55."""
    source, kind, positive = pack.of("source"), pack.of("kind"), pack.of("is_radiograph")
    share = np.zeros(len(source))
    for name in np.unique(source[chosen]):
        of = chosen & (source == name)
        share[of] = of.sum() ** -0.5 * (0.5 if name in COARSE else 1) * STRESSED.get(kind[of][0], 1)
    for side, weight in ((True, 0.45), (False, 0.55)):
        share[chosen & (positive == side)] *= weight / share[chosen & (positive == side)].sum()
    return share / share.sum()


def planes(x):
    """N x 3 x H x W of 0..255 to what views.planes gives."""
    luma = 0.299 * x[:, 0] + 0.587 * x[:, 1] + 0.114 * x[:, 2]
    return torch.stack([luma / 255 * 4 - 1.8, (x[:, 0] - luma) * (6 / 255), (x[:, 2] - luma) * (6 / 255)], 1)


def jitter(batch, dice):
    """Cuts views out of variants (N x CELLS x CELLS x 3), mirrors them, and moves their tone."""
    x, out = batch.permute(0, 3, 1, 2).contiguous(), []
    for group in x.split(len(x) // 4):
        most = group.shape[-1]
        high, wide = (int(v) for v in torch.randint(int(most * 0.84), most + 1, (2,), generator=dice))
        top = int(torch.randint(0, most - high + 1, (1,), generator=dice))
        left = int(torch.randint(0, most - wide + 1, (1,), generator=dice))
        out.append(F.interpolate(group[:, :, top : top + high, left : left + wide].float(), (views.SIDE, views.SIDE), mode="area"))
    x = planes(torch.cat(out))
    rand = lambda *shape: torch.rand(*shape, generator=dice)
    x = torch.where(rand(len(x), 1, 1, 1) < 0.5, x.flip(3), x)
    x[:, :1] = x[:, :1] * (0.85 + 0.3 * rand(len(x), 1, 1, 1)) + 0.5 * (rand(len(x), 1, 1, 1) - 0.5)
    return x


def fit(pack, rounds, chosen, epochs, seed, quiet=False):
    torch.manual_seed(seed)
    dice, rng = torch.Generator().manual_seed(seed), np.random.default_rng(seed)
    share = shares(pack, chosen)
    target = torch.from_numpy(pack.of("is_radiograph").astype(np.float32)) * 0.97 + 0.015
    net = Network().to(memory_format=torch.channels_last)
    kept = torch.optim.swa_utils.AveragedModel(net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.99), use_buffers=True)
    steps = 4096 // BATCH
    step = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=3e-2)
    plan = torch.optim.lr_scheduler.OneCycleLR(step, 3e-3, total_steps=epochs * steps, pct_start=0.2)
    begin = time.time()
    for epoch in range(epochs):
        net.train()
        total = 0.0
        for _ in range(steps):
            which = rng.choice(len(share), BATCH, p=share)
            turn = rounds[rng.integers(len(rounds))]
            x = jitter(torch.from_numpy(turn[which]), dice).contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16):
                said = net(x)
            loss = F.binary_cross_entropy_with_logits(said.float(), target[which])
            step.zero_grad()
            loss.backward()
            step.step()
            plan.step()
            kept.update_parameters(net)
            total += loss.item()
        if not quiet:
            print(f"epoch {epoch} loss {total / steps:.4f} {time.time() - begin:.0f} s", flush=True)
    return kept.module.eval()


def say(net, cells):
    """Scores of N x 2 x SIDE x SIDE x 3: whole, centre."""
    out = []
    with torch.no_grad():
        for start in range(0, len(cells), 256):
            part = torch.from_numpy(np.asarray(cells[start : start + 256]))
            flat = planes(part.reshape(-1, views.SIDE, views.SIDE, 3).permute(0, 3, 1, 2))
            out.append(net(flat.contiguous(memory_format=torch.channels_last)).reshape(-1, 2).numpy())
    return np.concatenate(out)


def all_cells(pack, work):
    file = work / "cells.npy"
    if not file.exists():
        np.save(file, np.stack([packs.cells(image) for image in pack.images]).astype(np.float16))
    return np.load(file)


def main():
    words = argparse.ArgumentParser()
    words.add_argument("pack")
    words.add_argument("--work", type=Path, required=True)
    words.add_argument("--folds", action="store_true")
    words.add_argument("--only", type=int, help="of the folds, this one")
    words.add_argument("--epochs", type=int, default=20)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--threads", type=int, default=1)
    words.add_argument("--rounds", type=int, default=packs.ROUNDS)
    words.add_argument("--strict", action="store_true", help="radiographs of licence class A alone")
    words = words.parse_args()
    torch.set_num_threads(words.threads)
    pack = packs.Pack(words.pack)
    fold, positive = fold_of(pack), pack.of("is_radiograph")
    chosen = np.ones(len(fold), bool)
    if words.strict:
        chosen &= ~positive | (pack.of("licence_class") == "A")
    rounds = packs.bank(pack, words.work, words.rounds)
    if words.folds:
        cells = all_cells(pack, words.work)
        for held in range(FOLDS) if words.only is None else [words.only]:
            net = fit(pack, rounds, chosen & (fold != held), words.epochs, words.seed)
            np.save(words.work / f"scores-{held}.npy", say(net, cells.astype(np.float32)))
            torch.save(net.state_dict(), words.work / f"net-{held}.pt")
            judging.brief(pack, fold == held, np.load(words.work / f"scores-{held}.npy"))
        return judging.report(pack, fold, words.work)
    net = fit(pack, rounds, chosen, words.epochs, words.seed)
    torch.save(net.state_dict(), words.work / "net.pt")
    onnx_file.write(net, HERE / "radiograph.onnx")
    (HERE / "samples.json").write_text(json.dumps(judging.samples(lambda c: say(net, c.astype(np.float32)))))


if __name__ == "__main__":
    main()
