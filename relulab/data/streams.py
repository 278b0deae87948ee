"""One data seed, several independent streams of random numbers: more label noise moves no point and no split."""

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What the random numbers are for."""

    GENERATION = 0
    DIVISION = 1
    LABEL_NOISE = 2
    TEST_GENERATION = 3


def generator_of(seed: int, stream: Stream) -> np.random.Generator:
    """The random numbers of ``stream`` for this data seed."""
    return np.random.default_rng([seed, stream])
