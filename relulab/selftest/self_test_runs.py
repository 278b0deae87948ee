"""One short training per built-in data set, a session that is saved and read back, and what is handed in of it.

Judged by the steps that were made and by the loss, never by the clock: a slow machine is not a broken one.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from relulab.catalog.losses import Task
from relulab.data.dataset import DatasetEntry
from relulab.data.datasets import DATASETS
from relulab.errors import ReluLabError
from relulab.experiment import ExperimentSpec
from relulab.session.history import RunHistory
from relulab.training.state import State
from relulab.training.telemetry import ProbeRecord, StepRecord

log = logging.getLogger(__name__)

Work = Callable[[], str]  # returns what was seen, in words; raises when something does not work
STEPS = 120
FOLDER = "Séance à l'école 1"  # a path as schools have them
TITLE = "Self-test"
OTHERS = ("csv", "own_images")  # come from the user, not with the program
STARTS = {"svg": b"<svg", "pdf": b"%PDF", "png": b"\x89PNG"}  # of the files of figures


@dataclass(frozen=True, slots=True)
class Check:
    """``detail`` is what was seen, or why it failed. It holds no times and no paths: reports can be compared."""

    group: str
    name: str
    passed: bool
    detail: str


def run_check(group: str, name: str, work: Work) -> Check:
    """Do ``work``; whatever goes wrong is a failed check, never the end of the self-test."""
    try:
        return Check(group, name, True, work())
    except Exception as error:  # a broken package may raise anything
        log.exception("self-test: %s, %s", group, name)
        return Check(group, name, False, f"{type(error).__name__}: {error}")


class SelfTestError(ReluLabError):
    """Something does not work as it should on this machine."""


def short_experiment(entry: DatasetEntry) -> ExperimentSpec:
    """A small network for a data set, trained for STEPS steps."""
    description = entry.describe(entry.complete({}))
    loss = "mse" if description.task is Task.REGRESSION else "cross_entropy"
    return ExperimentSpec.parse(
        {
            "name": f"Self-test: {entry.title}",
            "data": {"dataset": entry.key},
            "model": {"layers": ["flatten", "dense"] if description.is_image else ["dense"]},
            "training": {"optimizer": "adam", "learning_rate": 0.01, "steps": STEPS, "loss": loss},
        }
    )


def train_on(entry: DatasetEntry) -> str:
    """Train, and hold the run to its number of steps and a falling loss. Raises SelfTestError."""
    from relulab import api

    result = api.train(short_experiment(entry), record_every=5)
    if result.summary.state is not State.FINISHED or result.summary.steps != STEPS:
        raise SelfTestError(f"{result.summary.state.value} at step {result.summary.steps}: {result.summary.message}")
    check_falling(result.history)
    return f"{STEPS} steps, the loss fell"


def check_falling(history: RunHistory) -> None:
    """Raises SelfTestError unless the loss on the probe set fell: that of single batches says little."""
    (losses,) = history.columns(ProbeRecord, "loss")
    if not losses[-1] < losses[0]:
        raise SelfTestError(f"The loss did not fall: {losses[0]:.4g} at the start, {losses[-1]:.4g} at the end.")


def save_and_read(history: RunHistory, path: Path) -> str:
    """Save the run of ``history`` as a session, and compare what is read back. Raises SelfTestError."""
    from relulab.data.loading import load_dataset
    from relulab.session.file.files import load_session, save_session
    from relulab.session.session import DataFingerprint, RunRecord, Session

    spec = history.info.spec
    run = RunRecord(spec.name, history, DataFingerprint.of(load_dataset(spec.data)), State.FINISHED)
    save_session(Session(title=TITLE, experiments=(spec,), runs=(run,)), path)
    back = load_session(path)
    if back.experiments != (spec,):
        raise SelfTestError("The experiment is another one after saving and opening.")
    kept = [record.columns(StepRecord, "step", "loss") for record in (history, back.runs[0].history)]
    if not all(np.array_equal(before, after) for before, after in zip(*kept, strict=True)):
        raise SelfTestError("The measurements are others after saving and opening.")
    return f"{len(kept[0][0])} measurements read back"


DATA_SETS: Mapping[str, Work] = {
    entry.key: partial(train_on, entry)
    for entry in DATASETS.values()
    if not entry.downloadable and entry.key not in OTHERS
}


def draw_figures(history: RunHistory) -> str:
    """Draw every figure that the run has numbers for, as SVG, PDF and PNG. Raises SelfTestError."""
    from relulab.report.figures.catalogue import FIGURES
    from relulab.report.figures.theme import LIGHT
    from relulab.report.figures.writing import to_pdf, to_png, to_svg
    from relulab.views.parts import ShownRun

    runs = (ShownRun("A", history),)
    drawn = []
    for kind in FIGURES.values():
        if (drawing := kind.draw(runs)) is None:
            continue
        files = {"svg": to_svg(drawing, theme=LIGHT).encode(), "pdf": to_pdf(drawing), "png": to_png(drawing)}
        for ending, data in files.items():
            if not data.startswith(STARTS[ending]):
                raise SelfTestError(f"The figure '{kind.title}' is no {ending.upper()} file.")
        drawn.append(kind.key)
    return f"{', '.join(drawn)} as {', '.join(STARTS)}"


def write_reports(session: Path) -> str:
    """Write a report on a saved session beside it, as every kind of file, and read the pages. Raises SelfTestError."""
    from pypdf import PdfReader

    from relulab.report.content.compose import compose
    from relulab.report.writers.report_formats import REPORT_FORMATS
    from relulab.session.file.files import load_session

    report = compose(load_session(session), date.today())
    for kind in REPORT_FORMATS.values():
        kind.write(report, session.with_suffix(kind.key))
    if "<svg" not in session.with_suffix(".html").read_text("utf-8"):
        raise SelfTestError("The report as a web page has no figures.")
    text = "".join(page.extract_text() for page in PdfReader(session.with_suffix(".pdf")).pages)
    if TITLE not in text:
        raise SelfTestError("The report as PDF does not have the title of the session.")
    return ", ".join(kind.title for kind in REPORT_FORMATS.values())
