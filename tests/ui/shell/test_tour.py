"""The tour of the first start: it points at the real widgets wherever they are, and never stands in the way."""

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication

from relulab.training.state import State
from tests.helpers.labs import moons, open_lab, press, wait_for
from ui.platform.settings import Settings, load_settings, save_settings
from ui.shell.layouts import ALL
from ui.shell.tour import STEPS, TRAIN
from ui.widgets.banner import INFO
from ui.widgets.coach_mark import GAP, RING, Side, place_beside

WATCH = TRAIN + 1
ROOM = QRect(0, 0, 1000, 700)
SIZE = QSize(300, 200)


@pytest.fixture(params=[(1440, 900), (1024, 700)], ids=["wide", "narrow"])
def lab(qtbot, request):
    with open_lab(qtbot, moons(), Settings(), request.param) as lab:
        lab.window.activateWindow()
        qtbot.waitActive(lab.window)
        wait_for(qtbot, lab, State.READY)
        yield lab


def card(lab):
    return lab.tour.mark.card


def around(widget):
    return QRect(widget.mapTo(widget.window(), QPoint()), widget.size())


def points_at(lab, widget):
    """Whether the ring lies around ``widget`` as far as its window reaches, and the card is there to be read."""
    ring = lab.tour.mark.ring
    if ring is None or not ring.isVisible() or ring.window() is not widget.window():
        return False
    reach = RING + GAP
    wanted = around(widget).adjusted(-reach, -reach, reach, reach) & widget.window().rect()
    shown = card(lab).isVisible() and lab.window.rect().contains(card(lab).geometry())
    return ring.geometry() == wanted and shown


def show_step(qtbot, lab, step):
    lab.window.commands["tour"].trigger()
    for _ in range(step):
        press(qtbot, card(lab).next_button)
    assert lab.tour.step == step


def target(lab, step):
    key = STEPS[step].dock
    return lab.window.dock(key) if key else lab.control_bar.train_button


def test_each_step_points_at_its_widget_and_covers_none_of_it(qtbot, lab):
    for step in range(len(STEPS)):
        show_step(qtbot, lab, step)
        widget = target(lab, step)
        qtbot.waitUntil(lambda widget=widget: points_at(lab, widget))
        body = card(lab).geometry()
        assert not body.intersects(around(widget)), "the card covers what it explains"
        assert card(lab).text.height() >= card(lab).text.heightForWidth(card(lab).text.width())
        assert card(lab).next_button.text() == ("Done" if step == WATCH else "Next")


def test_it_rests_while_nothing_moves(qtbot, lab, monkeypatch):
    show_step(qtbot, lab, WATCH)
    qtbot.waitUntil(lambda: points_at(lab, lab.window.dock("findings")) and lab.polling.drawn())
    placed, turns = [], []
    monkeypatch.setattr(card(lab), "point", lambda side, tip: placed.append(side))
    clock = QTimer(lab, interval=10)
    clock.timeout.connect(lambda: turns.append(1))
    clock.start()
    qtbot.waitUntil(lambda: len(turns) > 50, timeout=30_000)
    clock.stop()
    assert len(placed) <= 3, "it would be placed again and again"


def test_back_next_and_done_by_mouse(qtbot, lab):
    show_step(qtbot, lab, 0)
    assert not card(lab).back_button.isVisible()
    press(qtbot, card(lab).next_button)
    press(qtbot, card(lab).back_button)
    assert lab.tour.step == 0
    press(qtbot, card(lab).next_button)
    press(qtbot, card(lab).next_button)
    assert not card(lab).skip_button.isVisible()
    with qtbot.waitSignal(lab.tour.ended):
        press(qtbot, card(lab).next_button)
    assert lab.tour.step is None
    assert not card(lab).isVisible()
    assert lab.tour.mark.ring is None
    assert lab.control_bar.train_button.hasFocus()


def test_the_keyboard_alone_is_enough(qtbot, lab):
    show_step(qtbot, lab, 0)
    assert card(lab).next_button.hasFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert lab.tour.step == 1
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    assert card(lab).back_button.hasFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert lab.tour.step == 0
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert lab.tour.step is None


def test_a_screen_reader_hears_every_step_with_the_button_in_focus(qtbot, lab):
    for step in range(len(STEPS)):
        show_step(qtbot, lab, step)
        heard = card(lab).next_button.accessibleDescription()
        assert STEPS[step].title in heard
        assert STEPS[step].text in heard
        assert f"{step + 1} of 3" in heard
        assert card(lab).accessibleName().startswith(STEPS[step].title)


def test_escape_skips_from_anywhere_but_a_message_goes_first(qtbot, lab):
    show_step(qtbot, lab, 1)
    lab.control_bar.slider.setFocus()
    lab.window.banner.show_message(INFO, "Something is said.")
    qtbot.keyClick(lab.control_bar.slider, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not lab.window.banner.message)
    assert lab.tour.step == 1
    qtbot.keyClick(lab.control_bar.slider, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: lab.tour.step is None)
    lab.window.banner.show_message(INFO, "Said after the tour.")
    qtbot.keyClick(lab.control_bar.slider, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not lab.window.banner.message)


