"""Spoil a share of the training targets on purpose, to see a network learn by heart what is wrong."""

import numpy as np

from relulab.data.dataset import RawSplit


def with_label_noise(train: RawSplit, share: float, classes: int, generator: np.random.Generator) -> RawSplit:
    """``train`` with noisy targets.

    Classification: ``share`` of the samples, rounded, get one of the other classes, each equally likely.
    Regression: normal noise with ``share`` times the standard deviation of each target is added.
    """
    if share == 0.0:
        return train
    targets = train.targets.copy()
    if targets.ndim == 1:
        chosen = generator.permutation(len(targets))[: round(share * len(targets))]
        targets[chosen] = (targets[chosen] + generator.integers(1, classes, len(chosen))) % classes
    else:
        targets += (share * targets.std(axis=0) * generator.normal(size=targets.shape)).astype(np.float32)
    return RawSplit(train.inputs, targets)
