"""What one version of the format said otherwise than the next."""

from functools import partial

import numpy as np
import pytest

from relulab.catalog.optimizers import SCHEDULES
from relulab.experiment import ExperimentSpec
from relulab.session.file.arrays import from_npy, to_npy
from relulab.session.file.container import MIGRATIONS
from relulab.session.file.migrations import Readers
from tests.helpers.packing import unpack
from tests.relulab.session.test_session_golden import GOLDEN

RUN = "runs/00c0ffee"


@pytest.mark.parametrize("schedule", ["constant", "cosine", "step", "warm_up"])
def test_1_to_2_a_row_gets_the_learning_rate_of_its_own_step(schedule: str) -> None:
    """T20: in format 1 a row told the rate of the next step: that of a cosine ended at 0."""
    parts = unpack((GOLDEN / "v1.relulab").read_bytes())
    chosen = ExperimentSpec.parse({"training": {"schedule": schedule}}).training.schedule
    document = parts[f"{RUN}/run.json"].decode()
    new = chosen.model_dump_json()
    assert document.count('"schedule"') == 1
    start = document.index("{", document.index('"schedule"'))
    document = document[:start] + new + document[_end(document, start) :]
    steps = from_npy(parts[f"{RUN}/steps/step.npy"], "<i8", "steps")
    total, rate = 12, 0.1

    def rates(counts: np.ndarray) -> np.ndarray:
        return np.array([rate * SCHEDULES[schedule].factor(int(n), total, chosen.parameters) for n in counts])

    parts |= {
        f"{RUN}/run.json": document.encode(),
        f"{RUN}/steps/learning_rate.npy": b"".join(to_npy(rates(steps), "<f8")),
    }
    readers: Readers = {name: partial(bytes, data) for name, data in parts.items()}
    MIGRATIONS[1](readers)
    own = from_npy(readers[f"{RUN}/steps/learning_rate.npy"](), "<f8", "learning_rate")
    assert own == pytest.approx(rates(np.maximum(steps - 1, 0)))


def _end(text: str, start: int) -> int:
    """Where the object that begins at ``start`` is closed."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    raise ValueError("it is not closed")
