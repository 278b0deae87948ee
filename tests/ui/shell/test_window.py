"""The window's frame: docks that can be moved and found again, menus, keys, themes."""

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTabBar

from relulab.views.colours import contrast
from tests.helpers.docks import KEYS
from ui.shell.commands import Command
from ui.shell.first_look import DARK, LIGHT, SYSTEM, application_icon
from ui.shell.layouts import ALL, DESIGN_LEAST
from ui.shell.theme import Theme, qt_palette, style_sheet
from ui.shell.window import BarSpec, DockSpec, Window
from ui.widgets import palette as palettes
from ui.widgets.banner import ERROR, INFO, Banner, BannerButton

IN_FRONT = set(KEYS) - {
    "runs",
    "inspector",
    "network",
    "one_input",
    "compare",
}  # they wait behind the design and the output


@pytest.fixture
def window(qtbot, qapp):
    theme = Theme(qapp, LIGHT)
    window = Window(Banner())
    bar = QLabel("bar")
    window.add_bar(BarSpec("bar", "Bar", bar))
    window.banner.lie_below(bar)
    window.set_theme(theme.palette)
    theme.setParent(window)
    qtbot.addWidget(window)
    for key in KEYS:
        window.add_dock(DockSpec(key, key.title(), QLabel(key)))
    return window


def shown(qtbot, window, width, height, geometry="", layout=""):
    window.restore(geometry, layout)
    window.resize(width, height)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    settle()


def settle():
    for _ in range(5):
        QApplication.processEvents()


def seen(window):
    return {key for key in KEYS if not window.dock(key).widget().visibleRegion().isEmpty()}


def test_a_wide_window_shows_every_panel_beside_the_others(qtbot, window):
    shown(qtbot, window, 1440, 900)
    window.arrange(ALL)
    settle()
    assert seen(window) == IN_FRONT
    places = {key: window.dock(key).geometry() for key in IN_FRONT}
    for key, place in places.items():
        assert all(not place.intersects(other) for name, other in places.items() if name != key)
        assert window.rect().contains(place)
        assert place.width() >= 300
    assert places["design"].x() == 0


def test_a_narrow_window_has_tabs_and_clips_nothing(qtbot, window):
    shown(qtbot, window, 1024, 700)
    window.arrange(ALL)
    settle()
    assert (window.width(), window.height()) == (1024, 700)
    assert seen(window) == {"design", "loss", "findings"}
    for key in seen(window):
        assert window.rect().contains(window.dock(key).geometry())
    assert window.dock("loss").width() > 550


def test_a_window_that_is_made_narrower_keeps_the_design_readable(qtbot, window):
    shown(qtbot, window, 1440, 900)
    window.resize(1024, 700)
    settle()
    assert (window.width(), window.height()) == (1024, 700)
    assert window.dock("design").width() >= DESIGN_LEAST


def test_the_layout_is_kept(qtbot, window):
    shown(qtbot, window, 1440, 900)
    window.arrange(ALL)
    window.dock("gradients").hide()
    window.dock("units").setFloating(True)
    window.tabifyDockWidget(window.dock("loss"), window.dock("output"))
    settle()
    geometry, layout = window.saved_geometry(), window.saved_layout()
    again = Window(Banner())
    qtbot.addWidget(again)
    for key in KEYS:
        again.add_dock(DockSpec(key, key.title(), QLabel(key)))
    again.restore(geometry, layout)
    again.show()
    qtbot.waitExposed(again)
    settle()
    assert not again.dock("gradients").isVisible()
    assert again.dock("units").isFloating()
    assert again.tabifiedDockWidgets(again.dock("loss")) == [again.dock("output")]


@pytest.mark.parametrize("layout", ["nonsense", "AAAA", "ü"])
def test_a_damaged_layout_is_the_first_one(qtbot, window, layout):
    shown(qtbot, window, 1440, 900, geometry=layout, layout=layout)
    assert seen(window) == {"design", "network", "output", "loss"}


def test_restore_layout_brings_everything_back_without_traces(qtbot, window):
    shown(qtbot, window, 1024, 700)
    window.dock("units").setFloating(True)
    window.dock("design").hide()
    window.resize(1440, 900)
    window.arrange(ALL)
    settle()
    assert seen(window) == IN_FRONT
    assert not window.dock("units").isFloating()
    bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    seen_bars = [bar for bar in bars if bar.isVisible() and window.rect().intersects(bar.geometry())]
    tabs = [[bar.tabText(i) for i in range(bar.count())] for bar in seen_bars]
    assert sorted(tabs) == [["Design", "Runs", "Inspector"], ["Output", "Network", "One_Input", "Compare"]]