@pytest.mark.parametrize("step", [0, TRAIN])
def test_training_goes_on_with_the_tour(qtbot, lab, step):
    show_step(qtbot, lab, step)
    press(qtbot, lab.control_bar.train_button)
    qtbot.waitUntil(lambda: lab.tour.step == WATCH, timeout=30_000)
    qtbot.waitUntil(lambda: points_at(lab, lab.window.dock("findings")))


def test_training_without_a_tour_starts_none(qtbot, lab):
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.RUNNING)
    assert lab.tour.step is None


def test_the_ring_lets_clicks_through(qtbot, lab):
    show_step(qtbot, lab, TRAIN)
    button = lab.control_bar.train_button
    qtbot.waitUntil(lambda: points_at(lab, button))
    middle = button.mapTo(lab.window, button.rect().center())
    assert lab.window.childAt(middle) is button
    edge = lab.tour.mark.ring.geometry().topLeft() + QPoint(1, 1)
    assert lab.window.childAt(edge) is not lab.tour.mark.ring


def test_it_follows_the_window_and_the_docks(qtbot, lab):
    show_step(qtbot, lab, WATCH)
    findings = lab.window.dock("findings")
    lab.window.resize(1100, 760)
    qtbot.waitUntil(lambda: points_at(lab, findings))
    lab.window.resizeDocks([lab.window.dock("design")], [420], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: points_at(lab, findings))
    lab.window.arrange(ALL)
    qtbot.waitUntil(lambda: points_at(lab, findings))


def test_a_hidden_panel_and_one_behind_a_tab_come_to_the_front(qtbot, lab):
    findings = lab.window.dock("findings")
    lab.window.tabifyDockWidget(findings, lab.window.dock("loss"))
    lab.window.dock("loss").raise_()
    lab.window.dock("design").hide()
    show_step(qtbot, lab, 0)
    qtbot.waitUntil(lambda: points_at(lab, lab.window.dock("design")))
    show_step(qtbot, lab, WATCH)
    qtbot.waitUntil(lambda: points_at(lab, findings))


def test_a_panel_that_is_taken_away_leaves_the_words(qtbot, lab):
    show_step(qtbot, lab, WATCH)
    toggle = lab.window.dock("findings").toggleViewAction()
    toggle.trigger()
    qtbot.waitUntil(lambda: lab.tour.mark.ring is None)
    assert card(lab).isVisible()
    toggle.trigger()
    qtbot.waitUntil(lambda: points_at(lab, lab.window.dock("findings")))


def test_a_floating_panel_has_the_ring_and_the_card_stays_in_the_window(qtbot, lab):
    findings = lab.window.dock("findings")
    findings.setFloating(True)
    findings.resize(330, 250)
    show_step(qtbot, lab, WATCH)
    qtbot.waitUntil(lambda: points_at(lab, findings))
    corner = lab.window.rect().bottomRight()
    assert card(lab).geometry().bottomRight() == corner
    press(qtbot, card(lab).back_button)
    findings.setFloating(False)
    press(qtbot, card(lab).next_button)
    qtbot.waitUntil(lambda: points_at(lab, findings))


def test_a_tour_in_progress_ends_with_the_window(qtbot, lab):
    show_step(qtbot, lab, 1)
    lab.window.close()
    assert not lab.tour.seen


def test_the_first_start_has_the_tour_and_later_ones_have_not(qtbot):
    for first in (True, False):
        with open_lab(qtbot, moons()) as lab:
            lab.welcome()
            if first:
                qtbot.waitUntil(lambda lab=lab: lab.tour.step == 0)
                press(qtbot, card(lab).skip_button)
                assert load_settings().tour_seen, "remembered at once, whatever happens to this window"
            else:
                wait_for(qtbot, lab, State.READY)
                qtbot.waitUntil(lab.polling.drawn)
                assert lab.tour.step is None
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        assert lab.tour.step is None, "pictures and self-tests have no tour"


def test_an_administrator_can_switch_it_off(qtbot):
    save_settings(Settings(tour_seen=True))
    with open_lab(qtbot, moons()) as lab:
        lab.welcome()
        wait_for(qtbot, lab, State.READY)
        assert lab.tour.step is None


@pytest.mark.parametrize(
    ("target", "side"),
    [
        (QRect(0, 0, 300, 700), Side.RIGHT),
        (QRect(700, 0, 300, 700), Side.LEFT),
        (QRect(10, 10, 100, 30), Side.BELOW),
        (QRect(400, 660, 100, 30), Side.ABOVE),
        (QRect(0, 0, 1000, 700), None),
    ],
)
def test_the_card_stands_where_there_is_room(target, side):
    place, found = place_beside(target, SIZE, ROOM)
    assert found is side
    assert ROOM.contains(place)
    assert side is None or not place.intersects(target)


def test_a_window_that_is_too_small_shows_the_upper_left_of_the_card():
    place, side = place_beside(QRect(0, 0, 100, 50), SIZE, QRect(0, 0, 150, 100))
    assert (place.topLeft(), side) == (QPoint(0, 0), None)
