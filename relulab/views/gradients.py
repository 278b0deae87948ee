"""Size of the gradient in every layer, and how far each step really moved the weights."""

from collections.abc import Sequence

from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import Text, joined, telling, text
from relulab.training.telemetry import StepRecord
from relulab.views.layered import Quantity, silent
from relulab.views.parts import Curve, Reference, last_at, last_step
from relulab.views.room import Leaves, in_short, leaving

LOW, GOOD, HIGH = (
    threshold.value for threshold in (THRESHOLDS.update_low, THRESHOLDS.update_target, THRESHOLDS.update_high)
)
BEFORE = leaving(Leaves.CONDITION, text("before penalty and clipping"))
OVER = joined((text("Over the training batch of a step"), BEFORE), ", ")
SEVERAL_RUNS = joined([OVER, leaving(Leaves.USUAL, text("a line for each run"))], "; ")

GRADIENTS = Quantity(
    key="gradients",
    title=text("Gradients"),
    axis="gradient (RMS per weight)",
    kind=StepRecord,
    fields=("gradient_rms", "gradient_norm"),
    caption="Root mean square of dL/dW over the weights of a layer, on a logarithmic axis; of the training batch of a "
    "step, before penalty and clipping; {points:point|points}, geometric means of neighbouring ones.",
    logarithmic=True,
)

UPDATES = Quantity(
    key="updates",
    title=text("Size of the updates"),
    axis="log₁₀ ‖ΔW‖ / ‖W‖",
    kind=StepRecord,
    fields=("update_ratio",),
    caption=f"log₁₀(‖ΔW‖ / ‖W‖) of the actual steps, per layer; between −{-LOW:g} and −{-HIGH:g} (shaded) steps are "
    "usually of a good size; {points:point|points}, means of neighbouring ones.",
    references=(Reference(GOOD, text("good: −{size}", size=-GOOD)),),
    healthy=(LOW, HIGH),
)


def zero(curves: Sequence[Curve]) -> tuple[Reference, ...]:
    """The level of layers that got no gradient at some step: a logarithmic axis has none of its own."""
    found = any((curve.values == 0).any() for curve in curves)
    return (Reference(0.0, text("0: no gradient reaches this layer")),) if found else ()


def sample(curves: Sequence[Curve]) -> Text:
    """Over what gradients are measured, and which layers get none now; without curves only the first."""
    if not any(len(curve.steps) for curve in curves):  # of several runs one is left alone before it has learned
        return OVER
    points = leaving(Leaves.OFTEN, telling("measurements", text("points: {times:,}", times=len(curves[0].steps))))
    told = joined([OVER, joined([points, last_at(last_step(curves))], ", ")], " · ")
    layers = silent(curves)
    if not layers:
        return told
    which = text("Exactly 0: no gradient reaches {layers}", layers=joined(layers, ", "))
    how_many = text("Exactly 0: no gradient reaches {count:layer|layers}", count=len(layers))
    return joined([in_short(which, how_many), told], " · ")
