"""The line below a panel: whole phrases, fewer of them in a narrow panel, the whole of it for who asks."""

import pytest
from PySide6.QtCore import QPoint

from relulab.session.history import RunHistory
from relulab.text import joined, telling, text
from relulab.views.room import Leaves, leaving
from tests.helpers.histories import classes_picture, curve, digits, history, plane, scatter, sine, started
from ui.features.runs.panel import RunsPanel
from ui.live.footer import Footer
from ui.live.gradients import GradientsPanel
from ui.live.histograms import HistogramsPanel
from ui.live.loss import LossPanel
from ui.live.output import OutputPanel
from ui.live.units import UnitsPanel

NARROW = 285  # pixels of the line of the panels at the right of a window of 1366
PICTURES = {
    "plane": (started(), plane(12_345)),
    "curve": (started((8, 1), sine()), curve(12_345)),
    "classes": (started((8, 10), digits()), classes_picture(12_345, digits())),
    "scatter": (started((8, 1), sine(features=5)), scatter(12_345)),
}


def footer_of(qtbot, panel, run):
    qtbot.addWidget(panel)
    panel.show_history(run)
    return panel.footer


def is_whole(footer, lines):
    """Whether it says something, and that in whole phrases."""
    footer.resize(NARROW, 40)
    footer.set_most_lines(lines)
    shown = " ".join(footer.lines())
    return bool(shown) and "…" not in shown and footer.toolTip() == footer.accessibleName() == footer.text()


@pytest.mark.parametrize("lines", [1, 2])
@pytest.mark.parametrize("kind", [LossPanel, HistogramsPanel, UnitsPanel, GradientsPanel])
def test_curves_say_it_in_whole_phrases(qtbot, kind, lines):
    run = history(units=(16,) * 12 + (2,), steps=40, probe_every=10)
    assert is_whole(footer_of(qtbot, kind(), run), lines)


@pytest.mark.parametrize("lines", [1, 2])
@pytest.mark.parametrize("picture", PICTURES)
def test_pictures_do(qtbot, picture, lines):
    info, last = PICTURES[picture]
    run = RunHistory(info)
    run.append(last)
    assert is_whole(footer_of(qtbot, OutputPanel(), run), lines)


def test_a_list_of_runs_does(qtbot):
    footer = RunsPanel().footer
    qtbot.addWidget(footer)
    footer.say([RunsPanel().sample_text()])
    assert is_whole(footer, 1)


def test_less_is_said_in_less_room_and_what_is_left_is_explained(qtbot):
    footer = Footer("probe_set")
    qtbot.addWidget(footer)
    age = telling("age", text("measured {age} ago", age="3 s"))
    footer.say([joined((leaving(Leaves.USUAL, text("what holds for every one of the runs")), age), " · ")])
    footer.resize(600, 20)
    assert footer.lines() == ("what holds for every one of the runs · measured 3\N{NO-BREAK SPACE}s ago",)
    footer.set_most_lines(1)
    footer.resize(200, 20)
    assert footer.lines() == ("measured 3\N{NO-BREAK SPACE}s ago",)
    (area,) = footer.areas_of(footer.parts[0])
    assert area.left() == 0
    assert footer._explained(area.center()).key == "age"
    assert footer._explained(QPoint(199, 5)).key == "probe_set"
    assert footer.text().startswith("what holds"), "on hover and for the screen reader"
    footer.resize(20, 20)
    assert footer.lines() == (), "nothing rather than a part"
    assert footer.heightForWidth(20) == 0
