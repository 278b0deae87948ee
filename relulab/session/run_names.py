"""What a new run is called: by its design, and by what was changed since the design got that name.

The name of a preset says what the preset is. A run that is something else by now is not called so: no run "without
ReLU" has a ReLU, and no moons are flowers.
"""

from collections.abc import Sequence
from typing import Protocol

from relulab.experiment.changes import Difference, changes, differences
from relulab.experiment.experiment import ExperimentSpec
from relulab.experiment.presets import PRESETS
from relulab.formatting import mid_sentence
from relulab.session.session import unique_name

DATA_SET = "data set"  # the difference of that name
CUT = ", …"  # more was changed
MOST_LETTERS = 60  # of what was changed: a list of runs shows the beginning of a name


class Named(Protocol):
    """A run with its name and its design."""

    @property
    def name(self) -> str: ...
    @property
    def spec(self) -> ExperimentSpec: ...


def run_name(spec: ExperimentSpec, runs: Sequence[Named]) -> str:
    """A name for a run of ``spec`` that none of ``runs`` has: what it is, and what is not as the name would say."""
    names = [run.name for run in runs]
    named, is_preset = _named_so(spec.name, runs)
    changed = () if named is None else changes(named, spec)
    if named is None or not changed:
        return unique_name(spec.name, names)
    untrue = is_preset and differences((named, spec))
    title = spec.data.dataset.entry.title if untrue else spec.name
    told = _short_of_title(named, changed) if untrue else _in_short(changed)
    return _unique(f"{title}: {told}", spec, runs)


def _unique(name: str, spec: ExperimentSpec, runs: Sequence[Named]) -> str:
    """``name``, and where a run has it, what differs from that one, which the name left out for lack of room."""
    alike = next((run for run in reversed(runs) if run.name == name), None)
    others = () if alike is None or not name.endswith(CUT) else changes(alike.spec, spec)
    told = f"{name.removesuffix(CUT)}, {_in_short(others).removesuffix(CUT)}{CUT}" if others else name
    return unique_name(told, [run.name for run in runs])


def _short_of_title(named: ExperimentSpec, changed: Sequence[Difference]) -> str:
    """What was changed, behind the name of the data set, which is not said twice."""
    others = [change for change in changed if change.name != DATA_SET]
    return _in_short(others) if others else f"instead of {named.data.dataset.entry.title}"


def _named_so(name: str, runs: Sequence[Named]) -> tuple[ExperimentSpec | None, bool]:
    """The design that ``name`` was given to, and whether that is a preset; None where no other has the name."""
    preset = next((preset for preset in PRESETS.values() if preset.title == name), None)
    if preset is not None:
        return preset.spec(), True
    return next((run.spec for run in runs if run.spec.name == name), None), False


def _in_short(changed: Sequence[Difference]) -> str:
    """As many of the changes as a line has room for, the first one always."""
    phrases = [change.phrase(1) or f"no {mid_sentence(change.name)}" for change in changed]
    told = phrases[:1]
    for phrase in phrases[1:]:
        if len(", ".join((*told, phrase))) > MOST_LETTERS:
            return f"{', '.join(told)}{CUT}"
        told.append(phrase)
    return ", ".join(told)
