"""The files outside of a session that its designs name: whoever made the session chose them, not whoever opens it."""

from collections.abc import Iterable, Iterator

from relulab.catalog.entry import Kind
from relulab.data.untrusted_paths import withhold
from relulab.experiment import ExperimentSpec
from relulab.session.session import Session


def keep_shut(specs: Iterable[ExperimentSpec]) -> tuple[str, ...]:
    """Read none of the files that ``specs`` name. Returns those that the user has not allowed before."""
    return withhold(path for spec in specs for path in files_of(spec))


def designs_of(session: Session) -> Iterator[ExperimentSpec]:
    """Every design that a session holds."""
    yield from session.experiments
    for kept in session.maps:
        yield from kept.designs()
    for run in session.runs:
        yield run.spec
        yield from (checkpoint.spec for checkpoint in run.checkpoints)
        yield from (trial.info.spec for trial in run.history.trials)


def files_named_by(session: Session) -> tuple[str, ...]:
    """All of them."""
    return tuple(dict.fromkeys(path for spec in designs_of(session) for path in files_of(spec)))


def files_of(spec: ExperimentSpec) -> list[str]:
    """The files that the data set of ``spec`` is read from, as its parameters name them."""
    choice = spec.data.dataset
    return [str(choice.parameters[p.name]) for p in choice.entry.parameters if p.kind is Kind.FILE]
