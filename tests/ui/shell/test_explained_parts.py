"""Each number of a line is explained for itself: of the run's line, of a row of runs, of a finding's card."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from relulab.diagnosis.findings import Finding, Severity
from relulab.text import text
from relulab.training.state import State, Status
from relulab.views.runs import BETWEEN
from tests.helpers.labs import moons, open_lab, train_some, wait_for
from tests.helpers.shown_numbers import what_explains
from ui.features.findings.card import FindingCard
from ui.features.runs.list import RunList
from ui.features.training.control_bar import keys_of, numbers_of
from ui.platform.translation import said
from ui.widgets.palette import LIGHT

RUNNING = Status(
    State.RUNNING, step=100, total_steps=1000, epoch=2.0, total_epochs=20.0, seconds=19.0, eta=30.0,
    samples_per_second=5000.0, instrument_share=0.01,
)  # fmt: skip


def test_the_numbers_of_a_run_have_their_own_explanations(qtbot):
    with open_lab(qtbot, moons()) as lab:
        bar = lab.control_bar
        bar.numbers.resize(4000, 20)
        bar.show_status(RUNNING)
        find, metrics, left = what_explains(bar.numbers).find, bar.numbers.fontMetrics(), 0
        told = {}
        for words in numbers_of(RUNNING):
            shown = find(QPoint(left + 5, 5))
            told[shown.key] = words
            left += metrics.horizontalAdvance(words + BETWEEN)
        assert find(QPoint(3900, 5)) is None, "there is nothing"
        assert find(None).key == "progress"
    assert list(told) == ["progress", "progress_share", "time_left", "samples_per_second", "instrument_share"]
    assert "samples/s" in told["samples_per_second"]
    ended = Status(State.FINISHED, total_steps=5, message="Test accuracy 98 %.")
    assert keys_of(ended) == ("test_result",)


def test_a_finding_is_explained_by_what_was_measured_of_it(qtbot):
    card = FindingCard("Try")
    qtbot.addWidget(card)
    why = text("No gradient passes it.")
    finding = Finding("dead", "Dead layer", Severity.ERROR, text("It is dead."), why, measured=0.9, threshold=0.5)
    card.show_finding(finding, (), LIGHT)
    shown = what_explains(card.evidence).find(None)
    assert (shown.name, shown.sentence) == ("Dead layer", "No gradient passes it.")
    assert shown.value.on_scale == 0.9


def test_the_figures_of_each_run_are_its_own(qtbot):
    with open_lab(qtbot, moons()) as lab:
        lab.start_engine()
        wait_for(qtbot, lab, State.READY)
        train_some(qtbot, lab)
        runs = lab.window.findChild(RunList)
        lab.window.bring_to_front("runs")
        qtbot.waitUntil(
            lambda: {"best_loss", "dead_share"} <= {key for row in runs.model().rows for key, _ in row.parts}
        )
        runs.resize(900, 200)
        QApplication.processEvents()
        row, area = runs.model().rows[0], runs.visualRect(runs.model().index(0))
        line = runs.delegate.figures_rect(area, runs.font())
        find = what_explains(runs).find
        found = {}
        for x in range(line.left(), line.right(), 4):
            shown = find(QPoint(x, line.center().y()))
            if shown is not None and shown.key != "run":
                found[shown.key] = str(shown.value.words)
        assert found == {key: said(words) for key, words in row.parts}
        assert {"best_loss", "best_accuracy", "dead_share"} <= found.keys()
        assert find(QPoint(area.center().x(), area.top() + 2)).key == "run"
