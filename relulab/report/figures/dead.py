"""The share of dead units in every layer over the steps."""

from matplotlib.axes import Axes

from relulab.formatting import percent
from relulab.report.figures import axes as drawn
from relulab.report.figures.layered import Quantity, kind_of
from relulab.report.figures.theme import Theme
from relulab.session.history import RunHistory
from relulab.training.telemetry import ProbeRecord


def _caption(history: RunHistory) -> str:
    return (
        "Dead: units that are 0 on every sample of the probe set (never active, where the activation only rests); "
        f"{history.info.probe_samples:,} training samples, dropout off; {history.rows(ProbeRecord):,} measurements."
    )


def _dress(axes: Axes, theme: Theme) -> None:
    drawn.in_percent(axes, axes.get_ylabel())


DEAD = kind_of(
    Quantity(
        key="dead",
        title="Dead units",
        axis="dead units",
        kind=ProbeRecord,
        fields=("dead", "never_active", "dormant", "saturated"),
        instead="never_active",
        caption=_caption,
        dress=_dress,
        factor=100.0,
        say=percent,
    )
)
