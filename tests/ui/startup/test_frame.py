"""The empty window at the start: it is there before the lab is imported, and becomes the window of the lab."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from tests.ui.plots.test_fast_import import said_by_a_fresh_python
from ui.app import Lab
from ui.features.design.first_parts import FirstParts
from ui.platform.settings import Settings
from ui.shell.first_look import DARK, GROUNDS, LIGHT
from ui.shell.window import Window
from ui.startup.frame import open_frame
from ui.widgets.palette import palette


@pytest.fixture
def frame(qapp):
    window = open_frame(qapp, Settings(theme=LIGHT))
    yield window
    if isValid(window):  # no lab took it
        window.deleteLater()


def test_it_is_painted_before_the_lab_is_imported():
    said = said_by_a_fresh_python(
        "import sys\n"
        "from ui.startup.main import open_frame, create_application\n"
        "from ui.platform.settings import Settings\n"
        "window = open_frame(create_application(), Settings())\n"
        "print(window.was_painted, [name for name in ('numpy', 'pydantic', 'pyqtgraph', 'relulab.experiment', 'ui.app')"
        " if name in sys.modules])"
    )
    assert said == "True []"


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_its_ground_is_that_of_the_theme(qtbot, qapp, theme):
    window = open_frame(qapp, Settings(theme=theme))
    qtbot.addWidget(window)
    expected = palette(theme == DARK).window
    assert GROUNDS[theme == DARK] == expected
    assert window.grab().toImage().pixelColor(window.rect().center()).name() == expected


def test_the_lab_fills_it_where_it_is(qtbot, qapp, frame):
    place = frame.geometry()
    painted = []
    frame.painted.connect(lambda: painted.append(True))
    lab = Lab(qapp, first=FirstParts(qapp, Settings(theme=LIGHT), frame))
    try:
        assert lab.window is frame
        lab.window.painted.disconnect(lab.start_engine)
        lab.open()
        qtbot.waitUntil(lambda: painted == [True])
        assert lab.design.isVisible()
        assert not lab.design.visibleRegion().isEmpty()
        assert not lab.network.visibleRegion().isEmpty()
        assert lab.window.geometry().topLeft() == place.topLeft()
    finally:
        lab.close()


def test_an_empty_window_starts_no_engine(qtbot):
    window = Window()
    qtbot.addWidget(window)
    painted = []
    window.painted.connect(lambda: painted.append(True))
    window.show_frame("")
    qtbot.waitUntil(lambda: window.was_painted)
    QApplication.processEvents()
    assert painted == []


def test_keys_and_the_wish_to_close_wait_until_it_is_whole(qtbot, qapp, frame):
    qtbot.keyClick(frame, Qt.Key.Key_Space)
    assert not frame.close()
    assert frame.isVisible()
    lab = Lab(qapp, first=FirstParts(qapp, Settings(theme=LIGHT), frame))
    with qtbot.waitSignal(frame.closing):
        lab.open()
    assert not frame.isVisible()
