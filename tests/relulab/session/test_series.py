"""The bounded table: what stays, what is thinned."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from relulab.session.series import Series, copied


@dataclass(frozen=True)
class Row:
    step: int
    loss: float
    norms: np.ndarray


def row(step: int) -> Row:
    return Row(step, step / 10, np.array([step, -step], np.float32))


def filled(capacity: int, rows: int) -> Series:
    series = Series(capacity)
    for step in range(rows):
        series.append(row(step))
    return series


def test_rows_come_back_as_they_went_in():
    series = filled(100, 5)
    assert series.column("loss").tolist() == [0.0, 0.1, 0.2, 0.3, 0.4]
    assert series.column("norms").shape == (5, 2)
    assert series.row(-1)["norms"].tolist() == [4.0, -4.0]
    with pytest.raises(IndexError):
        series.row(5)


def test_a_full_series_keeps_the_first_and_the_newest_and_stays_in_order():
    series = filled(64, 10_000)
    steps = series.column("step")
    assert len(steps) <= 64
    assert steps[0] == 0
    assert steps[-16:].tolist() == list(range(9984, 10_000))
    assert (np.diff(steps) > 0).all()
    assert series.column("loss").tolist() == [step / 10 for step in steps]


def test_memory_does_not_grow_with_the_length_of_the_run():
    assert filled(256, 300).nbytes == filled(256, 20_000).nbytes


def test_a_second_row_of_one_step_replaces_the_first():
    series = filled(64, 3)
    series.append(Row(2, 99.0, np.zeros(2, np.float32)))
    assert len(series) == 3
    assert series.row(-1)["loss"] == 99.0


def test_columns_are_copies():
    series = filled(64, 3)
    series.column("loss")[:] = 7
    assert series.column("loss").tolist() == [0.0, 0.1, 0.2]


class Interrupted(Series):
    """While it is copied, somebody who needs the lock adds rows."""

    def __init__(self, capacity: int, lock: threading.Lock, meanwhile: Callable[[int], None]) -> None:
        super().__init__(capacity)
        self._lock, self._meanwhile, self.times = lock, meanwhile, 0

    def arrays(self) -> dict[str, np.ndarray]:
        class Column(np.ndarray):
            def copy(column, order="C"):  # noqa: N805 - self is the series
                assert self._lock.acquire(blocking=False), "the lock is held while megabytes are copied"
                self.times += 1
                self._meanwhile(self.times)
                self._lock.release()
                return np.array(column)

        return {name: column.view(Column) for name, column in super().arrays().items()}


@pytest.mark.parametrize("capacity", [64, 8])
def test_a_copy_is_of_one_moment_and_holds_nobody_up(capacity):
    lock = threading.Lock()
    series = Interrupted(capacity, lock, lambda times: series.append(row(6 + times)) if times < 8 else None)
    for step in range(7):
        series.append(row(step))
    columns = copied(series, lock)
    assert columns["loss"].tolist() == [step / 10 for step in columns["step"]]
    assert columns["norms"][:, 1].tolist() == [-step for step in columns["step"]]
    assert (series.times > 3) == (capacity == 8), "rows that became others are copied again"


def test_a_row_that_is_replaced_meanwhile_is_copied_again():
    lock = threading.Lock()
    newest = Row(4, 9.0, np.zeros(2, np.float32))
    series = Interrupted(64, lock, lambda times: series.append(newest) if times == 2 else None)
    for step in range(5):
        series.append(row(step))
    columns = copied(series, lock)
    assert columns["loss"][-1] == 9.0
    assert columns["norms"][-1].tolist() == [0.0, 0.0]
    assert series.times == 6
