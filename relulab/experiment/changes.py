"""The difference of experiments: which fields are not the same, what they are called, and their values as text.

Whatever tells experiments apart reads it here: the list of runs, legends, branches, cures, the undo menu, reports.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from relulab.experiment.described_fields import Field, Words, fields_of
from relulab.experiment.experiment import ExperimentSpec
from relulab.formatting import number_ranges

NO_VALUE = Words("", "")
SEEDS = (("model", "weights seed"), ("training", "batches seed"))


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not the same in some experiments, or an equal difference of several layers.

    ``where`` names its place, ``values`` has the words of each experiment, empty where one has no such field.
    """

    fields: tuple[Field, ...]
    where: str
    values: tuple[Words, ...]

    @property
    def name(self) -> str:
        """What the field is called."""
        return self.fields[0].name

    def phrase(self, index: int) -> str:
        """The value of one experiment as short as it can be understood: ``learning rate 0.1``, ``layer 2: ReLU``."""
        value = self.values[index].short
        words = value if self._speaks or not value else f"{self.name} {value}"
        everywhere = self._speaks and self.where.startswith("hidden")
        return f"{self.where}: {words}" if value and self.where and not everywhere else words

    def against(self, index: int, reference: int) -> str:
        """The value of one experiment and that of another: ``hidden layers: ReLU instead of Identity``."""
        value, before = self.values[index].short or "none", self.values[reference].short or "none"
        return self._at_its_place(f"{value if self._speaks else f'{self.name} {value}'} instead of {before}")

    def __str__(self) -> str:
        """From the first experiment to the last: ``layer 2: activation ReLU → Leaky ReLU (negative slope 0.01)``."""
        return self._at_its_place(f"{self.name} {self.values[0].full} → {self.values[-1].full}")

    @property
    def _speaks(self) -> bool:
        return self.fields[0].speaks

    def _at_its_place(self, words: str) -> str:
        return f"{self.where}: {words}" if self.where else words


def differences(specs: Sequence[ExperimentSpec]) -> tuple[Difference, ...]:
    """Every field of the designs that is not the same in all ``specs``: data first, then layers, then training.

    A parameter that only one choice has (the slope of a leaky ReLU beside a ReLU) is not a difference of its own.
    Equal differences of several layers are one.
    """
    kinds = {tuple(layer.kind for layer in spec.model.layers) for spec in specs}
    described = [dict(fields_of(spec, by_layer=len(kinds) <= 1)) for spec in specs]
    order = {field: None for fields in described for field in fields}
    rows = [(field, tuple(fields.get(field, NO_VALUE) for fields in described)) for field in order]
    differing = [(field, values) for field, values in rows if len({value.short for value in values if value.short}) > 1]
    return tuple(_together(differing, order))


def seed_differences(specs: Sequence[ExperimentSpec]) -> tuple[Difference, ...]:
    """The seeds of weights and batches where they are not the same in all ``specs``; one field where they agree."""
    columns = {
        Field((part, "seed"), name): tuple(Words(*[str(getattr(spec, part).seed)] * 2) for spec in specs)
        for part, name in SEEDS
    }
    if len(set(columns.values())) == 1:
        columns = {Field(("model", "seed"), "seed"): next(iter(columns.values()))}
    return tuple(Difference((field,), "", values) for field, values in columns.items() if len(set(values)) > 1)


def changes(before: ExperimentSpec, after: ExperimentSpec) -> tuple[Difference, ...]:
    """What is another value in ``after`` than in ``before``, seeds last; empty where only the names differ."""
    return (*differences((before, after)), *seed_differences((before, after)))


def in_words(changes: Iterable[Difference]) -> str:
    """``learning rate 0.1 → 0.01``."""
    return ", ".join(map(str, changes)) or "nothing changed"


def against(spec: ExperimentSpec, reference: ExperimentSpec) -> tuple[str, ...]:
    """What ``spec`` has instead of what ``reference`` has: ``learning rate 0.01 instead of 0.1``."""
    return tuple(difference.against(1, 0) for difference in changes(reference, spec))


def _together(differing: Sequence[tuple[Field, tuple[Words, ...]]], fields: Iterable[Field]) -> Iterator[Difference]:
    layers_with: dict[str, set[int]] = defaultdict(set)
    for field in fields:
        layers_with[_part_of(field)].add(field.layer)
    hidden = set[int]().union(*layers_with.values()) - {0}
    groups: dict[tuple[Any, ...], list[Field]] = defaultdict(list)
    for field, values in differing:
        inside = field.path[3:] if field.layer else field.path
        groups[inside, field.place, field.owner, bool(field.layer), values].append(field)
    for (*_, layered, values), equal in groups.items():
        numbers = [field.layer for field in equal]
        every = set(numbers) == hidden or (len(numbers) > 1 and set(numbers) == layers_with[_part_of(equal[0])])
        yield Difference(tuple(equal), _layer_words(numbers, every) if layered else equal[0].place, values)


def _part_of(field: Field) -> str:
    """The part of a layer that a field belongs to, which not every layer has: its activation, or its kind."""
    part = str(field.path[3]) if field.layer else ""
    return field.owner if part == "parameters" else part


def _layer_words(numbers: Sequence[int], every: bool) -> str:
    """``hidden layers``, ``layer 2``, ``layers 1–2, 4``."""
    several = "s" if len(numbers) > 1 else ""
    return f"hidden layer{several}" if every else f"layer{several} {number_ranges(numbers)}"
