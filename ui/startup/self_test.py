"""``relulab self-test``: whether everything works here, from source or packaged, on whatever machine this is.

A teacher runs it after an installation, the build after packaging. The real window trains the default experiment;
what Qt, PyTorch and the other packages have to offer is tried feature by feature. The report is a file, because a
windowed program on Windows has no output to read.
"""

import json
import os
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF
from PySide6.QtGui import QFontDatabase, QImage, QImageWriter, QPainter, QPdfWriter, QTextDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication, QStyleFactory

from relulab import __version__
from relulab.edition import is_packaged
from relulab.experiment.presets import DEFAULT_PRESET, load_preset
from relulab.selftest import DATA_SETS, FEATURES, Check, Work, run_check
from relulab.selftest.self_test_runs import (
    FOLDER,
    SelfTestError,
    check_falling,
    draw_figures,
    save_and_read,
    write_reports,
)
from relulab.session.file import SUFFIX
from relulab.session.history import RunHistory
from relulab.training.schedule import MeasurementSchedule
from relulab.training.state import State
from ui.app import Lab
from ui.platform.settings import Settings
from ui.shell.first_look import application_icon
from ui.startup.application import create_application

WINDOW_STEPS = 200
WINDOW_SIZE = (1440, 900)
GRID = 7  # pixels between two that are looked at
COLOURS = 5  # a panel that drew has at least so many; an empty one has two or three
HANGING_SECONDS = 600.0  # nothing is judged by the clock: this only ends a test that would never end

Progress = Callable[[Check], None]


def self_test(
    progress: Progress, report: Path | None = None, png: Path | None = None, session: Path | None = None
) -> bool:
    """Do every check, tell ``progress`` of each, write the report, the picture and the session. True if all passed."""
    app = QApplication.instance()
    app = app if isinstance(app, QApplication) else create_application()
    checks: list[Check] = []

    def check(group: str, works: Mapping[str, Work]) -> None:
        for name, work in works.items():
            checks.append(run_check(group, name, work))
            progress(checks[-1])

    check("feature", QT_FEATURES | dict(FEATURES))
    check("data set", DATA_SETS)
    with open_lab(app) as lab, TemporaryDirectory(prefix="relulab-") as folder:
        check("window", {"training": partial(_train, app, lab)})
        check("window", {f"panel {key}": partial(_look_at, app, lab, key) for key in lab.panels})
        check("session", {"saved and read back": partial(_save, lab, Path(folder))})
        check("session", {"exported as code": partial(_export, app, lab, Path(folder))})
        check("session", {"figures": partial(_draw_figures, lab)})
        check("session", {"reports": partial(write_reports, _session_in(Path(folder)))})
        if png is not None:
            check("window", {"picture": partial(_picture, app, lab, png)})
        if session is not None:
            check("session", {"kept": partial(_keep, lab, session)})
    passed = all(check.passed for check in checks)
    if report is not None:
        write_report(report, checks, passed)
    return passed


def write_report(path: Path, checks: list[Check], passed: bool) -> None:
    """The report as JSON. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found = {
        "version": __version__,
        "passed": passed,
        "packaged": is_packaged(),
        "system": platform.platform(),
        "platform": QApplication.platformName(),
        "checks": [asdict(check) for check in checks],
    }
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@contextmanager
def open_lab(app: QApplication) -> Iterator[Lab]:
    """The real window with the default experiment; the user's settings are neither read nor written."""
    spec = load_preset(DEFAULT_PRESET)
    lab = Lab(app, Settings(theme="light"), MeasurementSchedule.every(2, 2))
    try:
        lab.open(spec.replace(training=spec.training.replace(epochs=None, steps=WINDOW_STEPS)))
        lab.window.resize(*WINDOW_SIZE)
        lab.window.arrange()
        lab.start_engine()
        yield lab
    finally:
        lab.window.close()
        lab.deleteLater()
        app.processEvents()


def _train(app: QApplication, lab: Lab) -> str:
    lab.run_controller.toggle()
    _wait(app, lambda: lab.status.state.has_ended, "the training does not end")
    if lab.status.state is not State.FINISHED or lab.status.step != WINDOW_STEPS:
        raise SelfTestError(f"{lab.status.state.value} at step {lab.status.step}: {lab.status.message}")
    check_falling(_run(lab))
    return f"{WINDOW_STEPS} steps, the loss fell"


def _train_another(app: QApplication, lab: Lab) -> None:
    """A second run of the design, drawn together with the first: there is nothing to compare in one alone."""
    lab.run_controller.reset()
    _wait(app, lambda: lab.status.state is State.READY, "the network is not built anew")
    _train(app, lab)
    lab.runs.overlay(tuple(record.key for record in lab.session_controller.model.records), True)


