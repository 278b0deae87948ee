"""A run's history as TensorBoard's event files."""

import math
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from relulab.export.csv_tables import HISTOGRAMS
from relulab.export.export_input import ExportInput, MissingExtraError, make_folder
from relulab.measurements.registry import PROBE, STEP
from relulab.model.layout import Layout
from relulab.session.history import RunHistory
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, StepRecord

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

# record -> its fields of one number, and those of one number per layer, with the names of their charts
SCALARS: dict[type, dict[str, str]] = {
    StepRecord: {"loss": "loss/training", "accuracy": "accuracy/training", "learning_rate": "learning rate"},
    EvaluationRecord: {"loss": "loss/validation", "accuracy": "accuracy/validation"},
}
PER_LAYER: dict[type, dict[str, str]] = {
    kind: {key: entry.title for key, entry in entries.items() if entry.per_layer}
    for kind, entries in ((StepRecord, STEP), (ProbeRecord, PROBE))
}


def write_tensorboard(given: ExportInput, path: Path) -> None:
    """Write event files into the folder ``path``: losses, accuracies, gradients, dead units, histograms.

    Raises MissingExtraError where the extra "tensorboard" is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the package's own age
            from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise MissingExtraError("TensorBoard's event files", "tensorboard", error) from None
    history = given.needed_history()
    make_folder(path)
    with SummaryWriter(str(path)) as writer:
        writer.add_text("experiment", f"```\n{given.spec.to_json()}\n```")
        _scalars(writer, history)
        _layers(writer, history)
        _histograms(writer, history)


def _scalars(writer: "SummaryWriter", history: RunHistory) -> None:
    for kind, charts in SCALARS.items():
        for field, chart in charts.items():
            for step, value in zip(*history.columns(kind, "step", field), strict=True):
                _add(writer, chart, value, step)


def _layers(writer: "SummaryWriter", history: RunHistory) -> None:
    for kind, charts in PER_LAYER.items():
        for field, chart in charts.items():
            for step, values in zip(*history.columns(kind, "step", field), strict=True):
                for name, value in zip(_names(history.info.layout), values, strict=True):
                    _add(writer, f"{chart}/{name}", value, step)


def _add(writer: "SummaryWriter", chart: str, value: Any, step: Any) -> None:
    """A number that does not exist is left out: TensorBoard draws NaN as a triangle."""
    if math.isfinite(value):
        writer.add_scalar(chart, float(value), int(step))


def _histograms(writer: "SummaryWriter", history: RunHistory) -> None:
    """The shares of the bins as they were measured; the moments are those of the bins' centres."""
    for what, (field, edges) in HISTOGRAMS.items():
        moments = zip(*history.columns(ProbeRecord, "step", field, f"{edges}_low", f"{edges}_high"), strict=True)
        for step, shares, lows, highs in moments:
            for name, share, low, high in zip(_names(history.info.layout), shares, lows, highs, strict=True):
                if np.isfinite([low, high]).all() and high > low:
                    limits = np.linspace(low, high, len(share) + 1, dtype=np.float64)
                    centres = (limits[1:] + limits[:-1]) / 2.0
                    writer.add_histogram_raw(
                        f"{what}/{name}",
                        min=float(low),
                        max=float(high),
                        num=1,
                        sum=float(share @ centres),
                        sum_squares=float(share @ centres**2),
                        bucket_limits=limits[1:].tolist(),
                        bucket_counts=share.tolist(),
                        global_step=int(step),
                    )


def _names(layout: Layout) -> list[str]:
    return [layer.name for layer in layout.layers]
