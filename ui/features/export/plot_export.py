"""Pictures and numbers of the panels to other programs: the clipboard, and files.

Drawing for a file goes on in a thread of its own: matplotlib and its fonts may take seconds to load.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QWidget

from relulab.data.dataset import Progress
from relulab.errors import SessionError
from relulab.export.export_input import write_bytes, write_table
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.views.parts import ShownRun
from ui.faults.notices import Notices
from ui.features.session.documents import Documents
from ui.features.session.new_files import file_name, with_suffix
from ui.live.base import LivePanel
from ui.platform.jobs import Job
from ui.shell.commands import Controller
from ui.widgets.file_dialogs import ask_save
from ui.widgets.picture_menu import Wish

CLOSING_SECONDS = 10.0
CATALOGUE = "relulab.report.figures.catalogue"
ShownRuns = tuple[ShownRun, ...]


@dataclass(frozen=True, slots=True)
class FormatOffer:
    """One kind of file: ``write`` makes it at a path, of these runs. Raises SessionError."""

    title: str
    suffix: str
    write: Callable[[Path, ShownRuns], None]

    @property
    def filter(self) -> str:
        return f"{self.title} (*{self.suffix})"


class PlotExport(Controller):
    """``exported`` carries the path of a file, ``failed`` a message for the user, ``copied`` the panel's title."""

    exported = Signal(str)
    copied = Signal(str)
    failed = Signal(str)

    def __init__(self, window: QWidget, documents: Documents, notices: Notices) -> None:
        super().__init__(window)
        self.exported.connect(notices.show_saved)
        self.copied.connect(notices.show_copied)
        self.failed.connect(notices.complain)
        self._window = window
        self._documents = documents
        self._jobs: list[Job] = []

    def add_panel(self, panel: LivePanel) -> None:
        """Serve the menu of ``panel``."""
        panel.exportWanted.connect(self._export)

    def close(self) -> None:
        """Wait for what is being written, without a word."""
        super().close()
        for job in self._jobs:
            job.close(CLOSING_SECONDS)
        self._jobs.clear()

    @Slot(object, object)
    def _export(self, panel: LivePanel, wish: Wish) -> None:
        if wish is Wish.FILM:  # see ``Filming``
            return
        if wish is Wish.COPY:
            self._copy(panel)
            return
        ask = self._ask_picture if wish is Wish.PICTURE else self._ask_numbers
        if CATALOGUE in sys.modules:
            ask(panel)
        else:  # the first time: fonts are looked for on the whole system
            self._start(lambda _progress: _load_figures(), lambda: ask(panel), self.tr("The figures"))

    def _copy(self, panel: LivePanel) -> None:
        QGuiApplication.clipboard().setPixmap(panel.picture())
        self.copied.emit(panel.title)

    def _ask_picture(self, panel: LivePanel) -> None:
        screen = _png(panel.picture())
        offers = [
            FormatOffer(self.tr("PNG picture, as on the screen"), ".png", lambda path, _runs: write_bytes(path, screen))
        ]
        drawings = (
            (self.tr("SVG drawing: {figure}"), ".svg", _write_svg),
            (self.tr("PDF drawing: {figure}"), ".pdf", _write_pdf),
        )
        for kind in panel.figure_kinds():
            for what, suffix, write in drawings:
                offers.append(FormatOffer(what.format(figure=kind.title), suffix, partial(write, kind)))
        self._ask(panel, self.tr("Save picture"), offers)

    def _ask_numbers(self, panel: LivePanel) -> None:
        offers = [
            FormatOffer(self.tr("CSV table: {figure}").format(figure=kind.title), ".csv", partial(_write_table, kind))
            for kind in panel.figure_kinds()
        ]
        self._ask(panel, self.tr("Save numbers"), offers)

    def _ask(self, panel: LivePanel, title: str, offers: list[FormatOffer]) -> None:
        """Let the user choose a file, and write it."""
        runs = panel.shown_runs()
        name = file_name(" ".join([*(run.label for run in runs[:1]), panel.title]))
        filters = [offer.filter for offer in offers]
        chosen, chosen_filter = ask_save(self._window, title, f"{name}{offers[0].suffix}", filters)
        if chosen:
            offer, suffix = _chosen(chosen, chosen_filter, offers)
            with_suffix(self._window, chosen, suffix, lambda path: self._write(offer, path, runs))

    def _write(self, offer: FormatOffer, path: str, runs: ShownRuns) -> None:
        self._start(lambda _progress: offer.write(Path(path), runs), lambda: self.exported.emit(path), path)

    def _start(self, work: Callable[[Progress], None], then: Callable[[], None], what: str) -> None:
        """Do ``work`` beside the window, then ``then``; ``what`` it is about, should it fail."""

        def end() -> None:
            self._jobs.remove(job)
            then()

        def fail(error: Exception) -> None:
            self._jobs.remove(job)
            words = self.tr("{what} could not be made; the log file has the details.").format(what=what)
            self.failed.emit(str(error) if isinstance(error, SessionError) else words)

        job = Job.begin(work, self, end, fail)
        self._jobs.append(job)


def _chosen(path: str, chosen_filter: str, offers: list[FormatOffer]) -> tuple[FormatOffer, str]:
    """What to write, and the ending: a known one that was typed decides, else that of the kind that was chosen."""
    by_filter = next((offer for offer in offers if offer.filter == chosen_filter), offers[0])
    typed = Path(path).suffix
    for offer in (by_filter, *offers):
        if offer.suffix == typed.lower():
            return offer, typed
    return by_filter, by_filter.suffix


def _load_figures() -> None:
    import_module(CATALOGUE)


def _png(picture: QPixmap) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(buffer.data().data())


def _write_svg(kind: FigureKind, path: Path, runs: ShownRuns) -> None:
    from relulab.report.figures.theme import LIGHT
    from relulab.report.figures.writing import to_svg

    write_bytes(path, to_svg(_drawn(kind, runs), theme=LIGHT).encode())


def _write_pdf(kind: FigureKind, path: Path, runs: ShownRuns) -> None:
    from relulab.report.figures.writing import to_pdf

    write_bytes(path, to_pdf(_drawn(kind, runs)))


def _write_table(kind: FigureKind, path: Path, runs: ShownRuns) -> None:
    table = kind.table(runs)
    if table is None:
        raise _nothing(kind)
    write_table(path, table.columns, table.rows)


def _drawn(kind: FigureKind, runs: ShownRuns) -> Drawing:
    drawing = kind.draw(runs)
    if drawing is None:
        raise _nothing(kind)
    return drawing


def _nothing(kind: FigureKind) -> SessionError:
    return SessionError(f"There is nothing to save yet: no numbers for '{kind.title}' were measured in this run.")
