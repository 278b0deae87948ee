"""Slopes multiply: what is said of slope × weights = gain of every layer, and of their product beside the gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relulab.catalog.activations import ACTIVATIONS
from relulab.text import Text, joined, text
from relulab.training.telemetry import RunStarted

if TYPE_CHECKING:
    from relulab.introspection.slopes import Slopes

TITLE = text("Slopes multiply")
EXPECTED, MEASURED = text("product of the gains"), text("measured gradient")
CAPTION = text(
    "How large a gradient is at the sums of each layer, as a share of that at the output: measured, and as the product "
    "of the gains from there on. Gain = root mean square of the slope f'(z) × how much longer the next weights make a "
    "gradient, ‖W‖ / √units."
)
OVER = text("Over {samples:,} training samples, dropout off.")
WHY_NONE = text("Slopes are multiplied along dense layers; this network has others, or none that is hidden.")
HEADINGS = (text("slope"), text("weights"), text("gain"), text("product"), text("measured"))


def slope_rows(found: Slopes) -> list[tuple[float, ...]]:
    """Of each hidden layer, input first: slope × weights = gain, the product from there on, the gradient."""
    return list(zip(found.slopes, found.weights, found.gains, found.products, found.measured, strict=True))


def slopes_alone(info: RunStarted, found: Slopes) -> Text:
    """What the slopes alone would leave of a gradient; with the most that they could where that shrinks."""
    told = {"layers": len(found.slopes), "product": float(np.prod(found.slopes))}
    greatest = {ACTIVATIONS[layer.activation].max_slope for layer in info.layout.layers[:-1]}
    words = text("The slopes alone, through {layers:layer|layers}, leave {product} of a gradient.", **told)
    most = max(greatest, default=1.0)
    if most >= 1.0 or not np.isfinite(most):
        return words
    bound = text("No slope is above {most}: through {layers:layer|layers} they leave at most {bound}.",
                 most=most, bound=most ** len(found.slopes), **told)  # fmt: skip
    return joined((words, bound), " ")
