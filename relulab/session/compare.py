"""Several runs told apart, for the list of runs, for legends and for reports: labels, designs and their seeds.

What differs comes from ``relulab.experiment.changes``. A *design* is an experiment without its name and
without the seeds of weights and batches: runs of one design differ by chance alone. The seed of the data belongs
to the design, because with other data the question is another one.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, count

from relulab.experiment import ExperimentSpec
from relulab.experiment.changes import Difference, differences, seed_differences
from relulab.session.records import RunRecord

SEED_LIMIT = 2**32  # seeds of a spec are less


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


def design_of(spec: ExperimentSpec) -> ExperimentSpec:
    """``spec`` without its name and without the seeds of weights and batches."""
    model, training = spec.model, spec.training
    return spec.replace(name="", model=model.replace(seed=0), training=training.replace(seed=0))


def designs(runs: Sequence[RunRecord]) -> tuple[tuple[RunRecord, ...], ...]:
    """Runs of the same design together, in the order of the first of each."""
    groups: dict[str, list[RunRecord]] = defaultdict(list)
    for run in runs:
        groups[design_of(run.spec).model_dump_json()].append(run)
    return tuple(tuple(group) for group in groups.values())


def seed_words(spec: ExperimentSpec) -> str:
    """The seeds of weights and batches: ``3``, or ``3 / 4`` where they differ."""
    weights, batches = spec.model.seed, spec.training.seed
    return str(weights) if weights == batches else f"{weights} / {batches}"


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


def with_new_seed(spec: ExperimentSpec, others: Sequence[ExperimentSpec]) -> ExperimentSpec:
    """``spec`` with a seed of weights and batches that none of ``others`` has, as far as they have its design."""
    design = design_of(spec)
    same = [spec, *(other for other in others if design_of(other) == design)]
    taken = {seed for other in same for seed in (other.model.seed, other.training.seed)}
    seed = next(seed for seed in chain([max(taken) + 1], count()) if seed < SEED_LIMIT and seed not in taken)
    return spec.replace(model=spec.model.replace(seed=seed), training=spec.training.replace(seed=seed))
