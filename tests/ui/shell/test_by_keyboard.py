"""The whole window and each dialog by the keyboard: panels have keys, Tab stops where it can be seen, with a ring."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QPushButton, QVBoxLayout, QWidget

from relulab.training.state import State
from relulab.views.colours import contrast
from tests.helpers.filled import FILLED
from tests.helpers.labs import SECONDS_30, moons, open_lab, train_some, wait_for
from tests.helpers.windows import OPENING, opened, told, walked_by_tab
from ui.features.one_input.tables import NumberTable
from ui.plots.sheet import Sheet
from ui.shell.layouts import LAYOUTS
from ui.shell.reach import KEYS
from ui.widgets.focus_ring import RING

LEAST_CONTRAST = 3.0  # of a mark of the focus with what it is drawn over (WCAG 2.2, 1.4.11 and 2.4.13)


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons()) as lab:
        lab.start_engine()
        wait_for(qtbot, lab, State.READY)
        lab.window.activateWindow()
        qtbot.waitActive(lab.window)
        yield lab


def press_keys(qtbot, lab, keys):
    modifiers, _, letter = keys.rpartition("+")
    pressed = Qt.KeyboardModifier.ControlModifier if modifiers == "Ctrl" else Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(QApplication.focusWidget() or lab.window, getattr(Qt.Key, f"Key_{letter}"), pressed)


def seen(widget):
    """Whether any of it is on the screen: of a plot, what its frame holds."""
    shown = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    return not shown.visibleRegion().isEmpty() or not widget.visibleRegion().isEmpty()


def ring_of(lab, widget):
    """The pixels of the ring around the focus, and what is there without it."""
    frame, window = lab.window.focus_ring.frame, widget.window()
    assert frame.isVisible(), f"no ring around {told(widget)}"
    place = frame.geometry().translated(frame.parentWidget().mapTo(window, QPoint()))
    room = frame.parentWidget().rect().translated(frame.parentWidget().mapTo(window, QPoint()))
    place &= room
    with_ring = window.grab(place).toImage()
    frame.hide()
    without = window.grab(place).toImage()
    frame.show()
    return with_ring, without


def is_marked(lab, widget):
    """Whether most of the ring stands out from what it is drawn over."""
    with_ring, without = ring_of(lab, widget)
    across = range(RING, with_ring.width() - RING, 2)
    edge = [QPoint(x, y) for x in across for y in (0, with_ring.height() - 1)]
    edge += [QPoint(x, y) for y in range(0, with_ring.height(), 2) for x in (0, with_ring.width() - 1)]
    clear = [contrast(with_ring.pixelColor(at).name(), without.pixelColor(at).name()) >= LEAST_CONTRAST for at in edge]
    return sum(clear) > len(clear) / 2


def test_every_panel_is_reached_by_its_key(qtbot, lab):
    assert list(KEYS) == ["design", *lab.panels]
    for key, keys in KEYS.items():
        press_keys(qtbot, lab, keys)
        dock = lab.window.dock(key)
        qtbot.waitUntil(lambda dock=dock: not dock.visibleRegion().isEmpty())
        assert dock.isAncestorOf(QApplication.focusWidget()), f"{keys} leads to {told(QApplication.focusWidget())}"


def test_a_panel_comes_out_behind_another_that_is_alone_and_keeps_where_the_focus_was(qtbot, lab):
    lab.design.name.setFocus()
    press_keys(qtbot, lab, KEYS["loss"])
    lab.window.toggle_maximised("loss")
    press_keys(qtbot, lab, KEYS["design"])
    qtbot.waitUntil(lab.design.name.isVisible)
    assert QApplication.focusWidget() is lab.design.name


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_tab_stops_only_where_it_is_seen_and_the_stop_is_ringed(qtbot, lab, theme):
    train_some(qtbot, lab)
    lab.theme.choose(theme)
    for layout in LAYOUTS:
        lab.window.arrange(layout)
        qtbot.waitUntil(lab.polling.drawn)
        unseen, unmarked = [], []
        for stop in walked_by_tab(qtbot, lab.window):
            stop.setFocus()
            if not seen(stop):
                unseen.append(told(stop))
            elif not is_marked(lab, stop):
                unmarked.append(told(stop))
        assert not unseen, layout
        assert not unmarked, layout


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("make", FILLED, ids=lambda make: make.__name__.strip("_"))
def test_in_windows_of_their_own_the_stop_is_seen_and_ringed(qtbot, lab, theme, make):
    lab.theme.choose(theme)
    window = make(lab.window)
    if hasattr(window, "set_theme"):
        window.set_theme(lab.theme.palette)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    unseen, unmarked = [], []
    for stop in walked_by_tab(qtbot, window):
        stop.setFocus()
        if not seen(stop):
            unseen.append(told(stop))
        elif not is_marked(lab, stop):
            unmarked.append(told(stop))
    window.close()
    assert not unseen
    assert not unmarked


def test_tab_visits_every_open_panel_and_bar(qtbot, lab):
    stops = walked_by_tab(qtbot, lab.window)
    for key in KEYS:
        dock = lab.window.dock(key)
        inside = [stop for stop in stops if dock.isAncestorOf(stop)]
        assert bool(inside) != dock.visibleRegion().isEmpty(), key
    for bar in (lab.control_bar, lab.timeline_bar):
        assert any(bar.isAncestorOf(stop) for stop in stops) or not bar.isEnabled()
    order = [stop for stop in stops if lab.control_bar.isAncestorOf(stop)]
    assert order == sorted(order, key=lambda stop: stop.mapTo(lab.window, QPoint()).x()), "from left to right"


def test_tab_walks_through_every_dialog(qtbot, lab):
    train_some(qtbot, lab)
    for key in OPENING:
        with opened(qtbot, lab, key) as window:
            stops = walked_by_tab(qtbot, window)
            hidden = [told(stop) for stop in stops if not seen(stop)]
            assert stops
            assert not hidden, key


def test_tab_leaves_a_table_of_numbers(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    table, after = NumberTable("Sums"), QPushButton("Next")
    table.show_numbers(["one", "two"], ["a", "b"], [[1.0, 2.0], [3.0, 4.0]])
    column = QVBoxLayout(page)
    for part in (table, after):
        column.addWidget(part)
    page.show()
    page.activateWindow()
    qtbot.waitActive(page)
    assert walked_by_tab(qtbot, page) == [table, after]


def test_shift_tab_goes_the_same_way_back(qtbot, lab):
    lab.control_bar.train_button.setFocus()
    qtbot.keyClick(lab.control_bar.train_button, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is not lab.control_bar.train_button
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is lab.control_bar.train_button


def test_alt_and_arrows_move_through_the_run_in_the_inspector_too(qtbot, lab):
    train_some(qtbot, lab)
    lab.window.go_to("inspector")
    lab.inspector.choose(0, 1)
    qtbot.waitUntil(lab.inspector.heading.after.isVisible)
    lab.inspector.heading.after.setFocus()
    qtbot.keyClick(lab.inspector.heading.after, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: lab.polling.shown.step is not None, timeout=SECONDS_30)
    assert lab.inspector.unit == (0, 1)
    qtbot.waitUntil(lab.polling.drawn)
    qtbot.keyClick(lab.inspector.heading.after, Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
    assert lab.inspector.unit == (0, 2)


def turn_wheel(widget, modifiers=Qt.KeyboardModifier.NoModifier):
    """As the system does: the event goes up from widget to widget until one takes it."""
    window = widget.window()
    at = QPointF(widget.mapTo(window, widget.rect().center()))
    QTest.wheelEvent(window.windowHandle(), at, QPoint(0, -120), QPoint(), modifiers)


def test_the_wheel_scrolls_the_inspector_over_its_plots_and_zooms_with_ctrl(qtbot, lab):
    train_some(qtbot, lab)
    lab.window.go_to("inspector")
    lab.inspector.choose(0, 1)
    qtbot.waitUntil(lab.polling.drawn)
    area, axes = lab.inspector.body.area, lab.inspector.body.traces.bias.plot.axes
    qtbot.waitUntil(lambda: axes.plot.isVisible() and area.verticalScrollBar().maximum() > 0)
    area.ensureWidgetVisible(axes)
    at, before = area.verticalScrollBar().value(), axes.x_range
    turn_wheel(axes.plot.viewport())
    assert area.verticalScrollBar().value() > at
    assert axes.x_range == before
    area.ensureWidgetVisible(axes)
    scrolled = area.verticalScrollBar().value()
    turn_wheel(axes.plot.viewport(), Qt.KeyboardModifier.ControlModifier)
    assert axes.x_range != before
    assert area.verticalScrollBar().value() == scrolled


def test_the_wheel_zooms_a_plot_that_stands_in_no_page(qtbot, lab):
    train_some(qtbot, lab)
    plot = lab.panels["loss"].findChild(Sheet)
    before = plot.box.viewRange()
    turn_wheel(plot.viewport())
    assert plot.box.viewRange() != before
