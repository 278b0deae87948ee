"""A picture of the real window, drawn without a display: for the README, for reports and for a look at a machine
without a screen."""

import os
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImageWriter
from PySide6.QtWidgets import QApplication

from relulab.errors import DeviceError, SessionError
from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import load_preset
from relulab.training.schedule import LIVE, MeasurementSchedule
from relulab.training.state import State
from ui.platform.settings import Settings

if TYPE_CHECKING:
    from ui.app import Lab


POINTS = 150  # measurements along the run, whatever its length
DRAWING_SECONDS = 60.0


def take_screenshot(preset: str, steps: int, size: tuple[int, int], theme: str, out: Path) -> None:
    """Train ``preset`` for exactly ``steps`` steps in the real window and save it, ``size`` pixels large.

    ``theme`` is light or dark. A run that diverges is drawn as it is. Raises what the run failed with
    (DataMissingError, SpecError …), UnknownKeyError for the preset and SessionError for the file.
    """
    spec = load_preset(preset)
    if QApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from ui.app import Lab
    from ui.startup.application import create_application

    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else create_application()
    exact = MeasurementSchedule.every(max(1, steps // POINTS), max(1, steps // POINTS))
    recording = replace(exact, checkpoints=LIVE.checkpoints) if steps else LIVE
    lab = Lab(app, Settings(theme=theme), recording)
    try:
        lab.open(_shortened(spec, steps))
        lab.window.resize(QSize(*size))
        lab.window.arrange()
        lab.start_engine()
        if steps:
            lab.run_controller.toggle()
        _run(app, lab, steps)
        picture = lab.window.grab(QRect(QPoint(), QSize(*size))).toImage()
        picture.setDevicePixelRatio(1.0)
        if picture.size() != QSize(*size):  # drawn for a screen of higher density
            picture = picture.scaled(
                QSize(*size), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        if not QImageWriter(str(out), QByteArray(b"png")).write(picture):
            raise SessionError(f"The picture {out} could not be written. Choose a folder that you may write to.")
    finally:
        lab.window.close()
        lab.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _shortened(spec: ExperimentSpec, steps: int) -> ExperimentSpec:
    """``spec`` with a run of exactly ``steps`` steps."""
    return spec.replace(training=spec.training.replace(epochs=None, steps=steps)) if steps else spec


def _run(app: QApplication, lab: "Lab", steps: int) -> None:
    """Process events until the run has ended and every visible panel has drawn its end. Raises what it failed with."""
    while not (lab.status.state.has_ended or (lab.status.state is State.READY and not steps)):
        _turn(app)
    if lab.status.state is State.FAILED:
        raise lab.status.error or DeviceError(lab.status.message)
    deadline = monotonic() + DRAWING_SECONDS
    while not lab.polling.drawn() and monotonic() < deadline:
        _turn(app)
    for _ in range(3):  # layouts that settle after the last drawing
        _turn(app)


def _turn(app: QApplication) -> None:
    app.processEvents()
    sleep(0.005)
