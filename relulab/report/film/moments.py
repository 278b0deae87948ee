"""The moments of a run, brought back one by one: its history as it was then, and what its network was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from relulab.data.dataset import Dataset, Source
from relulab.data.loading import load_dataset
from relulab.errors import SessionError
from relulab.model.network import Network
from relulab.report.film.scenes import Scene
from relulab.session.history import RunHistory
from relulab.session.looking_back import steps_with_weights, weights_at
from relulab.session.session import RunRecord
from relulab.training.checkpoint import arrays_of
from relulab.training.jobs.replay import Replay
from relulab.training.kept_weights import MomentWeights
from relulab.training.requests import MomentRequest
from relulab.training.telemetry import ProbeRecord, StepRecord
from relulab.views.parts import ShownRun

TOO_FEW = (
    "“{run}” has the numbers of one moment alone, at step {step:,}, and a film needs two. In the window moments are "
    "kept while a run trains; in Python relulab.train(…, keep_moments=True) keeps them also of a large network."
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A run as it was after some steps; ``network`` is that of then, where it was asked for, until the next one."""

    run: ShownRun
    network: Network | None


class Moments:
    """The moments of ``history`` whose weights there are, on all of its data. Use it in one thread.

    ``last``: the weights of the network at its end, where somebody has them. Raises SessionError where there is one
    moment only.
    """

    def __init__(self, name: str, history: RunHistory, dataset: Dataset, last: MomentWeights | None = None) -> None:
        self.name = name
        self.history = history
        self._dataset = dataset
        self._weights = _all_weights(history, last)
        self._replay: Replay | None = None

    @classmethod
    def of_trained(cls, name: str, history: RunHistory, network: Network) -> Self:
        """Of a run that ended with ``network``, and whose data are all there."""
        ended = int((history.latest(StepRecord) or {"step": 0})["step"])
        last = MomentWeights(history.info.spec, ended, arrays_of(network.state_dict()))
        return cls(name, history, history.info.dataset, last)

    @classmethod
    def of_record(cls, run: RunRecord, source: Source | None) -> Self:
        """Of a run out of a session, whose data are loaded. Raises SessionError and DataError, too."""
        dataset = load_dataset(run.spec.data, source)
        run.data.check(dataset)
        return cls(run.name, run.history, dataset)

    def steps(self, scene: Scene) -> tuple[int, ...]:
        """When it can be seen, in order: where weights are kept, or wherever a step was recorded.

        Raises SessionError where that is one moment.
        """
        steps = tuple(sorted(self._weights))
        if not scene.of_weights and len(steps) < 2:
            steps = tuple(int(step) for step in self.history.columns(StepRecord, "step")[0])
        if len(steps) < 2:
            raise SessionError(TOO_FEW.format(run=self.name, step=steps[0] if steps else 0))
        return steps

    def at(self, step: int, scene: Scene) -> Moment:
        """The run after ``step`` steps, with all that ``scene`` shows of it. Raises SessionError and DataError."""
        then = self.history.up_to(step)
        weights = self._weights.get(step)
        if not scene.of_weights or weights is None:
            return Moment(ShownRun(self.name, then), None)
        if self._replay is None or not self._replay.suits(weights.spec):
            self._replay = Replay(weights.spec, self._dataset)
        measured = not scene.probed or (then.latest(ProbeRecord) or {}).get("step") == step
        epoch = float((then.latest(StepRecord) or {"epoch": 0.0})["epoch"])
        sample = 0 if scene.drawn else None
        request = MomentRequest(weights, None, epoch, measured=measured, sample=sample, painted=scene.painted)
        for record in self._replay.look(request):
            then.append(record)
        return Moment(ShownRun(self.name, then), self._replay.network)


def _all_weights(history: RunHistory, last: MomentWeights | None) -> Mapping[int, MomentWeights]:
    """The weights of every moment by its step; where there is no checkpoint, ``last`` says what is what in them."""
    found = {step: weights_at(history, step) for step in steps_with_weights(history)}
    if last is not None:
        found = {kept.step: kept.unpacked(last.network) for kept in history.kept_weights} | found | {last.step: last}
    return {step: weights for step, weights in found.items() if weights is not None}
