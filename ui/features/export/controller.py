"""File > Export…: what can be taken out now, the dialog that offers it, and where it goes.

Code is made of the design in the editor; networks, predictions and histories are those of the run that is shown, as it
is at that moment, while its training goes on. ``relulab export`` loads the data again, and may train some steps for the
losses that code compares itself with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from relulab.data.dataset import Progress
from relulab.export.formats import FORMATS, Format, Need
from relulab.formatting import capital
from relulab.session.history import RunHistory
from ui.faults.notices import Notices
from ui.features.session.controller import SessionController
from ui.features.session.documents import Documents
from ui.features.session.new_files import file_name, new_folder, with_suffix
from ui.features.training.controller import RunController
from ui.live.polling import ViewSelection
from ui.platform.child_process import FileProcess
from ui.shell.commands import Command, Controller
from ui.shell.window import Window
from ui.widgets.file_dialogs import ask_folder, ask_save
from ui.widgets.fitting import fit
from ui.widgets.sizes import px
from ui.widgets.wrapped import WrappedLabel

WIDTH = 520  # pixels
INDENT = 22  # pixels: below the words of a radio button, not below its circle
GAP = 10  # pixels between two groups


@dataclass(frozen=True, slots=True)
class FormatOffer:
    """A format; ``reason`` says why it is not possible now, or is empty."""

    format: Format
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Formats that are made of the same; ``reason`` is one for all of them, or empty."""

    heading: str
    offers: tuple[FormatOffer, ...]
    reason: str = ""


