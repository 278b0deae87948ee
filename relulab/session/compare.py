"""Several runs told apart, for the list of runs, for legends and for reports: labels, and runs of one design.

What differs comes from ``relulab.experiment.changes``. Which run one is compared with, and which can be drawn on the
same axes, is said here too.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from relulab.experiment import DatasetChoice, ExperimentSpec
from relulab.experiment.changes import Difference, changes, differences, seed_differences
from relulab.experiment.seeds import design_of
from relulab.session.session import RunRecord


def labels(runs: Sequence[RunRecord]) -> tuple[str, ...]:
    """For each run of a set the shortest label that names what differs within the set; no two are the same.

    Runs of one design are told apart by their seeds. Where nothing differs the name of a run is its label (names
    are unique within a session), and it follows in brackets where the differences are not enough.
    """
    texts = list(_joined(_telling_first(differences([run.spec for run in runs]), len(runs)), len(runs)))
    for group in _places(texts).values():
        if len(group) > 1:
            seeds = _joined(seed_differences([runs[i].spec for i in group]), len(group))
            for i, seed in zip(group, seeds, strict=True):
                texts[i] = ", ".join(part for part in (texts[i], seed) if part)
    for group in _places(texts).values():
        for i in group:
            if len(group) > 1 or not texts[i]:
                texts[i] = f"{texts[i]} ({runs[i].name})" if texts[i] else runs[i].name
    return tuple(texts)


def design_labels(specs: Sequence[ExperimentSpec]) -> tuple[str, ...]:
    """For each of several designs what differs between them; the name where there is nothing to tell."""
    texts = _joined(_telling_first(differences(specs), len(specs)), len(specs))
    return tuple(text or spec.name for text, spec in zip(texts, specs, strict=True))


def designs(runs: Sequence[RunRecord]) -> tuple[tuple[RunRecord, ...], ...]:
    """Runs of the same design together, in the order of the first of each."""
    groups: dict[str, list[RunRecord]] = defaultdict(list)
    for run in runs:
        groups[design_of(run.spec).model_dump_json()].append(run)
    return tuple(tuple(group) for group in groups.values())


def nearest_before(number: int, specs: Sequence[ExperimentSpec]) -> int | None:
    """Which of the specs before that at ``number`` it differs least from, the newest of equals; None of the first.

    What differs is counted in fields, equal differences of several layers as one.
    """
    return min(
        range(number - 1, -1, -1), key=lambda other: len(changes(specs[other], specs[number])), default=None
    )  # fmt: skip


def axes_of(spec: ExperimentSpec) -> tuple[DatasetChoice, str]:
    """Runs for which this is equal, the data set and the loss, can be compared on the same axes."""
    return spec.data.dataset, spec.training.loss


def _telling_first(fields: Sequence[Difference], count: int) -> list[Difference]:
    """First the few fields that tell ``count`` experiments apart, then the others: long labels are cut at their end."""
    told: list[Difference] = []
    rest = list(fields)

    def kinds(more: Difference) -> int:
        return len({tuple(field.values[i].short for field in (*told, more)) for i in range(count)})

    reached = 1
    while rest and reached < count:
        best = max(rest, key=kinds)  # the first of equals
        if kinds(best) <= reached:
            break
        reached = kinds(best)
        told.append(best)
        rest.remove(best)
    return told + rest


def _joined(fields: Sequence[Difference], count: int) -> Iterator[str]:
    """All phrases of each of ``count`` experiments."""
    for i in range(count):
        yield ", ".join(phrase for field in fields if (phrase := field.phrase(i)))


def _places(texts: Sequence[str]) -> dict[str, list[int]]:
    """Where each text stands."""
    places: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        places[text].append(i)
    return places
