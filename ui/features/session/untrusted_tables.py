"""Asks before a table is read that an opened file names: the file may come from a stranger, see ``untrusted_paths``."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject

from relulab.catalog.entry import Kind
from relulab.data.untrusted_paths import release, released, withhold
from relulab.experiment import ExperimentSpec
from relulab.session.session import Session
from relulab.untrusted import is_plain
from ui.widgets.banner import WARNING, Banner, BannerButton


class UntrustedTables(QObject):
    """Writes its question into ``banner``."""

    def __init__(self, banner: Banner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._banner = banner

    def keep_shut(self, specs: Iterable[ExperimentSpec]) -> tuple[str, ...]:
        """Read none of the tables that ``specs`` name. Returns those that the user must be asked about."""
        return withhold(path for spec in specs for path in _files_of(spec))

    def ask(self, paths: tuple[str, ...], then: Callable[[], None]) -> str:
        """Ask whether ``paths`` may be read, and go on with ``then`` if so. Returns the question."""

        def read() -> None:
            release(paths)
            self._banner.dismiss()
            then()

        question = self.tr(
            "This file takes its data from elsewhere on this computer: {files}. Nothing of that has been read. "
            "Have it read only if you know where this file comes from."
        ).format(files=", ".join(paths))
        self._banner.show_message(WARNING, question, [BannerButton(self.tr("Read the data"), read)])
        return question


def remembered() -> list[str]:
    """What need not be asked about at the next start. Paths that were typed letter by letter are mostly no files."""
    return [path for path in released() if is_plain(Path(path))]


def designs_of(session: Session) -> Iterator[ExperimentSpec]:
    """Every design that a session holds."""
    yield from session.experiments
    for run in session.runs:
        yield run.spec
        yield from (checkpoint.spec for checkpoint in run.checkpoints)
        yield from (trial.info.spec for trial in run.history.trials)


def _files_of(spec: ExperimentSpec) -> list[str]:
    """The files that the data set of ``spec`` is read from, as its parameters name them."""
    choice = spec.data.dataset
    return [str(choice.parameters[p.name]) for p in choice.entry.parameters if p.kind is Kind.FILE]
