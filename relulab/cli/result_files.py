"""The files that ``relulab train`` and ``relulab probe`` write, and their contents in words."""

import dataclasses
import math
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Any

from relulab.api import ProbeResult, Summary, TrainResult
from relulab.cli.strict_json import write_json, write_text
from relulab.data.error_unit import error_unit
from relulab.durations import duration
from relulab.errors import SessionError, SpecError
from relulab.experiment import ExperimentSpec
from relulab.formatting import count, number, percent, quoted, rounded
from relulab.measurements.initial_loss import START_STATISTICS
from relulab.measurements.registry import PROBE, STEP
from relulab.measurements.status import UnitStatus
from relulab.model.layout import Layout
from relulab.session.history import RunHistory
from relulab.session.weight_files import save_weights
from relulab.training.state import State
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, StepRecord
from relulab.untrusted import EXPERIMENT_BYTES, read_plain

PER_LAYER = [key for key, entry in PROBE.items() if entry.per_layer]
SURVEYED = ("effective_rank", "duplicates", "starved")
PER_UNIT = [key for key, entry in PROBE.items() if entry.per_unit]

# What NaN means in these fields.
NO_ACCURACY = "a regression has no accuracy"
REASONS = {
    "accuracy": NO_ACCURACY,
    **{entry.key: entry.absent for entry in (*STEP.values(), *PROBE.values()) if entry.absent},
    "class_entropy": "a regression has no classes",
    "expected_first_loss": "what guessing costs in a regression depends on the targets",
    "linear_fit": "the outputs do not vary, or there are too few samples for a fit",
}


RESULTS = ("experiment.json", "history.json", "weights.safetensors", "summary.json")
_STAGE = ".relulab-results-"


