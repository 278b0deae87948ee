"""Reads a table beside the window each time a choice changes: some of its rows at once, then all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from relulab.data.dataset import Progress
from relulab.data.tables.choices import Choices
from relulab.data.tables.file import glance_at, state_of, understand
from relulab.data.tables.raw import RawLine, raw_lines
from relulab.data.tables.reasons import freed, with_reasons
from relulab.data.tables.samples import table_in
from relulab.data.tables.understanding import Understanding
from relulab.errors import DataError
from relulab.views.table import TableView
from ui.platform.jobs import Job, window_thread

AT_ONCE: Final = 2**20  # bytes: a smaller file is read whole before anything is shown
LONGEST_LOOK: Final = 0.25  # seconds that reading waits for the window to show what is known


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A table under ``choices``. ``view`` is None where there is none, and ``problem`` says why; it may also say why
    nothing can be learned from the table that there is.
    """

    choices: Choices
    size: int
    lines: tuple[RawLine, ...] = ()
    view: TableView | None = None
    problem: str = ""

    @property
    def table(self) -> Understanding | None:
        """What was understood."""
        return self.view.table if self.view is not None else None

    @property
    def is_complete(self) -> bool:
        """Whether all rows were looked at, so that nothing changes any more."""
        return self.table is None or self.table.complete

    @property
    def is_usable(self) -> bool:
        """Whether the table can be learned from as it is, as far as is known."""
        return self.table is not None and not self.table.questions and not self.problem


class TableReader(QObject):
    """One job at a time, the newest. ``found`` carries a ``Reading``, of a large file twice; ``settled`` ends it.

    ``progressed`` carries done, total (0 when unknown) and what is going on.
    """

    found = Signal(object)
    settled = Signal()
    progressed = Signal(object, object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._turn = 0  # what belongs to an earlier request is not told any more
        self._shown = Event()

    @property
    def busy(self) -> bool:
        return self._job is not None

    def request(self, path: str, choices: Choices) -> None:
        """Read the table at ``path`` with these choices, and nothing else any more."""
        self.stop()
        self._turn += 1
        turn, shown = self._turn, Event()
        self._shown = shown

        def work(progress: Progress) -> None:
            for reading in read(path, choices, progress):
                window_thread().call(self, partial(self._tell, turn, reading))
                if not reading.is_complete:
                    shown.wait(LONGEST_LOOK)  # painting and reading both want Python's lock

        self._job = job = Job(work, self)
        job.progressed.connect(self.progressed)
        job.succeeded.connect(self._end)
        job.failed.connect(self._end)
        job.start()

    @Slot()
    def go_on(self) -> None:
        """What is known is on the screen."""
        self._shown.set()

    @Slot()
    def stop(self) -> None:
        """Read no further."""
        if self._job is not None:
            self._job.disconnect(self)
            self._job.cancel()
            self._shown.set()
            self._job = None
            self.settled.emit()

    def close(self) -> None:
        """End at once."""
        if self._job is not None:
            self._shown.set()
            self._job.close()
            self._job = None

    def _tell(self, turn: int, reading: Reading) -> None:
        if turn == self._turn and self.busy:
            self.found.emit(reading)

    @Slot()
    def _end(self) -> None:
        self._job = None
        self.settled.emit()


def read(path: str, choices: Choices, progress: Progress) -> Iterator[Reading]:
    """What is known of a table at first sight, where that saves time, and what is known in the end."""
    size: int = 0
    lines: tuple[RawLine, ...] = ()
    try:
        size = state_of(path).size
        lines = raw_lines(path, choices, None, progress)
        if size > AT_ONCE:
            table = glance_at(path, choices, progress)
            if not table.complete:
                lines = raw_lines(path, choices, table, progress)
                yield Reading(choices, size, lines, TableView.worked_out(table, choices))
        table = understand(path, choices, progress)
        lines = raw_lines(path, choices, table, progress)
        view = TableView.worked_out(table, choices)
    except DataError as error:
        yield Reading(choices, size, lines, problem=str(error))
        return
    problem = _problem_of(path, choices, table, progress)
    yield Reading(choices, size, lines, view, problem)
    if (found := _found_in_file(path, choices, progress)) is not None:
        view = TableView.worked_out(with_reasons(table, found), choices)
        yield Reading(choices, size, lines, view, problem)


def _found_in_file(path: str, choices: Choices, progress: Progress) -> Understanding | None:
    """What the file says where nothing is written down about it; None where nothing was, or where it says nothing."""
    if freed(choices) == choices:
        return None
    try:
        return understand(path, freed(choices), progress)
    except DataError:
        return None


def _problem_of(path: str, choices: Choices, table: Understanding, progress: Progress) -> str:
    """Why nothing can be learned from a table, empty where it can. Its samples are kept for whoever trains."""
    if table.questions:
        return ""
    try:
        table_in(state_of(path), choices, progress)
    except DataError as error:
        return str(error)
    return ""
