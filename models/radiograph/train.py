"""Trains the recogniser of radiographs and writes it as ONNX; MODEL-CARD.md says how and what came of it.

    python train.py PACK --work FOLDER                  # all sources -> radiograph.onnx, samples.json
    python train.py PACK --work FOLDER --folds          # figures: each third of the sources left out

What is trained is an average of networks, which all tell kinds apart, and half of them with `blend`:
alike networks err alike.
"""

import argparse
import json
import time
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import judging
import onnx_file
import pack as packs
import views
from network import Network, score
from planes import planes

HERE = Path(__file__).parent
FOLDS = 3
BATCH = 64
EPOCHS = 8
SEEDS = [1, 2, 4, 5, 7, 8]
KIND_COUNTS = 0.3
"""The weight of telling kinds apart beside telling radiographs from the rest."""
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


class Kinds:
    """What a network tells apart: the kinds of the pack, and of drawings each kind of drawing."""

    def __init__(self, pack):
        told = [(e["is_radiograph"], e["source"] if e["kind"] == "drawn" else e["kind"]) for e in pack.entries]
        self.names = sorted(set(told))
        self.number = torch.tensor([self.names.index(one) for one in told])
        self.is_radiograph = np.array([positive for positive, _ in self.names])

    def score(self, said):
        return score(said, torch.from_numpy(self.is_radiograph))


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


@lru_cache(256)
def cells_of(length):
    return torch.from_numpy(views.weights(length))


def jitter(batch, dice):
    """Cuts views out of variants (N x 3 x CELLS x CELLS), mirrors them, and moves their tone."""
    out = []
    for group in batch.split(len(batch) // 4):
        most = group.shape[-1]
        high, wide = (int(v) for v in torch.randint(int(most * 0.84), most + 1, (2,), generator=dice))
        top = int(torch.randint(0, most - high + 1, (1,), generator=dice))
        left = int(torch.randint(0, most - wide + 1, (1,), generator=dice))
        cut = group[:, :, top : top + high, left : left + wide].float()
        out.append(cells_of(high) @ (cut @ cells_of(wide).T))
    x = planes(torch.cat(out))
    rand = lambda *shape: torch.rand(*shape, generator=dice)
    x = torch.where(rand(len(x), 1, 1, 1) < 0.5, x.flip(3), x)
    x[:, :1] = x[:, :1] * (0.85 + 0.3 * rand(len(x), 1, 1, 1)) + 0.5 * (rand(len(x), 1, 1, 1) - 0.5)
    return x


def blend(rng, seed):
    """Seeds 1, 4, 7: of every second batch each image is laid over another one, and counts as both."""
    if seed % 3 == 1 and rng.random() < 0.5:
        return float(rng.beta(0.4, 0.4)), torch.from_numpy(rng.permutation(BATCH))
    return 1.0, torch.arange(BATCH)


def fit(pack, rounds, chosen, epochs, seed):
    torch.manual_seed(seed)
    dice, rng = torch.Generator().manual_seed(seed), np.random.default_rng(seed)
    share, kinds = shares(pack, chosen), Kinds(pack)
    target = torch.from_numpy(pack.of("is_radiograph").astype(np.float32)) * 0.97 + 0.015
    net = Network(len(kinds.names)).to(memory_format=torch.channels_last)
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
            x = jitter(torch.from_numpy(turn[which]), dice)
            part, other = blend(rng, seed)
            x = (part * x + (1 - part) * x[other]).contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16):
                said = net(x)
            said = said.float()
            goal, number = target[which], kinds.number[which]
            loss = F.binary_cross_entropy_with_logits(kinds.score(said), part * goal + (1 - part) * goal[other])
            for share_of, sort in ((part, number), (1 - part, number[other])):
                loss = loss + KIND_COUNTS * share_of * F.cross_entropy(said, sort, label_smoothing=0.05)
            step.zero_grad()
            loss.backward()
            step.step()
            plan.step()
            kept.update_parameters(net)
            total += loss.item()
    print(f"seed {seed} loss {total / steps:.4f} {time.time() - begin:.0f} s", flush=True)
    return kept.module.eval()


def say(net, kinds, cells):
    """Scores of N x 2 x SIDE x SIDE x 3: whole, centre; each the mean of it and of its mirror image."""
    out = []
    with torch.no_grad():
        for start in range(0, len(cells), 256):
            part = torch.from_numpy(np.asarray(cells[start : start + 256], np.float32))
            flat = planes(part.reshape(-1, views.SIDE, views.SIDE, 3).permute(0, 3, 1, 2))
            sides = [net(side.contiguous(memory_format=torch.channels_last)) for side in (flat, flat.flip(3))]
            out.append((sum(kinds.score(said) for said in sides) / 2).reshape(-1, 2).numpy())
    return np.concatenate(out)


def all_cells(pack, work):
    file = work / "cells.npy"
    if not file.exists():
        np.save(file, np.stack([packs.cells(image) for image in pack.images]).astype(np.float16))
    return np.load(file, mmap_mode="r")


def main():
    words = argparse.ArgumentParser()
    words.add_argument("pack")
    words.add_argument("--work", type=Path, required=True)
    words.add_argument("--folds", action="store_true")
    words.add_argument("--epochs", type=int, default=EPOCHS)
    words.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    words.add_argument("--only", type=int, nargs="+", default=range(FOLDS), help="of the folds, these")
    words.add_argument("--strict", action="store_true", help="radiographs of licence class A alone")
    words = words.parse_args()
    torch.set_num_threads(1)
    pack = packs.Pack(words.pack)
    fold, positive = fold_of(pack), pack.of("is_radiograph")
    chosen = np.ones(len(fold), bool)
    if words.strict:
        chosen &= ~positive | (pack.of("licence_class") == "A")
    rounds = packs.bank(pack, words.work)
    if words.folds:
        cells = all_cells(pack, words.work)
        for seed in words.seeds:
            for held in words.only:
                file = words.work / f"scores-{seed}-{held}.npy"
                if not file.exists():
                    np.save(file, say(fit(pack, rounds, chosen & (fold != held), words.epochs, seed), Kinds(pack), cells))
        return judging.report(pack, fold, cells, words.work, words.seeds)
    nets = []
    for seed in words.seeds:
        file, kinds = words.work / f"net-{seed}.pt", Kinds(pack)
        if not file.exists():
            torch.save(fit(pack, rounds, chosen, words.epochs, seed).state_dict(), file)
        net = Network(len(kinds.names))
        net.load_state_dict(torch.load(file))
        nets.append((net.eval(), kinds))
    onnx_file.write([(net, kinds.is_radiograph) for net, kinds in nets], HERE / "radiograph.onnx")
    score_all = lambda cells: np.mean([say(net, kinds, cells) for net, kinds in nets], 0)
    (HERE / "samples.json").write_text(json.dumps(judging.samples(score_all)))


if __name__ == "__main__":
    main()
