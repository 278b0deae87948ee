"""The moments of a run, brought back one by one: its history as it was then, and what its network was."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Self

from relulab.data.dataset import Dataset, Source
from relulab.data.loading import load_dataset
from relulab.errors import SessionError
from relulab.model.network import Network
from relulab.report.film.beforehand import check_unit
from relulab.report.film.followed import Followed
from relulab.report.film.scenes import Moment, Scene
from relulab.session.history import RunHistory
from relulab.session.looking_back import steps_with_weights, weights_at
from relulab.session.session import RunRecord
from relulab.training.checkpoint import arrays_of
from relulab.training.jobs.replay import Replay
from relulab.training.kept_weights import MomentWeights
from relulab.training.requests import MomentRequest
from relulab.training.telemetry import ProbeRecord, StepRecord
from relulab.views.film import ONE_INPUT, Subject
from relulab.views.parts import ShownRun

TOO_FEW = (
    "“{run}” has the numbers of one moment alone, at step {step:,}, and a film needs two. In the window moments are "
    "kept while a run trains; in Python relulab.train(…, keep_moments=True) keeps them also of a large network."
)


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
        self._followed: Followed | None = None

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
            return Moment(ShownRun(self.name, then))
        if scene.key == ONE_INPUT:
            followed = self._following(scene.subject)
            return Moment(ShownRun(self.name, then), None, followed.look(weights), followed.course)
        if self._replay is None or not self._replay.suits(weights.spec):
            self._replay = Replay(weights.spec, self._dataset)
        measured = not scene.probed or (then.latest(ProbeRecord) or {}).get("step") == step
        epoch = float((then.latest(StepRecord) or {"epoch": 0.0})["epoch"])
        sample = scene.subject.sample if scene.drawn else None
        unit = scene.subject.unit if scene.key == "unit" else None
        if unit is not None:
            check_unit(self.history.info.layout, unit)
        request = MomentRequest(weights, unit, epoch, measured=measured, sample=sample, painted=scene.painted)
        for record in self._replay.look(request):
            then.append(record)
        return Moment(ShownRun(self.name, then), self._replay.network)

    def _following(self, subject: Subject) -> Followed:
        if self._followed is None or self._followed.subject != subject:
            whole = replace(self.history.info, dataset=self._dataset)
            self._followed = Followed(whole, subject, [self._weights[step] for step in sorted(self._weights)])
        return self._followed


def _all_weights(history: RunHistory, last: MomentWeights | None) -> Mapping[int, MomentWeights]:
    """The weights of every moment by its step; where there is no checkpoint, ``last`` says what is what in them."""
    found = {step: weights_at(history, step) for step in steps_with_weights(history)}
    if last is not None:
        found = {kept.step: kept.unpacked(last.network) for kept in history.kept_weights} | found | {last.step: last}
    return {step: weights for step, weights in found.items() if weights is not None}
