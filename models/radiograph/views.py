"""What the network sees of an image: the same numbers as src/sight/radiograph/view.rs computes.

An image is looked at twice: whole, and its central 70 %. Each view is squashed to SIDE x SIDE cells
by box average (a cell is the mean of the pixels it covers, fractions of pixels counted as such). Of
a large view, only every k-th row and column is taken, k = side of the view / MOST, rounded up.
"""

from functools import lru_cache

import numpy as np

SIDE = 96
MOST = 512
MARGIN = 0.15


@lru_cache(512)
def weights(length):
    """SIDE x length: the share that each pixel has in each cell."""
    edges = np.arange(SIDE + 1) * (length / SIDE)
    pixels = np.arange(length)
    low = np.maximum(edges[:-1, None], pixels[None])
    high = np.minimum(edges[1:, None], pixels[None] + 1)
    return (np.maximum(high - low, 0) * (SIDE / length)).astype(np.float32)


def squash(view):
    """H x W x 3 to SIDE x SIDE x 3, 0..255."""
    height, width = view.shape[:2]
    view = view[:: max(1, -(-height // MOST)), :: max(1, -(-width // MOST))]
    rows, columns = weights(view.shape[0]), weights(view.shape[1])
    planes = np.ascontiguousarray(view.transpose(2, 0, 1), np.float32)
    return (rows @ (planes @ columns.T)).transpose(1, 2, 0)


def centre(image):
    """The central part of an image."""
    height, width = image.shape[:2]
    top, left = int(height * MARGIN), int(width * MARGIN)
    return image[top : height - top, left : width - left]
