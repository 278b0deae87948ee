"""What differs between runs, in words: for the run list, for legends and for tables of a report.

All words come from here and from the titles of the catalogue. A *design* is an experiment without its name and
without the seeds of weights and batches: runs of one design differ by chance alone. The seed of the data belongs
to the design, because with other data the question is another one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, groupby
from typing import Any

from relulab.experiment import ExperimentSpec
from relulab.experiment.described_fields import Field, facts_of
from relulab.session.records import RunRecord

SEED_LIMIT = 2**32  # seeds of a spec are less
SEEDS = (("model", "weights"), ("training", "batches"))


@dataclass(frozen=True, slots=True)
class Varying:
    """A field that is not the same in some experiments, with its value in each; empty where one has no such field."""

    place: str
    name: str
    speaks: bool
    values: tuple[str, ...]

    def phrase(self, index: int) -> str:
        """The value of one experiment as short as it can be understood: ``learning rate 0.1``, ``layer 2: ReLU``."""
        value = self.values[index]
        words = value if self.speaks or not value else f"{self.name} {value}"
        return f"{self.place}: {words}" if value and self.place and not self._everywhere else words

    @property
    def _everywhere(self) -> bool:
        return self.speaks and self.place.startswith("hidden")

    def against(self, index: int, reference: int) -> str:
        """The value of one experiment and that of another: ``hidden layers: ReLU instead of Identity``."""
        value, before = self.values[index] or "none", self.values[reference] or "none"
        words = value if self.speaks else f"{self.name} {value}"
        return f"{self.place + ': ' if self.place else ''}{words} instead of {before}"


def differences(spec: ExperimentSpec, reference: ExperimentSpec) -> tuple[str, ...]:
    """What ``spec`` has instead of what ``reference`` has, seeds last; empty where only the names differ."""
    return tuple(field.against(0, 1) for field in (*varying((spec, reference)), *varying_seeds((spec, reference))))


def labels(runs: Sequence[RunRecord]) -> tuple[str, ...]:
    """For each run of a set the shortest label that names what differs within the set; no two are the same.

    Runs of one design are told apart by their seeds. Where nothing differs the name of a run is its label (names
    are unique within a session), and it follows in brackets where the differences are not enough.
    """
    texts = list(_joined(_telling_first(varying([run.spec for run in runs]), len(runs)), len(runs)))
    for group in _places(texts).values():
        if len(group) > 1:
            seeds = _joined(varying_seeds([runs[i].spec for i in group]), len(group))
            for i, seed in zip(group, seeds, strict=True):
                texts[i] = ", ".join(part for part in (texts[i], seed) if part)
    for group in _places(texts).values():
        for i in group:
            if len(group) > 1 or not texts[i]:
                texts[i] = f"{texts[i]} ({runs[i].name})" if texts[i] else runs[i].name
    return tuple(texts)


def design_labels(specs: Sequence[ExperimentSpec]) -> tuple[str, ...]:
    """For each of several designs what differs between them; the name where there is nothing to tell."""
    texts = _joined(_telling_first(varying(specs), len(specs)), len(specs))
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


def varying(specs: Sequence[ExperimentSpec]) -> tuple[Varying, ...]:
    """Every field of the designs that is not the same in all ``specs``: data first, then layers, then training.

    A parameter that only one choice has (the slope of a leaky ReLU beside a ReLU) is not a difference of its own.
    Equal differences of several layers are one.
    """
    kinds = {tuple(layer.kind for layer in spec.model.layers) for spec in specs}
    facts = [dict(facts_of(spec, by_layer=len(kinds) <= 1)) for spec in specs]
    order = {field: None for fact in facts for field in fact}
    rows = [(field, tuple(fact.get(field, "") for fact in facts)) for field in order]
    differing = [(field, values) for field, values in rows if len({value for value in values if value}) > 1]
    return tuple(_together(differing, _layers_with(order)))


def varying_seeds(specs: Sequence[ExperimentSpec]) -> tuple[Varying, ...]:
    """The seeds of weights and batches where they are not the same in all ``specs``; one field where they agree."""
    columns = {what: tuple(str(getattr(spec, part).seed) for spec in specs) for part, what in SEEDS}
    if len(set(columns.values())) == 1:
        columns = {"": next(iter(columns.values()))}
    return tuple(
        Varying("", f"{what} seed".strip(), False, values) for what, values in columns.items() if len(set(values)) > 1
    )


def _telling_first(fields: Sequence[Varying], count: int) -> list[Varying]:
    """First the few fields that tell ``count`` experiments apart, then the others: long labels are cut at their end."""
    told: list[Varying] = []
    rest = list(fields)

    def kinds(more: Varying) -> int:
        return len({tuple(field.values[i] for field in (*told, more)) for i in range(count)})

    reached = 1
    while rest and reached < count:
        best = max(rest, key=kinds)  # the first of equals
        if kinds(best) <= reached:
            break
        reached = kinds(best)
        told.append(best)
        rest.remove(best)
    return told + rest


def _joined(fields: Sequence[Varying], count: int) -> Iterator[str]:
    """All phrases of each of ``count`` experiments."""
    for i in range(count):
        yield ", ".join(phrase for field in fields if (phrase := field.phrase(i)))


def _places(texts: Sequence[str]) -> dict[str, list[int]]:
    """Where each text stands."""
    places: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        places[text].append(i)
    return places


def _layers_with(fields: Iterable[Field]) -> dict[tuple[str, ...], set[int]]:
    """Which layers have a part (an activation, a size, …)."""
    layers: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for field in fields:
        layers[field.path[:2]].add(field.layer)
    return layers


def _together(
    differing: Sequence[tuple[Field, tuple[str, ...]]], layers_with: Mapping[tuple[str, ...], set[int]]
) -> Iterator[Varying]:
    groups: dict[tuple[Any, ...], list[Field]] = defaultdict(list)
    for field, values in differing:
        groups[field.path, field.place, bool(field.layer), values].append(field)
    for (path, place, layered, values), fields in groups.items():
        numbers = [field.layer for field in fields]
        where = _layer_words(numbers, set(numbers) == layers_with[path[:2]]) if layered else place
        yield Varying(where, fields[0].name, fields[0].speaks, values)


def _layer_words(numbers: Sequence[int], every: bool) -> str:
    """``hidden layers``, ``layer 2``, ``layers 1–2, 4``."""
    if every:
        return "hidden layers" if len(numbers) > 1 else "hidden layer"
    rows = [[number for _, number in row] for _, row in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])]
    texts = [str(row[0]) if len(row) == 1 else f"{row[0]}–{row[-1]}" for row in rows]
    return f"layer{'s' if len(numbers) > 1 else ''} {', '.join(texts)}"


def with_new_seed(spec: ExperimentSpec, others: Sequence[ExperimentSpec]) -> ExperimentSpec:
    """``spec`` with a seed of weights and batches that none of ``others`` has, as far as they have its design."""
    design = design_of(spec)
    same = [spec, *(other for other in others if design_of(other) == design)]
    taken = {seed for other in same for seed in (other.model.seed, other.training.seed)}
    seed = next(seed for seed in chain([max(taken) + 1], count()) if seed < SEED_LIMIT and seed not in taken)
    return spec.replace(model=spec.model.replace(seed=seed), training=spec.training.replace(seed=seed))
