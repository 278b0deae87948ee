"""Commands in their order, and a status that is never older than the empty queue."""

import threading
from collections.abc import Callable
from functools import partial

from relulab.training.command_queue import CommandQueue
from relulab.training.state import State, Status

SECONDS = 30


def test_commands_are_carried_out_in_the_order_in_which_they_were_sent():
    queue = CommandQueue()
    done: list[str] = []
    for name in "abc":
        queue.send(partial(done.append, name))
    while queue:
        queue.carry_out(lambda command: command())
    assert done == ["a", "b", "c"]


def test_a_command_waits_until_it_is_done():
    queue = CommandQueue()
    seen: list[bool] = []
    queue.send(lambda: seen.append(bool(queue)))
    queue.carry_out(lambda command: command())
    assert seen == [True]
    assert not queue


def test_whoever_waits_sees_the_state_that_came_of_the_last_command():
    queue = CommandQueue()
    queue.answer(Status(State.READY))
    queue.send(lambda: queue.answer(Status(State.PAUSED)))
    assert queue.wait({State.READY}, timeout=0.0).state is State.READY, "the timeout, for a command waits"
    found: list[State] = []
    waiter = threading.Thread(target=lambda: found.append(queue.wait({State.READY, State.PAUSED}, SECONDS).state))
    waiter.start()
    queue.carry_out(lambda command: command())
    waiter.join(SECONDS)
    assert found == [State.PAUSED]


def test_whoever_waits_for_a_state_goes_on_when_all_have_been_told_of_it():
    queue, told = CommandQueue(), []

    def tell(status: Status) -> None:
        assert queue.status is status, "it is there for whoever is told"
        assert queue.wait({State.FINISHED}, timeout=0.0) is status, "the timeout"
        waiter.start()
        waiter.join(0.05)
        assert not found
        told.append(status.state)

    found: list[list[State]] = []
    waiter = threading.Thread(target=lambda: found.append([queue.wait({State.FINISHED}, SECONDS).state, *told]))
    queue.answer(Status(State.FINISHED), tell)
    waiter.join(SECONDS)
    assert found == [[State.FINISHED, State.FINISHED]]


def test_nobody_waits_for_a_worker_that_has_ended():
    queue = CommandQueue()
    queue.answer(Status(State.CLOSED))
    assert queue.wait({State.READY}, None).state is State.CLOSED


def test_a_newer_preparation_and_the_end_cancel_an_older_one():
    queue = CommandQueue()
    cancelled: list[Callable[[], bool]] = [queue.begin_preparation()]
    assert not cancelled[0]()
    cancelled.append(queue.begin_preparation())
    assert [check() for check in cancelled] == [True, False]
    queue.close()
    assert [check() for check in cancelled] == [True, True]
    assert queue.closing
    assert queue, "a worker that sleeps has to wake up"
