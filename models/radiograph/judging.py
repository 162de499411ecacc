"""Figures: recall at thresholds that were chosen on other sources than they are measured on."""

import numpy as np

import views

MAIL_LIKE = {"art", "chart", "document", "greyphoto", "greyportrait", "misc", "nightphoto", "photo", "product", "screenshot"}

CENTRE_LESS = 0.5
NEUTRAL, MOST_FOR_TINT = 1.0, 2.0
FEW_LEVELS, PLAIN, MOSTLY_PAPER = 0.08, 0.95, 0.5
NOT_JUDGED = -99.0
AIMS = (0.01, 0.001)


def tint(cells):
    """Mean distance of colours from the mean colour of their brightness, as look.rs computes it."""
    colours = cells.reshape(-1, 3).astype(np.float32)
    luma = colours @ np.array([0.299, 0.587, 0.114], np.float32)
    step = np.clip(luma, 0, 255).astype(int) // 16
    count = np.maximum(np.bincount(step, minlength=16), 1)
    off = [plane - luma - (np.bincount(step, plane - luma, 16) / count)[step] for plane in (colours[:, 2], colours[:, 0])]
    return np.hypot(*off).mean()


def is_judged(cells):
    """Whether there is anything to look at in the whole view."""
    luma = (cells.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)).clip(0, 255).astype(int)
    count = np.bincount(luma.ravel(), minlength=256)
    levels = (count * 5000 > luma.size).mean()
    return levels >= FEW_LEVELS and count.max() <= PLAIN * luma.size and count[250:].max() <= MOSTLY_PAPER * luma.size


def total(scores, views):
    """Whole and centre to one score, the colours of the centre taken from it."""
    surer = np.maximum(scores[:, 0], scores[:, 1] - CENTRE_LESS)
    tints = np.array([tint(centre) for _, centre in views])
    judged = np.array([is_judged(whole) for whole, _ in views])
    return np.where(judged, surer - np.clip(tints - NEUTRAL, 0, MOST_FOR_TINT), NOT_JUDGED)


def threshold(scores, share):
    """What at most this share of the scores passes."""
    order = np.sort(scores)[::-1]
    return order[min(int(len(order) * share), len(order) - 1)] + 1e-4


def rows(pack, held, score, cuts):
    """Shares above the thresholds, by kind and source; `cuts` has a row for each image."""
    kind, source, positive = pack.of("kind"), pack.of("source"), pack.of("is_radiograph")
    passed = lambda of: " ".join(f"{share:.3f}" for share in (score[of, None] > cuts[of]).mean(0))
    for side in (True, False):
        for name in sorted(set(kind[held & (positive == side)])):
            of = held & (positive == side) & (kind == name)
            print(f"  {'+' if side else '-'} {name:14} {of.sum():4} {passed(of)}", end="  |")
            for s in sorted(set(source[of])):
                print(f" {s} {(of & (source == s)).sum()}: {passed(of & (source == s))}", end="")
            print()


def report(pack, fold, cells, work, seeds):
    """Every image is scored by the networks that never saw its source."""
    files = {k: [work / f"scores-{seed}-{k}.npy" for seed in seeds] for k in sorted(set(fold) - {-1})}
    folds = [k for k in files if all(file.exists() for file in files[k])]
    held, score = np.isin(fold, folds), np.full(len(fold), np.nan)
    for k in folds:
        of = fold == k
        score[of] = total(np.mean([np.load(file)[of] for file in files[k]], 0), cells[of])
    positive = pack.of("is_radiograph")
    mail = held & ~positive & np.isin(pack.of("kind"), list(MAIL_LIKE))
    own, carried = np.full((len(fold), 2), np.nan), np.full((len(fold), 2), np.nan)
    for k in folds:
        own[fold == k] = [threshold(score[mail & (fold == k)], aim) for aim in AIMS]
        carried[fold == k] = [threshold(score[mail & (fold != k)], aim) for aim in AIMS]
        print(f"fold {k}: mail-like {(mail & (fold == k)).sum()}, own thresholds {own[fold == k][0].round(2)}, of the others {carried[fold == k][0].round(2)}",
              f"false positives at those {(score[mail & (fold == k), None] > carried[mail & (fold == k)]).mean(0).round(4)}")
    every = np.full((len(fold), 2), [threshold(score[mail], aim) for aim in AIMS])
    for name, cuts in (("thresholds of the same fold", own), ("of the other folds", carried), (f"one for all: {every[0].round(2)}", every)):
        print(name, "- false positives of mail-like images", (score[mail, None] > cuts[mail]).mean(0).round(4))
        rows(pack, held, score, cuts)


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
