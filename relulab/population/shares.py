"""Which of several processes trains which blocks, so that all are done at about the same time.

Every process works this out by itself, and comes to the same. Blocks stay whole, or are cut at multiples of 16, so that
each network comes to the same bits whoever trains it.
"""

from collections.abc import Iterator, Mapping, Sequence

from relulab.model.plan import DesignPlan
from relulab.population.blocks import MULTIPLE, Block
from relulab.population.work import seconds_alone, seconds_together

Share = tuple[int, int]  # which of how many processes
WHOLE: Share = (0, 1)


def part_of(blocks: Sequence[Block], plans: Mapping[int, DesignPlan], share: Share) -> list[Block]:
    """What one process trains of these blocks, in their order. ``plans``: of their places."""
    mine, processes = share
    if processes == 1:
        return list(blocks)
    pieces = list(_cut(blocks, plans, processes))
    seconds, taken = [0.0] * processes, set[int]()
    for number in sorted(range(len(pieces)), key=lambda number: -_seconds(pieces[number], plans)):
        least = seconds.index(min(seconds))
        seconds[least] += _seconds(pieces[number], plans)
        if least == mine:
            taken.add(number)
    return [pieces[number] for number in sorted(taken)]


def _cut(blocks: Sequence[Block], plans: Mapping[int, DesignPlan], processes: int) -> Iterator[Block]:
    """These blocks; what is more than the share of a process is cut, as nobody would take the rest otherwise."""
    fair = sum(_seconds(block, plans) for block in blocks) / processes
    for block in blocks:
        if block.together and _seconds(block, plans) > fair:
            each = -(-(max(block.positions) + 1) // processes)
            yield from block.pieces(-(-each // MULTIPLE) * MULTIPLE)
        else:
            yield block


def _seconds(block: Block, plans: Mapping[int, DesignPlan]) -> float:
    plan = plans[block.places[0]]  # those of one kind differ little
    return (
        seconds_together(plan, len(block.places))
        if block.together
        else sum(seconds_alone(plans[place]) for place in block.places)
    )
