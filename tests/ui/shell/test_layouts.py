"""The arrangements that come with the lab, and one panel alone."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QTabBar

from tests.helpers.docks import KEYS
from ui.shell.layouts import LAYOUTS
from ui.shell.window import DockSpec, Window
from ui.widgets.banner import Banner

IN_FRONT = {
    "watch": {"design", "network", "output", "loss"},
    "diagnose": {"design", "units", "gradients", "histograms", "findings"},
    "images": {"design", "network", "output"},
    "compare": {"runs", "compare"},
    "all": {"design", "loss", "output", "findings", "gradients", "units", "histograms"},
}
SIZES = ((1366, 768), (1440, 900), (1920, 1080), (1024, 700))


@pytest.fixture
def window(qtbot):
    window = Window(Banner())
    qtbot.addWidget(window)
    for key in KEYS:
        window.add_dock(DockSpec(key, key.title(), QLabel(key)))
    window.add_commands(())
    return window


def seen(window):
    return {key for key in KEYS if not window.dock(key).widget().visibleRegion().isEmpty()}


def settle():
    for _ in range(5):
        QApplication.processEvents()


def shown(qtbot, window, size):
    window.resize(*size)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    settle()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", LAYOUTS)
def test_each_has_its_panels_in_front_beside_each_other(qtbot, window, key, size):
    shown(qtbot, window, size)
    window.commands[f"layout-{key}"].trigger()
    settle()
    assert (window.width(), window.height()) == size
    if size[0] > 1250:
        assert seen(window) == IN_FRONT[key]
    places = {name: window.dock(name).geometry() for name in seen(window)}
    for name, place in places.items():
        assert window.rect().contains(place)
        assert all(not place.intersects(other) for other_name, other in places.items() if other_name != name)


def test_the_first_start_shows_the_network_large(qtbot, window):
    window.restore("", "")
    shown(qtbot, window, (1366, 768))
    assert seen(window) == IN_FRONT["watch"]
    network = window.dock("network").width()
    assert network > 700
    assert network > 2 * window.dock("output").width()


def test_panels_that_a_layout_hides_come_back_from_the_menu(qtbot, window):
    shown(qtbot, window, (1440, 900))
    window.dock("units").toggleViewAction().trigger()
    qtbot.waitUntil(lambda: "units" in seen(window))


def double_click(qtbot, window, key):
    qtbot.mouseDClick(window.dock(key).titleBarWidget(), Qt.MouseButton.LeftButton, pos=QPoint(30, 8))
    settle()


def test_a_double_click_on_its_title_shows_a_panel_alone_and_escape_all_again(qtbot, window):
    shown(qtbot, window, (1440, 900))
    before = {key: window.dock(key).geometry() for key in seen(window)}
    kept = window.saved_layout()
    double_click(qtbot, window, "network")
    assert seen(window) == {"network"}
    assert not window.dock("network").isFloating()
    assert window.saved_layout() == kept, "a window that is closed now opens with all panels"
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    settle()
    assert {key: window.dock(key).geometry() for key in seen(window)} == before
    double_click(qtbot, window, "loss")
    assert seen(window) == {"loss"}
    double_click(qtbot, window, "loss")
    assert seen(window) == set(before)


def test_a_layout_that_is_chosen_ends_that_one_panel_is_alone(qtbot, window):
    shown(qtbot, window, (1440, 900))
    double_click(qtbot, window, "network")
    window.arrange("diagnose")
    settle()
    assert seen(window) == IN_FRONT["diagnose"]
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    settle()
    assert seen(window) == IN_FRONT["diagnose"]


@pytest.mark.parametrize("key", ["watch", "diagnose", "all"])
def test_width_that_is_gained_goes_to_the_pictures(qtbot, window, key):
    shown(qtbot, window, (1366, 768))
    window.commands[f"layout-{key}"].trigger()
    settle()
    pictures = seen(window) - {"design"}
    before = {name: window.dock(name).width() for name in seen(window)}
    window.resize(1920, 1080)
    settle()
    assert window.dock("design").width() == pytest.approx(before["design"], abs=20)
    for name in pictures:
        assert window.dock(name).width() > 1.2 * before[name], name
    wanted = [window.dock(name) for name in ("design", *sorted(pictures))]
    window.resizeDocks(wanted, [500, *[400] * len(pictures)], Qt.Orientation.Horizontal)  # by the user's own hand
    settle()
    chosen = window.dock("design").width()
    assert chosen > before["design"] + 50
    window.resize(1800, 1080)
    settle()
    assert window.dock("design").width() == pytest.approx(chosen, abs=20)


@pytest.mark.parametrize("key", LAYOUTS)
def test_no_tab_is_cut(qtbot, window, key):
    shown(qtbot, window, (1024, 700))
    window.commands[f"layout-{key}"].trigger()
    settle()
    tabs = [bar for bar in window.findChildren(QTabBar) if bar.isVisible()]
    assert tabs
    for bar in tabs:
        for place in range(bar.count()):
            needed = bar.fontMetrics().horizontalAdvance(bar.tabText(place))
            assert bar.tabRect(place).width() >= needed, bar.tabText(place)
            assert "…" not in bar.tabText(place)
        assert bar.elideMode() is Qt.TextElideMode.ElideNone
