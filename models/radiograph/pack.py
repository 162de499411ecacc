"""The labelled images, the drawings beside them, and variants of both, kept on disk between runs."""

import hashlib
import json
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from PIL import Image

import drawings
import variants
import views

DRAWINGS = 700
ROUNDS = 3
PROCESSES = 2


class Pack:
    """Images with what is known of each: `is_radiograph`, `source`, `kind`, `split`, `licence_class`."""

    def __init__(self, folder):
        self.images, self.entries = [], []
        for row in (Path(folder) / "labels.jsonl").read_text().splitlines():
            entry = json.loads(row)
            self.images.append(np.asarray(Image.open(Path(folder) / entry["file"]).convert("RGB")))
            self.entries.append({k: entry[k] for k in ("file", "source", "kind", "split", "licence_class")} | {"is_radiograph": bool(entry["y"])})
        for kind, image in drawings.draw(DRAWINGS, seed=11):
            self.images.append(image)
            source = "drawn-" + kind
            self.entries.append({"file": "", "source": source, "kind": "drawn", "split": "train", "licence_class": "A", "is_radiograph": False})

    def of(self, key):
        return np.array([entry[key] for entry in self.entries])


def cells(image):
    """Both views of an image as it is."""
    return np.stack([views.squash(image), views.squash(views.centre(image))])


def vary(job):
    image, is_radiograph, seed = job
    rng = np.random.default_rng(seed)
    return variants.variant(image, is_radiograph, rng).transpose(2, 0, 1)


def bank(pack, folder):
    """ROUNDS x images x 3 x CELLS x CELLS, each round made once."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    code = "".join((Path(__file__).parent / name).read_text() for name in ("variants.py", "drawings.py"))
    mark = hashlib.sha256(code.encode()).hexdigest()[:8]
    out = []
    with Pool(PROCESSES) as pool:
        for turn in range(ROUNDS):
            file = folder / f"variants-{mark}-{turn}.npy"
            if not file.exists():
                jobs = ((image, entry["is_radiograph"], [5, turn, i]) for i, (image, entry) in enumerate(zip(pack.images, pack.entries)))
                np.save(file, np.stack(list(pool.imap(vary, jobs, chunksize=32))))
                print("made", file.name, flush=True)
            out.append(np.load(file, mmap_mode="r"))
    return out