def check_folder(folder: Path) -> None:
    """Make the folder of the results where there is none. Raises SessionError where they cannot go there.

    Files of others are not mixed with results: a folder that holds some takes them only where results lie already.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        others = [entry.name for entry in folder.iterdir() if not entry.name.startswith(".")]
    except OSError as error:
        raise SessionError(f"{folder} could not be written: {error.strerror or error}.") from None
    if others and not _is_experiment(folder / "experiment.json"):
        raise SessionError(
            f"{folder} holds files that are no results of ReLU Lab, for example {quoted(min(others))}. "
            "Name an empty folder, or one that does not exist yet."
        )


def _is_experiment(path: Path) -> bool:
    try:
        ExperimentSpec.from_json(read_plain(path, EXPERIMENT_BYTES).decode("utf-8"))
    except (OSError, SpecError, UnicodeDecodeError):
        return False
    return True


def write_results(folder: Path, result: TrainResult) -> None:
    """Write the ``RESULTS``. Raises SessionError; earlier ones are then what they were.

    All are on the disk before the first takes the place of an earlier one. The summary goes first and comes last: where
    there is one, all that lies beside it is of the same run, whatever happened in between.
    """
    _remove_abandoned(folder)
    stage = folder / f"{_STAGE}{secrets.token_hex(8)}"
    try:
        stage.mkdir()
        write_text(stage / "experiment.json", result.spec.to_json() + "\n")
        write_json(stage / "history.json", history_table(result.history), REASONS)
        save_weights(stage / "weights.safetensors", result.network, result.spec)
        write_json(stage / "summary.json", summary_table(result.summary))
        if (folder / "summary.json").exists():
            (folder / "summary.json").replace(stage / "earlier-summary.json")
        for name in RESULTS:
            (stage / name).replace(folder / name)
    except OSError as error:
        raise SessionError(f"The results could not be written to {folder}: {error.strerror or error}.") from None
    finally:
        if not (stage / "earlier-summary.json").exists() or (folder / "summary.json").exists():
            shutil.rmtree(stage, ignore_errors=True)


def _remove_abandoned(folder: Path) -> None:
    """What a kill left half written; but nothing where it left the only complete summary."""
    for stage in folder.glob(f"{_STAGE}*"):
        if (folder / "summary.json").exists():
            shutil.rmtree(stage, ignore_errors=True)


def summary_table(summary: Summary) -> dict[str, Any]:
    """The summary as a table; a loss or accuracy that does not exist carries the reason."""
    table = dataclasses.asdict(summary) | {"state": summary.state.value}
    for part in ("train", "validation", "test"):
        loss, accuracy = table[f"{part}_loss"], table[f"{part}_accuracy"]
        if summary.state is State.FAILED:
            reason = "the run failed before it could be measured"
        elif summary.state is State.DIVERGED and not math.isfinite(loss):
            reason = "the run diverged: what the network computes is no number any more"
        elif math.isnan(loss):
            reason = f"there are no {part} samples"
        else:
            reason = NO_ACCURACY
        for name, value in ((f"{part}_loss", loss), (f"{part}_accuracy", accuracy)):
            if not math.isfinite(value):
                table[f"{name}_reason"] = reason
    if not math.isfinite(summary.test_error):
        table["test_error_reason"] = "the targets are not scaled, or there is no test loss"
    return table


def history_table(history: RunHistory) -> dict[str, Any]:
    """Everything that was measured during a run: one list per field, one entry per record."""
    info = history.info
    unit = error_unit(info.spec.training.loss, info.dataset)
    series = {"steps": StepRecord, "probes": ProbeRecord, "evaluations": EvaluationRecord}
    return {
        "name": info.spec.name,
        "device": info.device,
        "probe_samples": info.probe_samples,
        **({} if unit is None else {"loss_of_1_is_off_by": unit.error(1.0), "error_unit": unit.name}),
        "layers": _layers(info.layout),
        **{name: _columns(history, kind) for name, kind in series.items()},
        "changes": [dataclasses.asdict(change) for change in history.changes],
        "unit_status_names": {status.value: str(status.label) for status in UnitStatus},
    }


def probe_table(result: ProbeResult) -> dict[str, Any]:
    """One measurement, layer by layer."""
    record = result.record
    return {
        "name": result.spec.name,
        "device": result.device,
        "samples": result.samples,
        "sample": f"the probe set: a fixed part of the training set, with dropout off{_norms(result)}",
        "loss": record.loss,
        "accuracy": record.accuracy,
        "class_entropy": result.class_entropy,
        **_first_loss(result),
        "linear_fit": result.survey.linear_fit,
        "layers": [_probed_layer(result, index) for index in range(len(result.layout.layers))],
    }


def describe(summary: Summary) -> str:
    """The summary in two or three lines."""
    lines = [summary.message] if summary.message else []
    lines.append(
        f"{summary.state.value.capitalize()} after {count(summary.steps, 'step')} ({count(summary.epochs, 'epoch')}) "
        f"in {duration(summary.seconds)}: {rounded(summary.samples_per_s)} samples/s."
    )
    numbers = [f"{part} loss {number(getattr(summary, f'{part}_loss'))}" for part in ("train", "test")]
    if math.isfinite(summary.test_accuracy):
        numbers.append(f"test accuracy {percent(summary.test_accuracy)}")
    lines.append(", ".join(numbers).capitalize() + ".")
    if math.isfinite(summary.test_error):
        lines.append(
            f"On the test samples it is off by {number(summary.test_error)} {summary.error_unit}".rstrip() + "."
        )
    return "\n".join(lines)


def _norms(result: ProbeResult) -> str:
    return f", {START_STATISTICS}" if result.layout.has_batch_norm else ""


def _first_loss(result: ProbeResult) -> dict[str, Any]:
    """How the loss of an untrained network compares with guessing."""
    if result.first_loss is None:
        return {}
    return {"expected_first_loss": result.first_loss.expected, "first_loss_verdict": result.first_loss.verdict.value}


def _layers(layout: Layout) -> list[dict[str, Any]]:
    return [dataclasses.asdict(layer) for layer in layout.layers]


def _columns(history: RunHistory, kind: type) -> dict[str, Any]:
    names = [field.name for field in dataclasses.fields(kind)]
    return dict(zip(names, history.columns(kind, *names), strict=True))


def _probed_layer(result: ProbeResult, index: int) -> dict[str, Any]:
    record, layout = result.record, result.layout
    units = slice(layout.offsets[index], layout.offsets[index + 1])
    return {
        **_layers(layout)[index],
        **{name: getattr(record, name)[index] for name in PER_LAYER},
        "gradient_norm": result.gradient_norm[index],
        "gradient_rms": result.gradient_rms[index],
        **{name: getattr(result.survey, name)[index] for name in SURVEYED},
        "update_ratio": None,
        "update_ratio_reason": "a measurement without a training step has no update",
        "histogram": {
            "low": record.histogram_low[index],
            "high": record.histogram_high[index],
            "shares": record.histogram[index],
        },
        "weight_histogram": {
            "low": record.weight_low[index],
            "high": record.weight_high[index],
            "shares": record.weight_histogram[index],
        },
        "unit_status": [str(UnitStatus(status).label) for status in record.unit_status[units]],
        **{name: getattr(record, name)[units] for name in PER_UNIT},
        "peak_gradient": result.survey.peak_gradient[units],
    }