class ExportDialog(QDialog):
    """``chosen`` carries the key of a format. Escape closes the dialog."""

    chosen = Signal(str)

    def __init__(self, groups: Sequence[Group], last: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export")
        self.setWindowTitle(self.tr("Export"))
        self.choices: dict[str, QRadioButton] = {}
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.save_button = QPushButton(self.tr("&Choose a place…"))  # made here: one that Qt made is not ours to keep
        self.buttons.addButton(self.save_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self._arrange(groups)
        self._choose_first(last)
        self.buttons.accepted.connect(self._tell)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(self.deleteLater)

    def _choose_first(self, last: str) -> None:
        possible = [key for key, choice in self.choices.items() if choice.isEnabled()]
        self.save_button.setEnabled(bool(possible))
        if possible:
            choice = self.choices[last if last in possible else possible[0]]
            choice.setChecked(True)
            choice.setFocus()

    @Slot()
    def _tell(self) -> None:
        key = next(key for key, choice in self.choices.items() if choice.isChecked())
        self.accept()
        self.chosen.emit(key)

    def _arrange(self, groups: Sequence[Group]) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(2)
        for group in groups:
            layout.addWidget(_heading(group.heading))
            if group.reason:
                layout.addWidget(_line(group.reason))
            for offer in group.offers:
                self._add(offer, group.reason, layout)
            layout.addSpacing(GAP)
        layout.addStretch()
        layout.addWidget(self.buttons)
        fit(self, QSize(px(WIDTH), 0), self.buttons)

    def _add(self, offer: FormatOffer, group_reason: str, layout: QVBoxLayout) -> None:
        choice = QRadioButton(offer.format.title.replace("&", "&&"))
        choice.setEnabled(not (offer.reason or group_reason))
        choice.setAccessibleDescription(" ".join((offer.format.summary, offer.reason or group_reason)))
        self.choices[offer.format.key] = choice
        layout.addSpacing(GAP // 2)
        layout.addWidget(choice)
        layout.addWidget(_line(capital(offer.format.summary), INDENT, "muted"))
        if offer.reason:
            layout.addWidget(_line(offer.reason, INDENT))


def _heading(text: str) -> QLabel:
    label = _line(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _line(text: str, indent: int = 0, role: str = "") -> QLabel:
    """A text that wraps, and asks for no more height than it needs at the width of the dialog."""
    label = WrappedLabel(text)
    policy = label.sizePolicy()
    policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
    label.setSizePolicy(policy)
    label.setContentsMargins(indent, 0, 0, 0)
    label.setProperty("role", role)
    return label


class ExportController(Controller):
    """Offers the formats, and has the chosen one written.

    ``data_root`` gives the user's folder of data sets, or an empty text.
    """

    def __init__(
        self, window: Window, shown: ViewSelection, run_controller: RunController,
        session_controller: SessionController, documents: Documents, notices: Notices, data_root: Callable[[], str],
    ) -> None:  # fmt: skip
        super().__init__(window)
        self.exporter = FileProcess(
            window,
            self.tr("Something is being exported already. Wait until that is done."),
            self.tr("A copy of what is shown could not be made ({reason})."),
        )
        self._window = window
        self._shown = shown
        self._run_controller = run_controller
        self._session_controller = session_controller
        self._documents = documents
        self._notices = notices
        self._data_root = data_root
        self._last = ""
        self.exporter.started.connect(notices.show_exporting)
        self.exporter.written.connect(notices.show_exported)
        self.exporter.failed.connect(notices.complain)
        tip = self.tr("Take it out of the lab: code, the trained network, predictions, measurements")
        export = Command("export", self.tr("&Export…"), tip, self.ask, "file", keys=("Ctrl+E",))
        self.commands = (export,)

    def close(self) -> None:
        super().close()
        self.exporter.close()

    @Slot()
    def ask(self) -> None:
        """Let the user choose a format, then a place, and export."""
        dialog = ExportDialog(self.groups(), self._last, self._window)
        dialog.chosen.connect(self._ask_place)
        dialog.open()

    def groups(self) -> list[Group]:
        """Every format by what it is made of, with the reason why it is not possible now where it is not."""
        return [
            Group(
                self._heading(need),
                tuple(FormatOffer(entry, entry.missing) for entry in FORMATS.values() if entry.need is need),
                self._reason(need),
            )
            for need in Need
        ]

    def write(self, key: str, path: str) -> None:
        """Export what is shown at this moment in the format ``key`` to a file or a new folder."""
        entry = FORMATS[key]
        if reason := self._reason(entry.need) or entry.missing:
            self._notices.complain(reason)
        else:
            roots = ["--data-root", root] if (root := self._data_root()) else []
            save = self._preparation(entry.need)

            def prepare(folder: Path, _progress: Progress) -> list[str]:
                return ["export", str(save(folder)), "--format", entry.key, "--out", path, *roots]

            self.exporter.write_file(entry.title, path, prepare)

    def _heading(self, need: Need) -> str:
        run = self._trained()
        return {
            Need.DESIGN: self.tr("The design"),
            Need.NETWORK: self.tr("The trained network of {run}"),
            Need.HISTORY: self.tr("What was measured of {run}"),
        }[need].format(run=self.tr("a run") if run is None else run.info.spec.name)

    def _reason(self, need: Need) -> str:
        if need is Need.DESIGN:
            return (
                "" if self._run_controller.design else self.tr("The design cannot work yet: it says why at the field.")
            )
        return "" if self._trained() else self.tr("Nothing was trained yet: press Train first.")

    def _trained(self) -> RunHistory | None:
        """The run that is shown, if it was trained."""
        run = self._shown.run
        return run if run is not None and run.trained else None

    def _preparation(self, need: Need) -> Callable[[Path], Path]:
        """What saves the design or a copy of the run into a folder, and returns the file."""
        design, run = self._run_controller.design, self._trained()
        if need is Need.DESIGN:
            assert design is not None
            text = design.to_json()

            def write_design(folder: Path) -> Path:
                path = folder / "experiment.json"
                path.write_text(text, encoding="utf-8")
                return path

            return write_design
        assert run is not None
        snapshot = self._session_controller.snapshot_of(run)

        def write_run(folder: Path) -> Path:
            from relulab.session.file.files import save_session

            path = folder / "run.relulab"
            save_session(replace(snapshot(), pictures=()), path, compress=False)
            return path

        return write_run

    @Slot(str)
    def _ask_place(self, key: str) -> None:
        self._last = key
        entry = FORMATS[key]

        def write(path: str) -> None:
            self.write(key, path)

        if entry.suffix:
            self._ask_file(entry, write)
        else:
            self._ask_folder(entry, write)

    def _name(self, need: Need) -> str:
        run = self._trained()
        design = self._run_controller.design
        spec = design if need is Need.DESIGN or run is None else run.info.spec
        return file_name("" if spec is None else spec.name)

    def _ask_file(self, entry: Format, then: Callable[[str], None]) -> None:
        name = f"{self._name(entry.need)}{entry.suffix}"
        title = self.tr("Export: {what}").format(what=entry.title)
        kind = f"{entry.title} (*{entry.suffix})"
        path, _kind = ask_save(self._window, title, name, [kind])
        if path:
            with_suffix(self._window, path, entry.suffix, then)

    def _ask_folder(self, entry: Format, then: Callable[[str], None]) -> None:
        """A folder of its own inside the one that the user chooses: nothing that is there is touched."""
        title = self.tr("Where the new folder goes: {what}").format(what=entry.title)
        parent = ask_folder(self._window, title)
        if parent:
            new_folder(self._window, parent, f"{self._name(entry.need)} {entry.key}", then)
