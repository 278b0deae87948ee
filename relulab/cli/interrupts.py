"""Ctrl-C and SIGTERM end a training in good order: the step that goes on is finished, and its results are written."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)

OnStep = Callable[[Any, float], None]


class Interrupts:
    """Before the first step a signal ends the command at once; there is nothing to save. Raises KeyboardInterrupt.

    From then on it ends the training behind the present step; another one changes nothing any more, because what was
    measured is being written, and then said.
    """

    def __init__(self) -> None:
        self._training = False
        self.wanted = False

    def between(self, on_step: OnStep) -> OnStep:
        """A callback after every step that calls ``on_step`` and ends the training where that is wanted."""

        def stepped(run: Any, loss: float) -> None:
            self._training = True
            on_step(run, loss)
            if self.wanted:
                raise KeyboardInterrupt

        return stepped

    def receive(self, number: int, frame: FrameType | None) -> None:
        """A signal came."""
        if not self._training:
            raise KeyboardInterrupt
        if self.wanted:
            print("\nThe results are being written …", file=sys.stderr)
        self.wanted = True


@contextmanager
def stopped_in_words() -> Iterator[None]:
    """Ctrl-C while the command line is still being imported ends the program as later on: without a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(128 + signal.SIGINT)


@contextmanager
def interrupts() -> Iterator[Interrupts]:
    """Listens to the signals inside of the block, where this thread may."""
    listener = Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield listener
        return
    before = {number: signal.signal(number, listener.receive) for number in SIGNALS}
    try:
        yield listener
    finally:
        for number, handler in before.items():  # of a command that was ended, only the last words are left
            signal.signal(number, signal.SIG_IGN if listener.wanted else handler)
