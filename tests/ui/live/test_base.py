"""What all live panels promise: words when empty, help, sample line, themes, any history, small sizes."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QDialog, QTextBrowser, QToolButton

from relulab.session import arrivals
from relulab.session.history import RunHistory
from relulab.training.telemetry import EvaluationRecord, Glance, PlanePicture, ProbeRecord
from relulab.views.output import output_view
from tests.helpers.histories import (
    classes_picture,
    curve,
    digits,
    evaluation,
    history,
    plane,
    probe_record,
    scatter,
    sine,
    started,
    step_record,
)
from ui.live import base as live
from ui.live.base import LivePanel
from ui.live.gradients import GradientsPanel
from ui.live.histograms import HistogramsPanel
from ui.live.loss import LossPanel
from ui.live.output import OutputPanel
from ui.live.units import UnitsPanel
from ui.plots.legend import SAMPLE, SPACE, ElidedText, Legend, LegendEntry, scale_entry, wrap
from ui.widgets.palette import DARK, LIGHT
from ui.widgets.sizes import px

MEASURED = {
    LossPanel: EvaluationRecord,
    HistogramsPanel: ProbeRecord,
    UnitsPanel: ProbeRecord,
    OutputPanel: PlanePicture,
}
PANELS = (LossPanel, HistogramsPanel, UnitsPanel, GradientsPanel, OutputPanel)
EACH = pytest.mark.parametrize("kind", PANELS)


@pytest.fixture
def show(qtbot):
    """Make a panel of some size and show it."""
    panels = []  # held to the end: Python's collector must not take a widget apart while it is painted

    def make(kind, size=(560, 380)):
        panel = kind()
        panels.append(panel)
        qtbot.addWidget(panel)
        panel.resize(*size)
        panel.show()
        qtbot.waitExposed(panel)
        return panel

    return make


@pytest.fixture
def clock(monkeypatch):
    """The time at which records arrive."""
    now = [0.0]
    monkeypatch.setattr(arrivals, "monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize("kind", MEASURED)
def test_t2_what_is_more_than_a_second_old_says_its_age(show, clock, kind):
    run, panel = whole_run(), show(kind)
    run.append(step_record(201))
    fresh = {EvaluationRecord: evaluation(201), ProbeRecord: probe_record(201), PlanePicture: plane(201)}
    run.append(fresh[MEASURED[kind]])
    clock[0] += 0.9
    run.append(step_record(202))
    panel.show_history(run)
    assert "ago" not in panel.footer.text()
    clock[0] += 2.3
    run.append(step_record(203))
    panel.show_history(run)
    assert panel.footer.text().startswith("measured 3.2 s ago · ")
    clock[0] += 600.0  # a pause
    run.append(fresh[MEASURED[kind]])
    panel.show_history(run)
    assert "ago" not in panel.footer.text(), "it was measured anew"
    assert run.up_to(300).age(MEASURED[kind]) == 0.0, "a run that is looked at does not grow old"


@pytest.mark.parametrize("kind", [LossPanel, HistogramsPanel, UnitsPanel])
def test_t2_a_glance_is_drawn_fresh_and_says_of_how_few_samples_it_is(show, clock, kind):
    run, panel = whole_run(), show(kind)
    records = {EvaluationRecord: evaluation(201), ProbeRecord: probe_record(201)}
    seen = records[MEASURED[kind]]
    run.info = replace(run.info, probe_samples=1024, validation_samples=2048)
    run.append(step_record(201))
    run.append(seen)
    for second in (1, 2, 3):
        clock[0] += 1.0
        run.append(step_record(201 + second))
    run.append(Glance(replace(seen, step=204), 256))
    panel.show_history(run)
    assert panel.footer.text().startswith("newest point: 256 of these samples · ")
    assert "ago" not in panel.footer.text()
    assert "204" in panel.summary(), "it is what is drawn"
    run.append(replace(seen, step=205))
    panel.show_history(run)
    assert "newest point" not in panel.footer.text(), "all samples were measured"


@EACH
def test_t2_nobody_is_asked_to_press_train_while_it_trains(show, kind):
    panel = show(kind)
    panel.show_history(None)
    assert "Press Train" in panel.empty.text()
    panel.set_training(True)
    assert "Press" not in panel.empty.text()
    panel.show_history(RunHistory(started()))
    assert panel.is_empty
    assert "Press" not in panel.empty.text()
    panel.set_training(False)
    assert "Press Train" in panel.empty.text()


def whole_run(**options):
    run = history(**{"steps": 200, "probe_every": 40, **options})
    run.append(plane(200))
    return run


@EACH
def test_before_a_run_there_are_words(show, kind):
    panel = show(kind)
    for nothing in (None, RunHistory(started())):
        panel.show_history(nothing)
        assert panel.is_empty
        assert panel.empty.text().startswith("Press Train")
        assert panel.footer.text() == ""
        assert panel.accessibleDescription() == panel.empty.text()


@EACH
def test_a_run_is_shown_and_goes_away_again(show, kind):
    panel = show(kind)
    panel.show_history(whole_run())
    assert not panel.is_empty
    assert "last at step 200" in panel.footer.text()
    panel.show_history(None)
    assert panel.is_empty


@EACH
def test_names_for_people_who_hear_the_window(show, kind):
    panel = show(kind)
    assert panel.title
    assert panel.accessibleName() == panel.title
    panel.show_history(whole_run())
    assert len(panel.accessibleDescription()) > 10
    assert panel.accessibleDescription() != panel.empty.text()


@EACH
def test_help_says_what_to_see_and_over_what_it_is_measured(qtbot, show, kind):
    panel = show(kind)
    for part in ("## What you see", "## How to read it", "## What healthy looks like", "## What it is measured over"):
        assert part in panel.help_text
    button = panel.findChild(QToolButton, "help")
    panel.activateWindow()
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    qtbot.keyClick(button, Qt.Key.Key_F1)
    dialog = panel.findChild(QDialog)
    assert dialog.isVisible()
    assert panel.title in dialog.windowTitle()
    assert "What healthy looks like" in dialog.findChild(QTextBrowser).toPlainText()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: panel.findChild(QDialog) is None)


@EACH
def test_themes_change_the_picture_and_come_back(show, kind):
    panel = show(kind)
    panel.set_theme(LIGHT)
    panel.show_history(whole_run())
    light = panel.grab().toImage()
    panel.set_theme(DARK)
    dark = panel.grab().toImage()
    panel.set_theme(LIGHT)
    assert dark != light
    assert panel.grab().toImage() == light


@EACH
@pytest.mark.parametrize("size", [(320, 220), (220, 120), (900, 700)])
def test_any_size_is_drawn_and_the_panel_asks_for_no_more(show, kind, size):
    panel = show(kind, size)
    panel.show_history(whole_run(units=(64, 64, 32, 32, 16, 2)))
    panel.grab()
    assert panel.minimumSizeHint().width() <= 320
    assert panel.minimumSizeHint().height() <= 220


def broken_run():
    """Values that are not finite, in every field that can hold them, from the first record on."""
    run = RunHistory(started((4, 4, 2)))
    for step, bad in enumerate((np.nan, np.inf, -np.inf, np.nan)):
        three = np.full(3, bad, np.float32)
        run.append(
            step_record(
                step,
                loss=bad,
                loss_low=bad,
                loss_high=bad,
                accuracy=np.nan,
                gradient_norm=three,
                gradient_rms=three,
                update_ratio=three,
            )
        )
        good = probe_record(step, (4, 4, 2))
        shares = {f: np.full_like(getattr(good, f), bad) for f in ("histogram", "weight_histogram")}
        layers = ("mean", "std", "sparsity", "saturated", "histogram_low", "histogram_high", "weight_low")
        units = {f: np.full(10, bad, np.float32) for f in ("firing_rate", "dormancy", "max_pre_activation")}
        run.append(replace(good, **shares, **units, **dict.fromkeys(layers, three)))
        run.append(evaluation(step, loss=bad, accuracy=bad))
    run.append(replace(plane(3), values=np.full((2, 8, 8), np.nan, np.float32)))
    return run


@EACH
def test_values_that_are_not_finite_harm_nothing(show, kind):
    panel = show(kind)
    panel.show_history(broken_run())
    panel.grab()
    assert not panel.is_empty


@EACH
def test_a_single_record_and_a_network_of_one_layer_are_drawn(show, kind):
    run = RunHistory(started((1,), sine()))
    run.append(step_record(0, 1, accuracy=float("nan")))
    run.append(probe_record(0, (1,)))
    run.append(curve(0))
    panel = show(kind)
    panel.show_history(run)
    panel.grab()
    assert not panel.is_empty


@EACH
def test_a_deep_network_is_drawn(show, kind):
    panel = show(kind)
    run = history(units=(32,) * 29 + (10,), steps=200, every=20, probe_every=40, dataset=digits())
    run.append(classes_picture(200, digits()))
    panel.show_history(run)
    panel.grab()
    assert not panel.is_empty


@EACH
def test_another_run_replaces_the_first_completely(show, kind):
    panel, fresh = show(kind), show(kind)
    second = whole_run(units=(8, 2), steps=80)
    panel.show_history(whole_run(units=(64, 64, 2), steps=200))
    panel.show_history(second)
    fresh.show_history(second)
    assert panel.grab().toImage() == fresh.grab().toImage()


@pytest.mark.parametrize("picture", ["plane", "curve", "classes", "scatter"])
def test_the_output_panel_changes_from_one_kind_of_data_to_another(show, picture):
    panel = show(OutputPanel)
    panel.show_history(whole_run())
    images = digits()
    run, last = {
        "plane": (RunHistory(started()), plane(1)),
        "curve": (RunHistory(started((8, 1), sine())), curve(1)),
        "classes": (RunHistory(started((8, 10), images)), classes_picture(1, images)),
        "scatter": (RunHistory(started((8, 1), sine(features=5))), scatter(1)),
    }[picture]
    run.append(last)
    panel.show_history(run)
    assert not panel.is_empty
    assert panel.views[type(output_view(run.info, last))].widget.isVisible()


def test_descriptions_come_at_most_once_a_second(qtbot, monkeypatch):
    now = 100.0
    monkeypatch.setattr(live, "monotonic", lambda: now)
    panel = LossPanel()
    qtbot.addWidget(panel)
    run = whole_run(steps=40)
    panel.show_history(run)
    first = panel.accessibleDescription()
    run.append(step_record(41))
    now += 0.5
    panel.show_history(run)
    assert panel.accessibleDescription() == first
    now += 0.6
    panel.show_history(run)
    assert "step 41" in panel.accessibleDescription()


def test_a_panel_that_draws_nothing_stays_empty(qtbot):
    panel = LivePanel("Nothing", "Nothing yet.")
    qtbot.addWidget(panel)
    panel.show_history(RunHistory(started()))
    assert panel.is_empty


def test_the_footer_wraps_cuts_and_keeps_the_whole_text(qtbot):
    footer = ElidedText()
    qtbot.addWidget(footer)
    text = "Probe set: 1,024 training images, dropout off · measurements: 12, last at step 800"
    footer.set_text(text)
    assert footer.toolTip() == footer.accessibleName() == text
    wide, narrow, tiny = (wrap(text, footer.font(), width, 2) for width in (2000, 380, 120))
    assert wide == (text,)
    assert " ".join(narrow) == text
    assert len(tiny) == 2
    assert tiny[1].endswith("…")
    assert wrap("", footer.font(), 100, 2) == ()


def test_a_legend_flows_into_rows_and_is_cut_where_rows_are_few(qtbot):
    legend = Legend()
    qtbot.addWidget(legend)
    entries = tuple(LegendEntry(f"layer {i}", ("#0072b2",)) for i in range(12))
    legend.set_entries(entries)
    legend.resize(2000, 40)
    row = legend.heightForWidth(2000)
    assert legend.heightForWidth(300) >= 3 * row
    legend.set_most_rows(2)
    assert legend.heightForWidth(300) == 2 * row
    assert legend.toolTip() == ", ".join(entry.name for entry in entries)
    legend.resize(300, 2 * row)
    legend.grab()


def test_a_scale_gives_way_to_its_name(qtbot):
    legend = Legend()
    qtbot.addWidget(legend)
    legend.set_entries((scale_entry("0.1–100 %", np.zeros((256, 3), np.uint8)),))
    name = QFontMetrics(legend.font()).horizontalAdvance("0.1–100 %")

    def picture(width, left):
        """The name in a legend of ``width``, from the pixel ``left``."""
        legend.resize(width, 24)
        return legend.grab().toImage().copy(left, 0, name, 24)

    assert picture(px(SPACE) + 21 + name, px(SPACE) + 20) == picture(400, px(SPACE) + px(2 * SAMPLE))
