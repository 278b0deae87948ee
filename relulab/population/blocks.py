"""Which designs are trained as one, and where each lies in their stack.

Rounding depends on it: on whether settings differ in a stack, on the room of the widest, and on where in memory a net
lies (the same for all places that are multiples of 16 apart). So it is worked out once for all designs of a portion,
and kept where only some of them are trained: whoever trains which, each net comes to the same bits.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice
from math import prod
from typing import Any

from relulab.model.plan import DesignPlan
from relulab.population.kinds import kind_of, too_few, why_alone
from relulab.population.stackable import DENSE, NORMS, data_key, hidden

MULTIPLE = 16  # of nets in a stack: with other numbers the ends of torch's loops round in another way
MOST_TOGETHER = 256
STACK_NUMBERS = 2**18  # of one stack: about what a processor's cache holds

Planned = tuple[int, DesignPlan]
Room = tuple[tuple[int, int], ...]  # units and inputs of each layer


@dataclass(frozen=True, slots=True)
class Block:
    """Designs by their ``places``, trained as one at these ``positions`` of a stack, or one after another where
    ``room`` is empty. ``own``: whether settings differ among all of their kind.
    """

    places: tuple[int, ...]
    positions: tuple[int, ...]
    room: Room = ()
    own: bool = False

    @property
    def together(self) -> bool:
        return bool(self.room)

    @property
    def _pairs(self) -> list[tuple[int, int]]:
        return list(zip(self.places, self.positions, strict=True))

    def named(self, names: Sequence[int]) -> "Block":
        """With other numbers for the places."""
        return replace(self, places=tuple(names[place] for place in self.places))

    def pieces(self, size: int) -> "Iterator[Block]":
        """In pieces of at most so many positions, at multiples of 16 of them."""
        step = max(MULTIPLE, size // MULTIPLE * MULTIPLE) if self.together else max(1, size)
        for first in range(0, max(self.positions, default=-1) + 1, step):
            found = [pair for pair in self._pairs if first <= pair[1] < first + step]
            if found:
                places, positions = zip(*found, strict=True)
                yield replace(self, places=places, positions=tuple(position - first for position in positions))

    def singles(self) -> "Iterator[Block]":
        """Each design by itself, at the same position."""
        for place, position in self._pairs:
            at = position % MULTIPLE if self.together else 0
            yield replace(self, places=(place,), positions=(at,))

    def without(self, done: Set[int]) -> "Block":
        """Without some places; the others stay where they are."""
        kept = [pair for pair in self._pairs if pair[0] not in done]
        return replace(self, places=tuple(p for p, _ in kept), positions=tuple(p for _, p in kept))


def blocks_of(planned: Sequence[Planned]) -> list[Block]:
    """All designs, those that are trained as one first; of one data set and of one order side by side."""
    kinds: dict[Hashable, list[Planned]] = defaultdict(list)
    alone: list[Planned] = []
    for place, plan in planned:
        (alone if why_alone(plan) is not None else kinds[kind_of(plan)]).append((place, plan))
    blocks: list[Block] = []
    for alike in kinds.values():
        if too_few(alike[0][1], len(alike)) is not None:
            alone += alike
        else:
            blocks += _blocks(alike)
    return blocks + [Block((place,), (0,)) for place, _ in alone]


def block_size(plan: DesignPlan) -> int:
    """How many networks of this kind are trained at once."""
    spec = plan.spec
    batch = spec.training.batch_size
    numbers = plan.parameter_count * (2 + spec.training.optimizer.entry.state_tensors)
    numbers += 4 * batch * sum(shape.units for shape in plan.shapes)
    return max(MULTIPLE, min(MOST_TOGETHER, STACK_NUMBERS // numbers // MULTIPLE * MULTIPLE))


def _blocks(alike: Sequence[Planned]) -> Iterator[Block]:
    """Designs of one kind in blocks."""
    ordered = sorted(alike, key=lambda each: (data_key(each[1].spec.data), each[1].spec.training.seed, each[0]))
    plans = [plan for _, plan in alike]
    rest, size = (place for place, _ in ordered), min(map(block_size, plans))
    room, own = room_of(plans), _differ(plans)
    while places := tuple(islice(rest, size)):
        yield Block(places, tuple(range(len(places))), room, own)


def room_of(plans: Sequence[DesignPlan]) -> Room:
    """Units and inputs of each layer, so that each of these designs of one kind has room; a norm has one input."""
    layers = zip(*map(_layers, plans), strict=True)
    return tuple((max(units for units, _ in layer), max(inputs for _, inputs in layer)) for layer in layers)


def _layers(plan: DesignPlan) -> list[tuple[int, int]]:
    before = plan.shapes[-2].output_shape if len(plan.shapes) > 1 else plan.description.input_shape
    parts = [part for part in hidden(plan) if part[1].kind == DENSE or part[1].kind in NORMS]
    found = [(shape.units, 1 if layer.kind in NORMS else prod(inputs)) for _, layer, inputs, shape in parts]
    return [*found, (plan.shapes[-1].units, prod(before))]


def _differ(plans: Sequence[DesignPlan]) -> bool:
    """Whether any differ in a number of the optimizer, a clipping limit or a parameter of an activation."""
    return any(_numbers(plan) != _numbers(plans[0]) for plan in plans)


def _numbers(plan: DesignPlan) -> list[Any]:
    training, model = plan.spec.training, plan.spec.model
    choices = [layer.activation for _, layer, _, _ in hidden(plan)]
    return [training.learning_rate, training.optimizer, training.clipping, *choices, model.output.activation]
