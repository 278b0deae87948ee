"""The whole application for a test: the real window, the real engine, small data."""

from contextlib import contextmanager

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from relulab.experiment import ExperimentSpec
from relulab.training.state import State
from tests.helpers.recording import EVERY_MOMENT
from ui.app import Lab
from ui.shell.layouts import ALL

SECONDS_30 = 30_000
MINUTES_3 = 180_000  # for what begins a process that imports torch
LONG = 10_000_000  # steps
LIVE_PANELS = ("loss", "output", "units", "histograms", "gradients")  # they show something from step 0 on


def moons(steps=LONG, **training):
    """A tiny experiment; it runs until somebody stops it."""
    return ExperimentSpec.parse(
        {
            "name": "Tiny moons",
            "data": {"dataset": "moons", "train_size": 60, "validation_size": 20, "test_size": 20},
            "model": {"layers": [{"kind": "dense", "parameters": {"units": 6}}]},
            "training": {"steps": steps, "learning_rate": 0.05} | training,
        }
    )


@contextmanager
def open_lab(qtbot, spec=None, settings=None, size=(1440, 900), recording=EVERY_MOMENT, layout=ALL):
    """An open window with every panel, or in another layout; everything is closed at the end."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    lab = Lab(app, settings, recording)
    try:
        lab.open(spec)
        lab.window.resize(*size)
        lab.window.arrange(layout)
        qtbot.waitExposed(lab.window)
        yield lab
    finally:
        lab.close()
        lab.deleteLater()


def wait_for(qtbot, lab, *states):
    """Wait until the window knows of one of these states."""
    qtbot.waitUntil(lambda: lab.status.state in states, timeout=SECONDS_30)


def press(qtbot, button):
    """A real click."""
    assert button.isEnabled(), f"{button.text()} cannot be pressed"
    assert button.isVisible(), f"{button.text()} cannot be seen"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def train(qtbot, lab):
    """Press Train and wait for the first steps."""
    press(qtbot, lab.control_bar.train_button)
    qtbot.waitUntil(lambda: lab.trainer.status.step > 20, timeout=SECONDS_30)
    wait_for(qtbot, lab, State.RUNNING, State.FINISHED)


def train_some(qtbot, lab):
    """Train some steps and pause."""
    train(qtbot, lab)
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.PAUSED)


def save_as(qtbot, lab, path):
    """Save the session under ``path``, as the dialog does, and wait until it is safe on the disk."""
    with qtbot.waitSignal(lab.session_controller.file.saved, timeout=SECONDS_30):
        lab.documents.sessionNamed.emit(str(path))


def stroke(widget, points):
    """Draw through ``points`` with the left button held, as a hand does."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * (len(points) - 1)]
    for kind, point in zip(kinds, points, strict=True):
        at = QPointF(*point)
        button = left if kind is QEvent.Type.MouseButtonPress else none
        event = QMouseEvent(kind, at, widget.mapToGlobal(at), button, left, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget, event)
    end = QPointF(*points[-1])
    release = QEvent.Type.MouseButtonRelease
    event = QMouseEvent(release, end, widget.mapToGlobal(end), left, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)
