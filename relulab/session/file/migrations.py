"""From one version of the session format to the next, part by part."""

import re
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.optimizers import SCHEDULES
from relulab.errors import SessionError
from relulab.session.file.arrays import from_npy, to_npy
from relulab.session.file.schema import RunDocument

# Readers of parts by name. A migration changes them in place: renames, drops or replaces readers.
Readers = dict[str, Callable[[], bytes]]

_RATES = re.compile(r"(.*)/steps/learning_rate\.npy")


def own_learning_rates(readers: Readers) -> None:
    """1 to 2: the learning rate of a row is that of its own step. It was that of the next one."""
    for name in list(readers):
        if found := _RATES.fullmatch(name):
            readers[name] = partial(_own_rates, found[1], readers[name], dict(readers))


def _own_rates(folder: str, rates: Callable[[], bytes], readers: Readers) -> bytes:
    """The column of a run: each rate without the factor of the next step and with that of its own."""
    data = rates()
    document = RunDocument.read(readers[f"{folder}/run.json"](), f"{folder}/run.json")
    training = document.spec.training
    if training.schedule.name == "constant":
        return data
    steps = from_npy(readers[f"{folder}/steps/step.npy"](), "<i8", f"{folder}/steps/step.npy")
    next_rates = from_npy(data, "<f8", f"{folder}/steps/learning_rate.npy")
    if steps.shape != next_rates.shape:
        raise SessionError(f"its part {folder}/steps/learning_rate.npy has a shape that does not fit the rest.")
    learned = document.spec.data.train_size or document.description.train_size
    total = training.steps or (training.epochs or 0) * -(-learned // training.batch_size)

    def factors(counts: NDArray[np.int64]) -> NDArray[np.float64]:
        factor = SCHEDULES[training.schedule.name].factor
        return np.array([factor(int(count), max(1, total), training.schedule.parameters) for count in counts])

    scheduled = factors(steps)
    base, known = np.empty_like(next_rates), training.learning_rate
    for row, (rate, factor) in enumerate(zip(next_rates, scheduled, strict=True)):
        known = float(rate / factor) if factor > 0.0 else known
        base[row] = known
    return b"".join(to_npy(base * factors(np.maximum(steps - 1, 0)), "<f8"))
