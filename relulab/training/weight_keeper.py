"""When the weights alone are kept: at each of the first steps, and evenly over the run, where the network is small."""

from collections.abc import Callable
from time import perf_counter

import torch

from relulab.training.attempts import Attempts
from relulab.training.kept_weights import FIRST_STEPS, KeptWeights
from relulab.training.measured_run import MeasuredRun

MOST_WEIGHTS = 20_000  # of a network whose moments are kept
MOMENTS = 200  # of a run, beside its first steps


class WeightKeeper:
    """Keeps the weights of ``run`` where that is ``wanted``."""

    def __init__(self, run: MeasuredRun, record: Callable[[KeptWeights], None], *, wanted: bool) -> None:
        state = run.evaluator.network.state_dict()  # it shares the memory of the network, which learns in place
        self._tensors = [state[name].reshape(-1) for name in sorted(state)]
        self._spec = run.spec
        self._every = max(1, -(-run.total_steps // MOMENTS))
        self._wanted = wanted and run.parameters.values.numel() <= MOST_WEIGHTS
        self._record = record

    def look(self, step: int, attempts: Attempts) -> float:
        """Keep them if they are due after ``step`` finished steps. Returns the seconds that it took."""
        if not self._wanted or (step > FIRST_STEPS and step % self._every):
            return 0.0
        began = perf_counter()
        attempts.make("weights", lambda: self._keep(step))
        return perf_counter() - began

    def _keep(self, step: int) -> None:
        self._record(KeptWeights(self._spec, step, torch.cat(self._tensors).cpu().numpy()))
