"""The units of a network are worked out as large as the window shows them, so that no picture is made larger."""

from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, moons, open_lab, wait_for
from ui.platform.settings import Settings
from ui.shell.layouts import WATCH


def values_across(lab):
    picture = lab.store.current.network
    return None if picture is None else picture.values[0].shape[1:]


def test_pictures_come_as_large_as_they_are_shown_at_every_size_of_the_window(qtbot):
    with open_lab(qtbot, moons(), Settings(), layout=WATCH) as lab:
        wait_for(qtbot, lab, State.READY)
        canvas = lab.network.canvas
        qtbot.waitUntil(lambda: canvas.pixels > 32, timeout=SECONDS_30)
        qtbot.waitUntil(lambda: values_across(lab) == (canvas.pixels, canvas.pixels), timeout=SECONDS_30)
        before = canvas.pixels
        lab.window.dock("network").setFloating(True)
        lab.window.dock("network").resize(420, 330)
        qtbot.waitUntil(lambda: canvas.pixels != before, timeout=SECONDS_30)
        across = max(canvas.pixels, 32)
        qtbot.waitUntil(lambda: values_across(lab) == (across, across), timeout=SECONDS_30)
