"""Figures: recall at thresholds that were chosen on other sources than they are measured on."""

import numpy as np

import views

MAIL_LIKE = {"art", "chart", "document", "greyphoto", "greyportrait", "misc", "nightphoto", "photo", "product", "screenshot"}


CENTRE_LESS = 0.5


def total(scores):
    """Whole and centre to one score."""
    return np.maximum(scores[:, 0], scores[:, 1] - CENTRE_LESS)


def threshold(scores, share):
    """What at most this share of the scores passes."""
    order = np.sort(scores)[::-1]
    return order[min(int(len(order) * share), len(order) - 1)] + 1e-4


def rows(pack, held, score, cuts):
    kind, source, positive = pack.of("kind"), pack.of("source"), pack.of("is_radiograph")
    for side in (True, False):
        for name in sorted(set(kind[held & (positive == side)])):
            of = held & (positive == side) & (kind == name)
            print(f"  {'+' if side else '-'} {name:14} {of.sum():4}", *(f"{(score[of] > cut).mean():.3f}" for cut in cuts), end="  |")
            for s in sorted(set(source[of])):
                print(f" {s} {(of & (source == s)).sum()}:", "/".join(f"{(score[of & (source == s)] > cut).mean():.2f}" for cut in cuts), end="")
            print()


def brief(pack, held, scores):
    kind, positive = pack.of("kind"), pack.of("is_radiograph")
    mail = held & ~positive & np.isin(kind, list(MAIL_LIKE))
    for name, score in (("both", total(scores)), ("whole", scores[:, 0])):
        cuts = [threshold(score[mail], 0.01), threshold(score[mail], 0.001)]
        print(name, "cuts", *(f"{c:.2f}" for c in cuts), "mail-like", mail.sum())
        rows(pack, held, score, cuts)


def report(pack, fold, work):
    """Every image is scored by the network that never saw its source."""
    files = [work / f"scores-{k}.npy" for k in range(3)]
    every = np.stack([np.load(file) if file.exists() else np.full((len(fold), 2), np.nan) for file in files])
    held = np.isin(fold, [k for k, file in enumerate(files) if file.exists()])
    scores = every[np.maximum(fold, 0), np.arange(len(fold))]
    brief(pack, held, scores)
    score, source = total(scores), pack.of("source")
    kind, positive = pack.of("kind"), pack.of("is_radiograph")
    mail = held & ~positive & np.isin(kind, list(MAIL_LIKE))
    names = np.unique(source[mail])
    dice = np.random.default_rng(3)
    for share in (0.01, 0.001):
        found = {name: [] for name in ("false", "chest", "mri", "ct", "ultrasound", "bone")}
        for _ in range(300):
            half = dice.permutation(names)[: len(names) // 2]
            cut = threshold(score[mail & np.isin(source, half)], share)
            found["false"].append((score[mail & ~np.isin(source, half)] > cut).mean())
            for name in list(found)[1:]:
                found[name].append((score[held & positive & (kind == name)] > cut).mean())
        print(f"chosen on half of the sources, aim {share}:", *(f"{k} {np.mean(v):.4f} (p10 {np.quantile(v, .1):.3f} p90 {np.quantile(v, .9):.3f})" for k, v in found.items()))


def pictures():
    """Images by formula, which the test in Rust makes the same way."""
    y, x = np.mgrid[0:300, 0:260].astype(np.int64)
    ramp = np.stack([x * 255 // 259] * 3, -1)
    disc = np.stack([np.where((x - 130) ** 2 + (y - 150) ** 2 < 100 ** 2, 200 - (x - 130) ** 2 // 100, 4)] * 3, -1)
    weave = np.stack([(x * y) % 256, (x + 2 * y) % 256, (3 * x + y) % 256], -1)
    tall = np.stack([(y[:1] * 0 + x[:1]) % 200] * 3, -1).repeat(1100, 0)
    tall = (tall + np.arange(1100)[:, None, None] // 5) % 256
    small = np.stack([(x * 5 + y * 3) % 256] * 3, -1)[:70, :100]
    return {"ramp": ramp, "disc": disc, "weave": weave, "tall": tall, "small": small}


def samples(say):
    out = {}
    for name, image in pictures().items():
        image = image.astype(np.uint8)
        cells = np.stack([views.squash(image), views.squash(views.centre(image))])
        out[name] = [round(float(v), 4) for v in say(cells[None])[0]]
    return out
