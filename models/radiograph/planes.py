"""What the networks take of the cells of a view: brightness against its surround, and colours without
their cast; the same numbers as src/sight/radiograph/contrast.rs and view.rs compute."""

import torch

import views

REACH = 7
"""Cells on each side that a mean takes in: twice the mean of 15 x 15 cells is the surround."""
EVEN = 0.03
"""What is even, down to so small a deviation, stays so: noise and JPEG blocks are no contrast."""

STEP = 16
"""Levels of brightness, of 256, that share one cast."""


def twice_the_mean():
    """SIDE x SIDE: the share of each cell of a line in the surround of each; the cells at the edges
    count as going on."""
    once = torch.zeros(views.SIDE, views.SIDE)
    for cell in range(views.SIDE):
        for near in range(cell - REACH, cell + REACH + 1):
            once[cell, min(max(near, 0), views.SIDE - 1)] += 1 / (2 * REACH + 1)
    return once @ once


SHARES = twice_the_mean()


def surround(cells):
    return SHARES @ cells @ SHARES.T


def against_surround(luma):
    """Each cell less the mean of its surround, in standard deviations of its surround: an exposure, a
    window or a dull print changes that least."""
    off = luma - surround(luma)
    return off / (surround(off * off).clamp(min=0).sqrt() + EVEN)


def without_cast(luma, colour):
    """Less the mean of the cells that are about as bright: sepia prints and blue films are grey so."""
    level = (luma * (255 / STEP)).clamp(0, 255 // STEP).long().flatten(1)
    colour = colour.flatten(1)
    empty = torch.zeros(len(luma), 256 // STEP)
    count = empty.scatter_add(1, level, torch.ones_like(colour)).clamp(min=1)
    mean = empty.scatter_add(1, level, colour) / count
    return (colour - mean.gather(1, level)).view_as(luma)


def planes(x):
    """N x 3 x SIDE x SIDE of 0..255 to brightness against its surround, red and blue less brightness
    without their cast."""
    x = x / 255
    luma = 0.299 * x[:, :1] + 0.587 * x[:, 1:2] + 0.114 * x[:, 2:]
    colours = [without_cast(luma, (x[:, at : at + 1] - luma) * 6) for at in (0, 2)]
    return torch.cat([against_surround(luma), *colours], 1)
