"""A table as samples: features as numbers, and one target."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.losses import Task
from relulab.data.dataset import Description

TRAIN_SHARE, VALIDATION_SHARE = 0.7, 0.1  # the rest is for testing
FLOAT32_MAX: Final = float(np.finfo(np.float32).max)


def divided(rows: int) -> tuple[int, int, int]:
    """How many of the rows are for training, validation and testing, where nobody says it."""
    train = max(1, round(TRAIN_SHARE * rows))
    validation = min(rows - train, round(VALIDATION_SHARE * rows))
    return train, validation, rows - train - validation


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """``features``: float64 (rows, columns), not a number for a gap. ``targets``: int64 (rows,) classes, or float32
    (rows, 1).

    ``words``: where a column of words stands as columns of 0 and 1, [first, behind the last).
    """

    features: NDArray[np.float64]
    targets: NDArray[Any]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]  # empty for a regression
    words: tuple[tuple[int, int], ...] = ()
    target_name: str = ""
    target_unit: str = ""

    @property
    def description(self) -> Description:
        """Shapes, names and sizes: 70 % for training, 10 % for validation, 20 % for testing."""
        rows = len(self.features)
        train, validation, test = divided(rows)
        return Description(
            Task.CLASSIFICATION if self.class_names else Task.REGRESSION,
            (self.features.shape[1],),
            len(self.class_names) or 1,
            class_names=self.class_names,
            feature_names=self.feature_names,
            train_size=train,
            validation_size=validation,
            test_size=test,
            available=rows,
            target_name=self.target_name,
            target_unit=self.target_unit,
        )