def test_panels_hide_and_show_from_the_menu_and_their_titles(qtbot, window):
    shown(qtbot, window, 1440, 900)
    toggles = {action.text(): action for action in window.menu("panels").actions()}
    assert set(toggles) == {key.title() for key in KEYS}
    title = window.dock("loss").titleBarWidget()
    qtbot.mouseClick(title.close_button, Qt.MouseButton.LeftButton)
    assert not window.dock("loss").isVisible()
    toggles["Loss"].trigger()
    assert window.dock("loss").isVisible()
    qtbot.mouseClick(title.float_button, Qt.MouseButton.LeftButton)
    assert window.dock("loss").isFloating()
    qtbot.mouseClick(title.float_button, Qt.MouseButton.LeftButton)
    assert not window.dock("loss").isFloating()


def test_a_panel_of_the_menu_is_shown_in_front_of_its_tabs(qtbot, window):
    shown(qtbot, window, 1024, 700)
    window.arrange(ALL)
    toggle = window.dock("histograms").toggleViewAction()
    toggle.trigger()
    toggle.trigger()
    qtbot.waitUntil(lambda: "histograms" in seen(window))


def test_space_trains_only_where_the_focus_has_no_use_for_it(qtbot, window):
    shown(qtbot, window, 1440, 900)
    trained = []
    window.add_commands([Command("train", "Train", "Start", lambda: trained.append(1), "run")])
    window.dock("loss").widget().setFocus()
    qtbot.keyClick(window.dock("loss").widget(), Qt.Key.Key_Space)
    assert len(trained) == 1
    button = QPushButton("other")
    window.dock("output").setWidget(button)
    button.show()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert len(trained) == 1


def test_a_dropped_file_is_announced(qtbot, window, tmp_path):
    shown(qtbot, window, 1440, 900)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "mein Versuch.json"))])
    actions, button, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), actions, data, button, none)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(window.fileDropped) as dropped:
        window.dropEvent(QDropEvent(QPointF(5, 5), actions, data, button, none))
    assert dropped.args == [str(tmp_path / "mein Versuch.json")]
    text = QMimeData()
    text.setText("words")
    enter = QDragEnterEvent(QPoint(5, 5), actions, text, button, none)
    enter.ignore()
    window.dragEnterEvent(enter)
    assert not enter.isAccepted()


def test_the_banner_says_what_happened_and_helps(qtbot, window):
    shown(qtbot, window, 1024, 700)
    helped = []
    window.banner.show_message(ERROR, "The first message of a window, on two lines. " * 6)
    settle()
    assert window.banner.rect().contains(window.banner.findChild(QLabel, "banner-text").geometry())
    window.banner.show_message(ERROR, "It broke. " * 40, [BannerButton("Help", lambda: helped.append(1))])
    settle()
    assert window.banner.isVisible()
    words = window.banner.findChild(QLabel, "banner-text")
    assert words.height() >= words.heightForWidth(words.width())  # a long message is wrapped, not cut
    assert words.heightForWidth(words.width()) > 2 * words.fontMetrics().height()
    qtbot.mouseClick(window.banner.buttons[0], Qt.MouseButton.LeftButton)
    assert helped == [1]
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.banner.isVisible())
    window.banner.show_message(INFO, "Saved", brief=True)
    window.banner._away.setInterval(10)
    window.banner.show_message(INFO, "Saved", brief=True)

    def is_gone():
        QApplication.sendEvent(window.banner, QEvent(QEvent.Type.Leave))  # under the mouse it stays
        return not window.banner.isVisible()

    qtbot.waitUntil(is_gone)


def test_the_theme_can_be_chosen_and_tells_everybody(qtbot, qapp):
    theme = Theme(qapp, LIGHT)
    heard = []
    theme.changed.connect(heard.append)
    theme.choose(DARK)
    assert heard == [palettes.DARK]
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == palettes.DARK.window
    theme.choose(LIGHT)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == palettes.LIGHT.window
    theme.choose(SYSTEM)
    assert Theme(qapp, "pink").choice == SYSTEM


@pytest.mark.parametrize("colours", [palettes.LIGHT, palettes.DARK], ids=["light", "dark"])
def test_texts_of_the_window_can_be_read(colours):
    palette = qt_palette(colours)
    role = QPalette.ColorRole
    for ink, ground in (
        (role.WindowText, role.Window),
        (role.Text, role.Base),
        (role.ButtonText, role.Button),
        (role.HighlightedText, role.Highlight),
        (role.PlaceholderText, role.Base),
        (role.ToolTipText, role.ToolTipBase),
    ):
        assert contrast(palette.color(ink).name(), palette.color(ground).name()) >= 4.5, (ink, ground)
    assert "$" not in style_sheet(colours)


def test_the_program_has_an_icon(qapp):
    assert not application_icon().pixmap(64, 64).isNull()