def _look_at(app: QApplication, lab: Lab, key: str) -> str:
    """Bring a panel to the front and count the colours that it drew."""
    lab.window.dock(key).show()
    lab.window.dock(key).raise_()
    if lab.panels[key] is lab.inspector:
        lab.inspector_controller.show_unit(0, 0)  # it shows the unit that was clicked
    if lab.panels[key] is lab.compare:
        _train_another(app, lab)
    _wait(app, lambda: not lab.panels[key].visibleRegion().isEmpty() and lab.polling.drawn(), "it is never drawn")
    _wait(app, lambda: not lab.panels[key].is_empty, "it shows the words of its empty state")
    picture = lab.panels[key].grab().toImage()
    if (colours := _colours(picture)) < COLOURS:
        raise SelfTestError(f"Only {colours} colours in {picture.width()} × {picture.height()} pixels.")
    return "drawn"


def _run(lab: Lab) -> RunHistory:
    if lab.store.current is None:
        raise SelfTestError("There is no run.")
    return lab.store.current


def _session_in(folder: Path) -> Path:
    return folder / FOLDER / f"Expérience ReLU{SUFFIX}"


def _save(lab: Lab, folder: Path) -> str:
    return _keep(lab, _session_in(folder))


def _keep(lab: Lab, path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    return save_and_read(_run(lab), path)


def _draw_figures(lab: Lab) -> str:
    return draw_figures(_run(lab))


def _export(app: QApplication, lab: Lab, folder: Path) -> str:
    """The window has a child process write code; in the package, that child is the program itself."""
    path = _session_in(folder).with_suffix(".py")
    path.parent.mkdir(exist_ok=True)
    failures: list[str] = []
    lab.exports.exporter.failed.connect(failures.append)
    lab.exports.write("pytorch", str(path))
    _wait(app, lambda: not lab.exports.exporter.busy, "the code is never written")
    if failures:
        raise SelfTestError(failures[0])
    compile(path.read_text("utf-8"), path.name, "exec")
    return "a script that Python reads"


def _picture(app: QApplication, lab: Lab, path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    _wait(app, lab.polling.drawn, "the panels are not drawn")
    if not lab.window.grab().save(str(path), "PNG"):
        raise SelfTestError("The picture could not be written. Choose a folder that you may write to.")
    return "written"


def _wait(app: QApplication, done: Callable[[], bool], complaint: str) -> None:
    hanging = monotonic() + HANGING_SECONDS
    while not done():
        if monotonic() > hanging:
            raise SelfTestError(f"Given up: {complaint}.")
        app.processEvents()
        sleep(0.005)


def _colours(picture: QImage) -> int:
    return len({picture.pixel(x, y) for x in range(0, picture.width(), GRID) for y in range(0, picture.height(), GRID)})


# What Qt has to offer


def _icons() -> str:
    picture = application_icon().pixmap(64, 64).toImage()
    return f"the icon has several colours: {_colours(picture) > 1}"


def _fonts() -> str:
    if not QFontDatabase.families():
        raise SelfTestError("No font is installed: texts are invisible. Install one, for example fonts-dejavu-core.")
    return "there are fonts"


def _image_formats() -> str:
    needed = {"png", "jpg", "bmp"}
    formats = {bytes(name.data()).decode() for name in QImageWriter.supportedImageFormats()}
    if not needed <= formats:
        raise SelfTestError(f"Pictures cannot be written as {', '.join(sorted(needed - formats))}.")
    return ", ".join(sorted(needed))


def _svg() -> str:
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    painter = QPainter(generator)
    painter.drawLine(0, 0, 10, 10)
    painter.end()
    if b"<svg" not in bytes(buffer.data().data()):
        raise SelfTestError("No SVG was written.")
    return "a line as SVG"


def _pdf() -> str:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageMargins(QMarginsF(10, 10, 10, 10))
    document = QTextDocument()
    document.setMarkdown("# ReLU\n\nA page.")
    document.print_(writer)
    buffer.close()
    if not bytes(data.data()).startswith(b"%PDF"):
        raise SelfTestError("No PDF was written.")
    return "a page as PDF"


def _printer() -> str:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    return f"output {printer.outputFormat().name}"


def _styles() -> str:
    styles = QStyleFactory.keys()
    return f"Fusion: {'Fusion' in styles}"


def _plots() -> str:
    from pyqtgraph import PlotWidget, colormap

    plot = PlotWidget()
    plot.plot([0, 1, 2], [2, 1, 0])
    plot.resize(120, 90)
    colours = _colours(plot.grab().toImage())
    plot.close()
    return f"a curve is drawn: {colours > 1}; colours of {colormap.get('viridis').name}"


QT_FEATURES: dict[str, Work] = {
    "Qt: icons": _icons,
    "Qt: fonts": _fonts,
    "Qt: image formats": _image_formats,
    "Qt: SVG": _svg,
    "Qt: PDF": _pdf,
    "Qt: printing": _printer,
    "Qt: styles": _styles,
    "pyqtgraph": _plots,
}


def choose_platform() -> None:
    """Offscreen, unless the user names a platform: must be called before Qt starts."""
    if QApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")  # size hints that offscreen lacks
