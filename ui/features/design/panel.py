"""The design panel: one experiment as a form in three pages. Value in, value out; it knows no trainer.

Every edit, wherever it is made, goes the same way: a section says what it wants (``Edit``), the panel makes a new
spec of it, puts it on the undo stack, and shows it in all sections. Nothing else changes the design.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIcon, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from relulab.catalog.entry import Value
from relulab.data.dataset import Source
from relulab.data.table import KEY
from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.experiment.changes import changes
from relulab.experiment.presets import load_preset
from ui.features.design.data_section import DataSection
from ui.features.design.edits import edited, with_fitting_loss
from ui.features.design.forecast_line import Start
from ui.features.design.layer_card import LayerCard
from ui.features.design.network_section import NetworkSection
from ui.features.design.problem_banner import ProblemBanner
from ui.features.design.review import Review, review
from ui.features.design.training_section import TrainingSection
from ui.platform.log import surely
from ui.widgets.choice_editor import EntryField
from ui.widgets.contents import nest
from ui.widgets.controls import TextField
from ui.widgets.edit import Edit, Path
from ui.widgets.field_row import FieldRow, TitledField
from ui.widgets.icons import line_icon
from ui.widgets.number_field import NumberField
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.preset_picker import PresetPicker

if TYPE_CHECKING:
    from relulab.session.history import RunHistory

MERGEABLE, SINGLE = 1, -1  # ids of QUndoCommand: -1 is never merged


class SpecCommand(QUndoCommand):
    """Shows ``after`` or ``before``. Edits with the same ``key`` that follow each other become one step.

    ``key`` is None for an edit that is a step of its own. Nothing may be raised out of ``redo`` and ``undo``: the
    binding would free the command while the stack goes on to use it.
    """

    def __init__(
        self, show: Callable[[ExperimentSpec], None], before: ExperimentSpec, after: ExperimentSpec, text: str,
        key: tuple[Path, int] | None,
    ) -> None:  # fmt: skip
        super().__init__(text)
        self._show, self._before, self.after, self.key = show, before, after, key

    def id(self) -> int:
        return SINGLE if self.key is None else MERGEABLE

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, SpecCommand) or other.key != self.key:
            return False
        self.after = other.after
        self.setObsolete(self.after == self._before)
        return True

    def redo(self) -> None:
        surely(self._show, self.after)

    def undo(self) -> None:
        surely(self._show, self._before)


MARGIN = 8  # pixels
SIZES = ("train_size", "validation_size", "test_size")
UNDO_STEPS = 200


class DesignPanel(QWidget):
    """Edits an ``ExperimentSpec``.

    ``specChanged`` carries every new design that can be trained, ``problemChanged`` the SpecError that says why
    the present one cannot be, or None. ``setValue`` emits only the latter. ``presetChosen`` tells which preset
    was opened; ``downloadRequested`` and ``importRequested`` carry the key of a data set that is not here.
    """

    specChanged = Signal(object)
    problemChanged = Signal(object)
    presetChosen = Signal(str)
    downloadRequested = Signal(str)
    importRequested = Signal(str)
    coloursChanged = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_STEPS)
        self.name = TextField()
        self.presets = PresetPicker()
        self.tabs = QTabWidget()
        self.data = DataSection()
        self.network = NetworkSection()
        self.training = TrainingSection()
        self.banner = ProblemBanner()
        self._pages: dict[str, Any] = {"data": self.data, "model": self.network, "training": self.training}
        self._colours = LIGHT
        self.before_opening: Callable[[Callable[[], None]], None] = lambda show: show()
        self._spec = ExperimentSpec()
        self._announced: ExperimentSpec | None = None
        self._untouched = True
        self._silent = False
        self._visit = 0
        self._review = Review()
        self._start: Start | None = None
        self._refused: SpecError | None = None
        self._problem: SpecError | None = None
        self._unfitted: tuple[ExperimentSpec, str, Path, int] | None = None  # an edit that waits for its data
        self._arrange()
        self._connect()
        self._show(self._spec)

    def value(self) -> ExperimentSpec:
        """The last design that could be understood; ``problem`` tells whether it can be trained."""
        return self._spec

    def setValue(self, spec: ExperimentSpec) -> None:
        """Show ``spec``. It can be undone like an edit, unless it is the first design that is shown."""
        for field in self.findChildren(NumberField):
            field.revert()
        self._silent = True
        if self._untouched:
            self._untouched = False
            self._show(spec)
        elif spec != self._spec:
            self._push(spec, *self._described(spec))
        else:
            self._show(spec)
        self._silent = False

    @property
    def problem(self) -> SpecError | None:
        """Why the design cannot be trained, None while it can."""
        return self._problem

    def set_source(self, source: Source) -> None:
        """Where the user's own data files lie."""
        self.data.set_source(source)

    @Slot()
    def reload_data(self) -> None:
        """Look for the data again, after a download or an import, or where it was stopped."""
        self.data.reading.again()
        self._look_again()
        self.data.preview.reload()

    def close_reading(self) -> None:
        """Read nothing any more: the window closes."""
        self.data.reading.close()

    @property
    def colours(self) -> Palette:
        """The colours of the theme."""
        return self._colours

    def use_table(self, parameters: Mapping[str, Value]) -> None:
        """Learn from a table of the user's own: one step of undo. Sizes that were chosen belong to the last table."""
        before = self._spec.data.dataset
        changes: dict[Path, Any] = {("data", "dataset"): {"name": KEY, "parameters": dict(parameters)}}
        if before.parameters.get("path") != parameters["path"]:
            changes |= {("data", size): None for size in SIZES}
        self._edit(Edit(self.tr("Use a table"), changes))

    def show_start(self, history: "RunHistory") -> None:
        """A run has measured step 0: show that beside the forecast, while the design is still the same."""
        self._start = Start.of(history)
        self._show_start()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self.coloursChanged.emit(palette)
        self.data.preview.set_theme(palette)
        self.data.table.set_theme(palette)
        self._mark_tabs()

    @Slot()
    def show_problem(self) -> None:
        """Go to the field that has to be changed."""
        if self._problem is None:
            return
        where = self._problem.where
        page = next((page for key, page in self._pages.items() if where[:1] == (key,)), None)
        if page is None:
            return
        self.tabs.setCurrentIndex(list(self._pages.values()).index(page))
        if page is self.network:
            self.network.reveal(where[1:])
        for row in [*page.findChildren(FieldRow), *page.findChildren(EntryField)]:
            if row.problem and row.isVisible():
                (row.control if isinstance(row, FieldRow) else row.combo).setFocus()
                return

    @Slot(str)
    def open_preset(self, key: str) -> None:
        """Show a preset as one edit that can be undone, if ``before_opening`` goes on."""

        def show() -> None:
            spec = load_preset(key)
            self._push(spec, self.tr("Open {name}").format(name=spec.name), None)
            self.presetChosen.emit(key)

        self.before_opening(show)

    def _edit(self, edit: Edit) -> None:
        """Make a new design of what a section wants."""
        try:
            spec = edited(self._spec, edit.changes)
        except SpecError as error:  # the sum of two allowed values that do not go together
            self._refused = error
            self._update_problem()
            return
        if spec.data.dataset.is_read:
            self._push(spec, edit.text, edit.key if edit.typed else None)
        else:  # what follows from the data becomes part of the same step, when they are known
            self._visit += 1
            self._push(spec, edit.text, edit.key)
            self._unfitted = (self._spec, edit.text, edit.key, self._visit)

    def _push(self, spec: ExperimentSpec, text: str, field: Path | None, visit: int | None = None) -> None:
        self._untouched = False
        key = None if field is None else (field, self._visit if visit is None else visit)
        self.undo_stack.push(SpecCommand(self._show, self._spec, spec, text, key))

    def _show(self, spec: ExperimentSpec) -> None:
        self._spec = spec
        self._refused = None
        self._review = review(spec)
        self.name.setValue(spec.name)
        for key, page in self._pages.items():
            page.setValue(getattr(spec, key))
            page.show_review(self._review)
        self._show_start()
        self._update_problem()

    def _show_start(self) -> None:
        if self._start is not None and self._start.fits(self._spec):
            self.network.show_forecast(self._review.forecast, self._start)

    def _update_problem(self) -> None:
        """Texts that are no values come first: they have to be put right before anything else counts."""
        problem = next(self._typed_problems(), None) or self._refused or self._review.problem or self._awaited()
        shown = self._review.problem or self._refused
        for key, page in self._pages.items():
            inside = shown is not None and shown.where[:1] == (key,)
            where, words = (shown.where[1:], str(shown)) if shown and inside else ((), "")
            page.mark(where, words, shown is not None and shown.awaits_choice)
        if _known(problem) != _known(self._problem):
            self._problem = problem
            words = str(problem) if problem and not self._review.awaits_data else ""
            self.banner.set_problem(words, problem is not None and problem.awaits_choice, self._said_under(problem))
            self._mark_tabs()
            self.problemChanged.emit(problem)
        if self._silent:
            self._announced = self._spec
        elif problem is None and self._spec != self._announced:
            self._announced = self._spec
            self.specChanged.emit(self._spec)

    def _said_under(self, problem: SpecError | None) -> str:
        """The name of the page on which a field says what is wrong; empty where none does."""
        for index, (key, page) in enumerate(self._pages.items()):
            rows = (*page.findChildren(TitledField), *page.findChildren(LayerCard))
            if problem is not None and problem.where[:1] == (key,) and any(row.problem for row in rows):
                return self.tabs.tabText(index)
        return ""

    def _awaited(self) -> SpecError | None:
        """An edit is no design before its data are known; what is loaded is built at once, by who reads the data."""
        stopped = self.data.reading.refused == self._spec.data.dataset
        if not self._review.awaits_data or (self._silent and not stopped):
            return None
        words = self.tr("The data of this design have not been read.")
        return SpecError(words, ("data", "dataset"), awaits_choice=True)

    @Slot()
    def _look_again(self) -> None:
        """More may be known of the data now; what follows from them belongs to the edit that chose them."""
        waiting, self._unfitted = self._unfitted, None
        spec, silent = self._spec, self._silent
        if waiting is not None and waiting[0] == spec and spec.data.dataset.is_read:
            self._push(with_fitting_loss(spec), *waiting[1:])
        else:
            self._silent = silent or self._announced == spec
            self._show(spec)
            self._silent = silent

    def _typed_problems(self) -> Iterator[SpecError]:
        for key, page in self._pages.items():
            for where, message in page.drafts():
                yield SpecError(message, (key, *where))

    def _described(self, spec: ExperimentSpec) -> tuple[str, Path | None]:
        """How the undo menu calls a design that came from outside, and its field if it is only one."""
        fields = [field for change in changes(self._spec, spec) for field in change.fields]
        if len(fields) == 1 and spec.name == self._spec.name:
            return self.tr("Change {field}").format(field=fields[0].name), fields[0].path
        return self.tr("Open {name}").format(name=spec.name), None

    def _mark_tabs(self) -> None:
        """The sign of an error on the page that has it, or of something to choose there."""
        where = self._problem.where[:1] if self._problem else ()
        awaits_choice = self._problem is not None and self._problem.awaits_choice
        sign = ("info", self._colours.muted) if awaits_choice else ("error", self._colours.error)
        for index, key in enumerate(self._pages):
            self.tabs.setTabIcon(index, line_icon(*sign) if where == (key,) else QIcon())

    @Slot()
    def _end_visit(self) -> None:
        """Typing into a field again, after having been elsewhere, is another step of undo."""
        self._visit += 1

    def _arrange(self) -> None:
        self.setAccessibleName(self.tr("Design"))
        self.name.setAccessibleName(self.tr("Name of the experiment"))
        self.name.setPlaceholderText(self.tr("Name"))
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.presets)
        titles = {"data": self.tr("Data"), "model": self.tr("Network"), "training": self.tr("Training")}
        for key, page in self._pages.items():
            self.tabs.addTab(_scrolling(page), titles[key])
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(self.tr("Parts of the design"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        nest(layout, head)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.banner)

    def _connect(self) -> None:
        for key, page in self._pages.items():
            page.edited.connect(lambda edit, key=key: self._edit(edit.under((key,))))
            page.drafted.connect(self._update_problem)
        self.name.edited.connect(self._rename)
        self.presets.presetChosen.connect(self.open_preset)
        self.data.downloadRequested.connect(self.downloadRequested)
        self.data.importRequested.connect(self.importRequested)
        self.data.reading.ended.connect(self._look_again)
        self.data.reading.stopped.connect(self._look_again)
        self.data.strip.againWanted.connect(self.reload_data)
        self.banner.showRequested.connect(self.show_problem)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._end_visit)

    @Slot(object)
    def _rename(self, name: str) -> None:
        self._edit(Edit(self.tr("Change name"), {("name",): name}, typed=True))


def _scrolling(page: QWidget) -> QScrollArea:
    page.setContentsMargins(2, MARGIN, MARGIN, MARGIN)
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def _known(problem: SpecError | None) -> tuple[str, Path] | None:
    """What makes two problems the same."""
    return (str(problem), problem.where) if problem else None
