"""A map whose cells are trained by workers: told line by line as they come, from coarse to fine."""

from relulab.cluster.addresses import Workers
from relulab.cluster.rows import portions_by
from relulab.data.dataset import Source
from relulab.population.standing import Standing
from relulab.population.sweep import Row
from relulab.population.teller import Tell
from relulab.population.told import AT_ONCE, Asked


def tell_by(workers: Workers, asked: Asked, source: Source | None, tell: Tell) -> None:
    """Train all cells of a map. What cannot be built is told before anything is trained."""
    if workers.is_this_process or not asked.is_map:
        asked.train(source, tell)
        return
    runs = list(asked.designs(tell))
    left_out = set(range(len(asked.sweep))).difference(runs) | asked.done
    portions = (runs[first : first + AT_ONCE] for first in range(0, len(runs), AT_ONCE))
    for run, found in portions_by(workers, asked.sweep, portions, left_out, source, is_map=True):
        tell(found if isinstance(found, Standing) else _failed(run, found))


def _failed(run: int, row: Row) -> Standing:
    return Standing(run, row["seed"], row["status"], row["reason"], is_over=True)
