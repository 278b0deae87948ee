"""A second thread that measures a copy of a run's network, so that the run goes on meanwhile.

Most computers have a core to spare for it. What is measured is the same as in the run's own thread: the same numbers,
with as many threads of torch. Records are handed over in the run's thread, when that asks for them.
"""

from collections.abc import Callable
from copy import deepcopy
from threading import Thread

import torch

from relulab.model.network import Network
from relulab.training.flat_parameters import FlatParameters
from relulab.training.measured_run import MeasuredRun

WORTH_A_THREAD = 1.6e8  # multiplications; less is mostly Python, and two threads of that do not run at once

Receive = Callable[[], None]


class Twin:
    """A copy of a run's network, which keeps the values of one moment."""

    def __init__(self, run: MeasuredRun) -> None:
        self.network: Network = deepcopy(run.evaluator.network).eval()
        self._parameters = FlatParameters(self.network, run.parameters.channels_last)

    @torch.no_grad()
    def take(self, run: MeasuredRun) -> None:
        """The present values, gradients and running statistics of the run's network."""
        self._parameters.values.copy_(run.parameters.values)
        self._parameters.gradients.copy_(run.parameters.gradients)
        for own, buffer in zip(self.network.buffers(), run.evaluator.network.buffers(), strict=True):
            own.copy_(buffer)


class Beside:
    """Measures one thing at a time beside ``run``. All methods are called in the thread of the run."""

    def __init__(self, run: MeasuredRun) -> None:
        self._run = run
        self._twin: Twin | None = None  # made when it is needed first
        self._thread: Thread | None = None
        self._receive: Receive = _nothing

    def is_worth(self, operations: float) -> bool:
        """Whether what takes so many multiplications is better measured beside the run."""
        return operations >= WORTH_A_THREAD and self._run.parameters.values.device.type == "cpu"

    @property
    def busy(self) -> bool:
        """Whether something is measured, or was and has not been collected."""
        return self._thread is not None

    @property
    def done(self) -> bool:
        """Whether something can be collected at once."""
        return self._thread is not None and not self._thread.is_alive()

    def start(self, measure: Callable[[Network], Receive]) -> None:
        """Measure the network as it is now. What ``measure`` returns is called when it is collected."""
        assert not self.busy, "one thing at a time"
        if self._twin is None:
            self._twin = Twin(self._run)
        self._twin.take(self._run)
        self._thread = Thread(
            target=self._work, args=(measure, self._twin.network, torch.get_num_threads()), name="measuring"
        )
        self._thread.start()

    def collect(self) -> None:
        """Wait for what is measured and hand it over, where there is anything. What went wrong is raised here."""
        if self._thread is None:
            return
        self._thread.join()
        self._thread = None
        self._receive()

    def _work(self, measure: Callable[[Network], Receive], network: Network, threads: int) -> None:
        torch.set_num_threads(threads)  # a new thread has torch's own number
        try:
            self._receive = measure(network)
        except BaseException as error:
            self._receive = _raising(error)


def _nothing() -> None:
    pass


def _raising(error: BaseException) -> Receive:
    def receive() -> None:
        raise error

    return receive
