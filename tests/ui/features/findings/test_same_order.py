"""T5: window, command line, report and JSON tell the same findings in the same order."""

import json
import re
from datetime import date
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from relulab.cli.main import app
from relulab.data.loading import load_dataset
from relulab.diagnosis.findings import Severity
from relulab.errors import DivergedError
from relulab.experiment import ExperimentSpec
from relulab.report.content.blocks import Verdict
from relulab.report.content.compose import compose
from relulab.session.history import RunHistory
from relulab.session.session import DataFingerprint, RunRecord, Session
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from relulab.training.schedule import MeasurementSchedule
from relulab.training.state import State
from tests.helpers.small_runs import experiment
from ui.features.findings import FindingsPanel

TOLD = re.compile(rf"( *)({'|'.join(severity.value.upper() for severity in Severity)}): (.+?)(?: \((.+)\))?")
SIGMOIDS = [{"kind": "dense", "parameters": {"units": 20}, "activation": "sigmoid"}] * 7
STUCK = [{"kind": "dense", "parameters": {"units": 16}, "activation": "softmax"}] * 2
ILL = {
    "lost to its rate": experiment("sine", 24, 24, loss="mse", learning_rate=20.0, steps=60),
    "too deep for sigmoids": experiment("spirals", *SIGMOIDS, learning_rate=0.3, steps=150),
    "a penalty and a trap": experiment("circle", *STUCK, learning_rate=0.2, l2=1.0, steps=150),
}


class Line(NamedTuple):
    """A finding as it is told. ``explained``: as a consequence of another."""

    severity: str
    title: str
    layer: str
    explained: bool


def trained(spec: ExperimentSpec) -> RunRecord:
    """What a window has at the end, drawn at other steps than it is judged."""
    store = SessionStore()
    recording = MeasurementSchedule.every(7, 13)
    run = TrainingRun(spec, load_dataset(spec.data), recording=recording, record=store.append)
    run.measure_start()
    try:
        run.run_until(run.total_steps)
        run.instruments.conclude()
    except DivergedError:
        pass
    assert store.current is not None
    return RunRecord("A run", store.current, DataFingerprint.of(run.dataset), State.FINISHED)


def in_window(history: RunHistory, panel: FindingsPanel) -> list[Line]:
    panel.show_history(history)
    shown = [card.finding for card in panel.of_run.cards]
    return [Line(f.severity.value, f.title, f.layer_title, bool(f.because)) for f in shown]


def in_report(run: RunRecord) -> list[Line]:
    assert run.history.findings is not None
    sections = compose(Session(runs=(run,)), date(2026, 3, 1)).sections
    verdicts = [block for section in sections for block in section.all_blocks if isinstance(block, Verdict)]
    told = []
    for verdict in verdicts[: len(run.history.findings.current)]:  # those that are over come behind
        title, _, layer = verdict.title.partition(", layer ")
        told.append(Line(verdict.severity.value, title, layer, verdict.explanation.startswith("A consequence")))
    return told


@pytest.mark.parametrize("name", ILL)
def test_t5_findings_stand_in_the_same_order_everywhere(qtbot, tmp_path, name):
    design, out = tmp_path / "design.json", tmp_path / "findings.json"
    design.write_text(ILL[name].to_json(), "utf-8")
    told = CliRunner().invoke(app, ["diagnose", str(design), "--out", str(out)]).output.splitlines()
    matches = [found for line in told if (found := TOLD.fullmatch(line))]
    on_command_line = [Line(m[2].lower(), m[3], m[4] or "", bool(m[1])) for m in matches]
    findings = json.loads(out.read_text("utf-8"))["findings"]
    in_json = [Line(f["severity"], f["title"], f["layer_title"], f["because"] is not None) for f in findings]

    panel = FindingsPanel()
    qtbot.addWidget(panel)
    run = trained(ILL[name])
    assert on_command_line == in_json == in_window(run.history, panel) == in_report(run)
    assert not in_json[0].explained, "the cause comes first"
    assert any(line.explained for line in in_json), "it has consequences"
    assert all(not finding["fixes"] for finding in findings if finding["because"])
