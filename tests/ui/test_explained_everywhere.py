"""Every number that the window shows is explained: bars, panels, docks and dialogs are walked through."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QDialog, QDockWidget, QSpinBox, QToolBar, QVBoxLayout, QWidget

from relulab.text import telling, text
from relulab.training.state import State
from relulab.views.explained.catalogue import EXPLAINED
from tests.helpers import filled
from tests.helpers.labs import moons, open_lab, train_some, wait_for
from tests.helpers.shown_numbers import numbers_in, numbers_that_share, place_of, what_explains
from tests.helpers.windows import standing
from ui.features.start.page import StartPage
from ui.live.footer import Footer
from ui.plots.line_plot import LinePlot
from ui.widgets.explained import explained
from ui.widgets.labels import Label

DIALOGS = ("seeds", "map", "rate-test", "report", "export", "branch", "activations", "hand-built", "own-points")
MANY = (filled.seeds, filled.seeds_as_a_table, filled.map_, filled.map_as_a_table, filled.rates)

NUMBERS = 40  # at least so many are there to be found
PRESETS = 9  # cards of the start page that say a number


def unexplained(top):
    """Where a number stands that nothing explains, or with a name that the catalogue lacks."""
    lacking = []
    for widget in numbers_in(top):
        found = what_explains(widget)
        shown = None if found is None else found.find(None) or found.find(QPoint(*_middle(found.widget)))
        if found is None or (shown is not None and shown.key not in EXPLAINED):
            lacking.append(place_of(widget))
        lacking += [f"{number!r} shares its explanation: {place_of(widget)}" for number in numbers_that_share(widget)]
    return lacking


def _middle(widget):
    return widget.width() // 2, widget.height() // 2


def test_every_number_in_the_window_is_explained(qtbot):
    with open_lab(qtbot, moons()) as lab:
        wait_for(qtbot, lab, State.READY)
        train_some(qtbot, lab)
        lab.units.unitClicked.emit(0, 1)
        qtbot.waitUntil(lambda: not lab.inspector.is_empty)
        lacking, seen = {}, 0
        for dock in lab.window.findChildren(QDockWidget):
            dock.show()
            dock.raise_()
            qtbot.waitUntil(dock.widget().isVisible)
            seen += len(list(numbers_in(dock.widget())))
            lacking[dock.windowTitle()] = unexplained(dock.widget())
        for tab in range(lab.design.tabs.count()):
            lab.design.tabs.setCurrentIndex(tab)
            lacking[f"design {tab}"] = unexplained(lab.design)
        for bar in lab.window.findChildren(QToolBar):
            seen += len(list(numbers_in(bar)))
            lacking[bar.objectName()] = unexplained(bar)
        lab.window.commands["start-page"].trigger()
        page = lab.window.findChild(StartPage)
        qtbot.waitUntil(page.isVisible)
        assert len(list(numbers_in(page))) > PRESETS
        lacking["start page"] = unexplained(page)
        page.left.emit()
        for key in DIALOGS:
            lab.window.commands[key].trigger()
            dialogs = [dialog for dialog in lab.window.findChildren(QDialog) if dialog.isVisible()]
            assert dialogs, f"{key} opened nothing"
            for dialog in dialogs:
                lacking[f"{key}: {dialog.windowTitle()}"] = unexplained(dialog)
                dialog.close()
        assert seen > NUMBERS
        found = [f"{place}: {lack}" for place, lacks in lacking.items() for lack in lacks]
        assert not found, "\n".join(found)


def test_the_walk_sees_a_number_without_an_explanation(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    plain, known, wrong, field = Label("dead: 3"), Label("step 7"), Label("0.5"), QSpinBox()
    for part in (plain, known, wrong, field, Label("no number, but L2"), LinePlot("loss")):
        layout.addWidget(part)
    explained(known, "moment")
    explained(wrong, "no such quantity")
    page.show()
    lacking = unexplained(page)
    assert [words for words in ("dead: 3", "0.5", "'0'", "LinePlot") if any(words in one for one in lacking)] == [
        "dead: 3", "0.5", "'0'", "LinePlot",
    ]  # fmt: skip
    assert len(lacking) == 4


def test_the_walk_sees_numbers_of_a_line_that_share_an_explanation(qtbot):
    shared, own = Footer("probe_set"), Footer("probe_set")
    shared.say(["R² 0.93 · 100 samples"])
    own.say([telling("r_squared", text("R² {value}", value=0.93)), telling("checked_on", text("100 samples"))])
    for line in (shared, own):
        qtbot.addWidget(line)
        line.resize(300, 40)
    assert numbers_that_share(shared) == ["R² 0.93", "100 samples"]
    assert not numbers_that_share(own)
    first, second = (own.areas_of(part)[0] for part in own.parts)
    assert first.right() < second.left()
    assert first.top() == second.top()


@pytest.mark.parametrize("make", MANY, ids=lambda make: make.__name__.strip("_"))
def test_every_number_of_many_networks_is_explained_when_they_have_learned(qtbot, make):
    with standing(qtbot, make, 1366, 768) as window:
        qtbot.waitUntil(lambda: any(True for _ in numbers_in(window)))
        lacking = unexplained(window)
    assert not lacking, "\n".join(lacking)
