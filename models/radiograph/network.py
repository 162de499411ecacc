"""The network: five dense 3 x 3 convolutions, mean and greatest of each plane, one number a kind of
image; the score is how much likelier the kinds of radiographs are than the others."""

import torch
import torch.nn as nn


def block(before, after, stride):
    return nn.Sequential(nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True))


class Network(nn.Module):
    def __init__(self, kinds):
        super().__init__()
        self.blocks = nn.Sequential(block(3, 16, 2), block(16, 32, 2), block(32, 64, 2), block(64, 96, 2), block(96, 96, 1))
        self.drop = nn.Dropout(0.3)
        self.last = nn.Linear(192, kinds)

    def forward(self, x):
        x = self.blocks(x)
        return self.last(self.drop(torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)))


def score(kinds, is_radiograph):
    """Log of the odds: of all kinds of radiographs to all others."""
    return kinds[:, is_radiograph].logsumexp(1) - kinds[:, ~is_radiograph].logsumexp(1)
