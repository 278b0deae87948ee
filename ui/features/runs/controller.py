"""The runs of the session between the list, the panels and the engine.

Which runs are drawn together, with which one the others are compared, and what the user does with a run. Rows and
labels are worked out again only where something is new: the list is brought up to date a few times a second.
"""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from relulab.errors import SessionError
from relulab.experiment import ExperimentSpec
from relulab.experiment.changes import against
from relulab.experiment.seeds import seed_words, with_new_seed
from relulab.session.compare import nearest_before
from relulab.session.history import RunHistory
from relulab.session.model import Deleted, SessionModel
from relulab.session.results import Results, results
from relulab.session.session import RunRecord
from relulab.session.store import SessionStore
from relulab.training.state import Status
from relulab.training.trainer import Trainer
from relulab.views.runs import RunRow, checked_part, checked_samples
from ui.features.runs import RunsPanel
from ui.features.training.controller import RunController
from ui.live.base import LivePanel
from ui.live.overlays import Overlays
from ui.live.polling import Polling
from ui.shell.commands import Controller
from ui.widgets.banner import INFO, WARNING, Banner, BannerButton

REFRESH_MS, RESTING_MS = 250, 2000


class RunsController(Controller):
    """Wires a ``RunsPanel`` to the session, to ``panels`` that overlay runs, and to the design.

    ``edited``: a run was renamed, hidden, deleted, put back or written about.
    """

    edited = Signal()

    def __init__(
        self, panel: RunsPanel, panels: Iterable[LivePanel], model: SessionModel, store: SessionStore, polling: Polling,
        run_controller: RunController, banner: Banner,
    ) -> None:  # fmt: skip
        super().__init__(polling)
        self.panel = panel
        self.overlays = Overlays(panels, polling)
        self._model = model
        self._store = store
        self._polling = polling
        self._run_controller = run_controller
        self._banner = banner
        self._status = Status()
        self._reference = ""
        self._compared: list[ExperimentSpec] = []
        self._nearest: list[int | None] = []
        self._differences: dict[tuple[str, str], tuple[str, ...]] = {}
        self._results: dict[RunHistory, tuple[object, Results]] = {}
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._connect()

    def attach(self, trainer: Trainer) -> None:
        """Keep the list up to date from now on."""
        super().attach(trainer)
        self._timer.start()

    def close(self) -> None:
        super().close()
        self._timer.stop()

    @property
    def records(self) -> tuple[RunRecord, ...]:
        """The runs of the list, oldest first."""
        return self._model.records

    def record_of(self, history: RunHistory | None) -> RunRecord | None:
        """The record of a run, None before its first step."""
        return next((record for record in self.records if record.history is history), None)

    @Slot(bool)
    def _rest(self, resting: bool) -> None:
        """Where nothing happens the list is looked through seldom; what the user does to it is shown at once."""
        self._timer.setInterval(RESTING_MS if resting else REFRESH_MS)

    @Slot()
    def refresh(self) -> None:
        """Bring the list and the overlays up to date."""
        records = self.records
        self.overlays.update(records)
        if not self.panel.visibleRegion().isEmpty():
            self.panel.show_rows(self._rows(records))

    # The rows

    def _rows(self, records: tuple[RunRecord, ...]) -> list[RunRow]:
        chosen = next((record for record in records if record.key == self._reference), None)
        self._results = {history: kept for history, kept in self._results.items() if history in self._store.runs}
        shown = self._polling.shown.run
        specs = [record.spec for record in records]
        if specs != self._compared:
            self._compared = specs
            self._nearest = [nearest_before(number, specs) for number in range(len(specs))]
        rows = []
        for number, (record, nearest) in enumerate(zip(records, self._nearest, strict=True)):
            beside = chosen or (None if nearest is None else records[nearest])
            rows.append(self._row(number, record, beside, record is chosen, shown))
        return rows

    def _row(
        self, number: int, record: RunRecord, beside: RunRecord | None, is_reference: bool, shown: RunHistory | None
    ) -> RunRow:
        return RunRow(
            key=record.key,
            name=record.name,
            colour=record.colour,
            state=record.state,
            seed=seed_words(record.spec),
            differences=() if beside is None else self._differences_of(record, beside),
            beside="" if beside is None else beside.name,
            results=self._results_of(record),
            number=number,
            notes=record.notes,
            checked=checked_part(record),
            samples=checked_samples(record),
            started=record.started,
            hidden=record.hidden,
            overlaid=record.key in self.overlays.chosen,
            shown=record.history is shown,
            live=record.history is self._store.trained,
            reference=is_reference,
        )

    def _differences_of(self, record: RunRecord, reference: RunRecord) -> tuple[str, ...]:
        pair = record.key, reference.key
        if pair not in self._differences:
            self._differences[pair] = against(record.spec, reference.spec)
        return self._differences[pair]

    def _results_of(self, record: RunRecord) -> Results:
        state = (record.history.revision, record.state, record.seconds)
        known = self._results.get(record.history)
        if known is None or known[0] != state:
            known = self._results[record.history] = (state, results(record))
        return known[1]

    # What the user does

    @Slot(str)
    def _show(self, key: str) -> None:
        if self._knows(key):
            self._polling.shown.show_run(self._model.record(key).history)
            self.refresh()

    @Slot(tuple, bool)
    def overlay(self, keys: tuple[str, ...], on: bool) -> None:
        """Draw these runs together with others, or not."""
        self.overlays.choose(keys, on)
        self.refresh()

    @Slot(bool)
    def _choose_bands(self, on: bool) -> None:
        self.overlays.bands = on
        self.refresh()

    @Slot(str)
    def _choose_reference(self, key: str) -> None:
        self._reference = key
        self.refresh()

    def _write(self, note: Callable[[str, str], None], key: str, text: str) -> None:
        """Have ``note`` write down a name or the notes of a run."""
        if self._knows(key):
            note(key, text)
            self._changed()

    @Slot(tuple, bool)
    def _hide(self, keys: tuple[str, ...], on: bool) -> None:
        for key in filter(self._knows, keys):
            self._model.set_hidden(key, on)
        self._changed()

    @Slot(tuple)
    def _delete(self, keys: tuple[str, ...]) -> None:
        deleted: list[Deleted] = []
        problem = ""
        for key in filter(self._knows, keys):
            try:
                deleted.append(self._model.delete(key))
            except SessionError as error:
                problem = str(error)
        if any(one.record.history is self._polling.shown.run for one in deleted) or self._polling.shown.run is None:
            self._polling.shown.follow()
        self._changed()
        self._report(deleted, problem)

    def _report(self, deleted: list[Deleted], problem: str) -> None:
        """Say what was deleted, with a way back, and what was not."""
        words = [problem] if problem else []
        if len(deleted) == 1:
            words.append(self.tr("Deleted {name}.").format(name=deleted[0].record.name))
        elif deleted:
            words.append(self.tr("Deleted {count} runs.").format(count=len(deleted)))
        buttons = [BannerButton(self.tr("Undo"), partial(self._undo, deleted))] if deleted else []
        self._banner.show_message(WARNING if problem else INFO, " ".join(words), buttons)

    def _undo(self, deleted: list[Deleted]) -> None:
        for one in reversed(deleted):
            self._model.undo_delete(one)
        self._banner.dismiss()
        self._changed()

    @Slot(str, bool)
    def _duplicate(self, key: str, new_seed: bool) -> None:
        """The design of a run goes into the editor. A run that is under way goes on until Train starts the new one."""
        if not self._knows(key):
            return
        spec = self._model.record(key).spec
        if new_seed:
            spec = with_new_seed(spec, [record.spec for record in self.records])
        if self._status.state.is_under_way:
            self._run_controller.change_design(spec)
        else:
            self._run_controller.load(spec)
        self._polling.shown.follow()
        words = self.tr("The design is in the editor. Press Train to start it as a new run.")
        self._banner.show_message(INFO, words, brief=True)

    def _knows(self, key: str) -> bool:
        """Whether the run is still there: a menu or an editor can stay open longer than its run."""
        return any(record.key == key for record in self.records)

    def _changed(self) -> None:
        self.edited.emit()
        self.refresh()

    @Slot(object)
    def show_state(self, status: Status) -> None:
        self._status = status
        self.refresh()

    @Slot(object, bool)
    def _watch(self, panel: QObject, visible: bool) -> None:
        if panel is self.panel and visible:
            self.refresh()

    def _connect(self) -> None:
        panel, polling = self.panel, self._polling
        polling.panelVisible.connect(self._watch)
        polling.restChanged.connect(self._rest)
        polling.shown.changed.connect(self.refresh)
        panel.showWanted.connect(self._show)
        panel.overlaid.connect(self.overlay)
        panel.bandsChosen.connect(self._choose_bands)
        panel.referenceChosen.connect(self._choose_reference)
        panel.renamed.connect(partial(self._write, self._model.rename))
        panel.notesWritten.connect(partial(self._write, self._model.set_notes))
        panel.hidden.connect(self._hide)
        panel.deleteWanted.connect(self._delete)
        panel.duplicateWanted.connect(self._duplicate)
