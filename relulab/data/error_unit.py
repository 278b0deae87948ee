"""What a loss of standardized target numbers means in the unit that the data have: dollars, not 0.31."""

import math
from dataclasses import dataclass

from relulab.data.dataset import Dataset
from relulab.formatting import rounded

SQUARED = "mse"  # the loss whose root has the unit of the targets


@dataclass(frozen=True, slots=True)
class ErrorUnit:
    """The unit of an error: ``scale`` of the targets, and its ``name``, empty where the data do not say it.

    Of a ``squared`` loss the error is the root of the mean, of others their mean.
    """

    squared: bool
    scale: float
    name: str

    def error(self, loss: float) -> float:
        """How far outputs with this mean loss are off; NaN where that cannot be said."""
        return (math.sqrt(loss) if self.squared else loss) * self.scale if loss >= 0.0 else math.nan

    def written(self, loss: float) -> str:
        """``12,400 dollars``."""
        return f"{rounded(self.error(loss))} {self.name}".strip()


def error_unit(loss: str, dataset: Dataset) -> ErrorUnit | None:
    """The unit of the errors of a network with this loss; None where its losses are those of the data already."""
    if not dataset.scales_targets or len(dataset.target_scale) != 1:
        return None
    return ErrorUnit(loss == SQUARED, float(dataset.target_scale[0]), dataset.description.target_unit)
