"""Nothing moves under the mouse when an answer comes late: of networks that train, of a thread, of a file."""

from functools import partial

import pytest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QWidget
from shiboken6 import isValid

from relulab.training.state import State
from relulab.views.many.rate_test import RateTest
from relulab.views.many.seeds import Starts
from tests.helpers.dialogs import open_reader
from tests.helpers.filled import STARTS, heard, trained_rates
from tests.helpers.labs import SECONDS_30, moons, open_lab, train_some, wait_for
from tests.helpers.windows import standing, told
from tests.ui.shell.test_steady import place_of, settled
from tests.ui.shell.test_steady_dialogs import moved_when_clicked, pressable
from ui.features.benches.activation_window import ActivationWindow
from ui.features.one_input.steps import StepBar
from ui.features.population.map_window import MapWindow
from ui.features.population.rate_window import RateWindow
from ui.features.population.seeds_window import SeedsWindow
from ui.widgets.palette import LIGHT

SIZES = pytest.mark.parametrize("size", [(1366, 768), (1024, 700)], ids=["1366", "1024"])
PARTS = 8  # in which what is told comes in


def turn():
    for _ in range(8):
        QApplication.processEvents()


def controls(window) -> list[QWidget]:
    """What can be clicked or typed into, and is seen whole."""
    kinds = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit)
    found = [one for one in window.findChildren(QWidget) if isinstance(one, kinds) and one.isVisible()]
    outer = [one for one in found if not isinstance(one.parentWidget(), QComboBox | QAbstractSpinBox)]
    return [one for one in outer if one.visibleRegion().boundingRect() == one.rect()]


def moved(window, stages) -> list[str]:
    """What is no longer under a mouse that stood on its middle, after each of the ``stages``."""
    turn()
    found, before = [], {one: place_of(one) for one in controls(window)}
    for number, stage in enumerate(stages):
        stage()
        turn()
        for one, place in before.items():
            if one.isVisible() and not place_of(one).contains(place.center()):
                found.append(f"stage {number}: {told(one)} from {place} to {place_of(one)}")
        before = {one: place_of(one) for one in controls(window)}
    return found


def seeds(window):
    sweep, lines = heard()
    window.begin(Starts(sweep.spec, STARTS))
    return lines


def map_(window, kind):
    sweep, lines = heard(kind)
    window.set_spec(sweep.spec)
    window.begin(sweep)
    return lines


def rates(window):
    spec, lines = trained_rates()
    window.begin(RateTest(spec))
    return lines


MANY = {
    "seeds": (SeedsWindow, seeds),
    "map": (MapWindow, lambda window: map_(window, "map")),
    "table": (MapWindow, lambda window: map_(window, "table")),
    "rates": (RateWindow, rates),
}


@SIZES
@pytest.mark.parametrize("kind", MANY)
def test_a_window_of_many_networks_stays_as_it_is_while_it_fills(qtbot, kind, size):
    make, begin = MANY[kind]
    with standing(qtbot, make, *size) as window:
        lines = begin(window)
        window.show_busy(True)

        def take(part):
            for line in lines[part * len(lines) // PARTS : (part + 1) * len(lines) // PARTS]:
                window.take(line)
            window.refresh()

        def weigh():
            """A map says how much work it is a while after it was asked."""
            if isinstance(window, MapWindow):
                qtbot.waitUntil(lambda: "memory" in window.controls.amount.text())

        stages = [partial(take, part) for part in range(PARTS)]
        found = moved(window, [weigh, *stages, lambda: window.show_busy(False)])
    assert not found, "\n".join(found)


def test_the_cost_of_functions_moves_nothing_when_it_is_known(qtbot):
    with standing(qtbot, lambda parent: ActivationWindow(LIGHT, lambda: None, parent), 1366, 768) as window:
        turn()
        words = window.cost.words.text()

        def measure():
            window.cost.measure.click()
            qtbot.waitUntil(lambda: window.cost.words.text() != words, timeout=SECONDS_30)

        found = moved(window, [measure])
    assert not found, "\n".join(found)


def test_the_buttons_of_the_reader_stay_while_the_file_is_read_anew(qtbot, tmp_path):
    path = tmp_path / "days.csv"
    path.write_text("day;size;y\n" + "".join(f"0{n % 9 + 1}.0{n % 8 + 1}.2020;1,{n}00;{n % 2}\n" for n in range(40)))
    dialog = open_reader(qtbot, path)

    def rest():
        qtbot.waitUntil(lambda: not isValid(dialog) or (dialog.is_shown and not dialog.reader.busy), timeout=SECONDS_30)
        turn()

    rest()
    tried = pressable(dialog)  # those last that close it
    found = [line for button in tried for line in moved_when_clicked(dialog, button, rest)]
    assert len(tried) > 2
    assert not found, "\n".join(found)


def test_the_focus_of_an_arrow_that_leads_nowhere_goes_to_the_other(qtbot):
    """To whatever comes next it might scroll what is under the mouse away."""
    steps = StepBar()
    qtbot.addWidget(steps)
    steps.set_steps(2)
    steps.show()
    steps.activateWindow()
    qtbot.waitUntil(steps.isActiveWindow)
    for arrow, other in ((steps.ahead, steps.back), (steps.back, steps.ahead)):
        arrow.setFocus()
        qtbot.waitUntil(arrow.hasFocus)
        arrow.click()
        assert not arrow.isEnabled()
        assert other.hasFocus()


@pytest.mark.slow
def test_the_buttons_of_one_input_stay_on_every_page(qtbot):
    with open_lab(qtbot, moons(), size=(1366, 768)) as lab:
        lab.start_engine()
        wait_for(qtbot, lab, State.READY)
        train_some(qtbot, lab)
        lab.window.bring_to_front("one_input")
        panel, found = lab.one_input, []

        def rest():
            wait_for(qtbot, lab, State.PAUSED)
            qtbot.waitUntil(
                lambda: panel.look is not None and (panel.look.question.inputs == panel.question.inputs).all(),
                timeout=SECONDS_30,
            )
            settled(qtbot, lab)

        for page in range(panel.pages.count()):
            panel.pages.setCurrentIndex(page)
            rest()
            for button in pressable(panel):
                found += [f"page {page}: {line}" for line in moved_when_clicked(lab.window, button, rest)]
    assert not found, "\n".join(found)
