"""Size of the gradient in every layer, and how far each step really moved the weights."""

from matplotlib.axes import Axes

from relulab.report.figures import axes as drawn
from relulab.report.figures.layered import Quantity, kind_of
from relulab.report.figures.theme import Theme
from relulab.session.history import RunHistory
from relulab.text import text
from relulab.training.telemetry import StepRecord
from relulab.views.parts import Reference

HEALTHY_RATIO = (-4.0, -2.0)  # log10(||ΔW|| / ||W||)
TARGET_RATIO = -3.0


def _gradient_caption(history: RunHistory) -> str:
    points = history.rows(StepRecord)
    return (
        "Root mean square of dL/dW over the weights of a layer, on a logarithmic axis; of the training batch "
        f"of a step, before penalty and clipping; {points:,} points, geometric means of neighbouring ones."
    )


def _update_caption(history: RunHistory) -> str:
    points = history.rows(StepRecord)
    return (
        "log₁₀(‖ΔW‖ / ‖W‖) of the actual steps, per layer; between −4 and −2 (shaded) steps are usually of "
        f"a good size; {points:,} points, means of neighbouring ones."
    )


def _dress_gradients(axes: Axes, theme: Theme) -> None:
    drawn.logarithmic(axes)


def _dress_updates(axes: Axes, theme: Theme) -> None:
    axes.axhspan(*HEALTHY_RATIO, color=theme.muted, alpha=0.1, linewidth=0)
    drawn.guide(axes, Reference(TARGET_RATIO, text("good: −3")), theme)


GRADIENTS = kind_of(
    Quantity(
        key="gradients",
        title="Gradients",
        axis="gradient (RMS per weight)",
        kind=StepRecord,
        fields=("gradient_rms", "gradient_norm"),
        caption=_gradient_caption,
        dress=_dress_gradients,
        logarithmic=True,
    )
)

UPDATES = kind_of(
    Quantity(
        key="updates",
        title="Size of the updates",
        axis="log₁₀ ‖ΔW‖ / ‖W‖",
        kind=StepRecord,
        fields=("update_ratio",),
        caption=_update_caption,
        dress=_dress_updates,
    )
)
