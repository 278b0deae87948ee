"""What lies between a trainer and its worker thread: commands go one way, the status comes back."""

import threading
from collections import deque
from collections.abc import Callable

from relulab.callbacks import ignore
from relulab.training.state import State, Status

Command = Callable[[], None]


class CommandQueue:
    """Commands in the order in which any thread sent them, and the newest ``status`` of the worker.

    A command waits until it is carried out: whoever sees an empty queue sees the status that came of it. Whoever waits
    for a state goes on when all who are told of it have been told.
    """

    def __init__(self) -> None:
        self._commands: deque[Command] = deque()
        self._changed = threading.Condition()
        self._preparation = 0
        self._told = True
        self.status = Status()
        self.closing = False

    def __bool__(self) -> bool:
        """Whether a command waits."""
        return bool(self._commands)

    def send(self, command: Command) -> None:
        """Have the worker carry out ``command``, after those sent before."""
        with self._changed:
            self._commands.append(command)
            self._changed.notify_all()

    def begin_preparation(self) -> Callable[[], bool]:
        """Cancel the preparations so far. Returns whether a newer one has cancelled this one since."""
        self._preparation += 1
        ticket = self._preparation
        return lambda: ticket != self._preparation

    def close(self) -> None:
        """Have the worker end, and whatever it prepares."""
        self.closing = True
        self.begin_preparation()
        self.send(lambda: None)

    def carry_out(self, run: Callable[[Command], None]) -> None:
        """Let ``run`` carry out the oldest command."""
        run(self._commands[0])
        with self._changed:  # only now: ``wait`` must not see the old state with an empty queue
            self._commands.popleft()
            self._changed.notify_all()

    def wait_for_command(self, timeout: float | None = None) -> None:
        """Sleep until there is something to do, or until the timeout (seconds)."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._commands), timeout)

    def answer(self, status: Status, tell: Callable[[Status], None] = ignore) -> None:
        """The worker entered a state, and ``tell`` is called of it before anybody who waits goes on."""
        with self._changed:
            self.status, self._told = status, False
        tell(status)
        with self._changed:
            self._told = True
            self._changed.notify_all()

    def wait(self, states: set[State], timeout: float | None) -> Status:
        """Block until the state is one of ``states``, is told, and no command waits, or until the timeout (seconds)."""

        def is_there() -> bool:
            closed = self.status.state is State.CLOSED
            return self._told and (closed or (self.status.state in states and not self._commands))

        with self._changed:
            self._changed.wait_for(is_there, timeout)
        return self.status
