"""What is done beside the run: trials of a changed design and the search for a death, which train a slice at a time,
runs that are trained in step with it, and looks at earlier moments.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from relulab.data.dataset import Dataset
from relulab.errors import ReluLabError
from relulab.experiment import DataSpec, ExperimentSpec
from relulab.training.requests import AutopsyRequest, Companion, MomentRequest, TrialRequest, TrialStatus
from relulab.training.telemetry import Record

if TYPE_CHECKING:
    from relulab.training.jobs.autopsy import Autopsy
    from relulab.training.jobs.companions import Companions
    from relulab.training.jobs.replay import Replay
    from relulab.training.jobs.trial import Trial

log = logging.getLogger(__name__)


class BackgroundJob(Protocol):
    """Something that trains beside the run, a slice at a time."""

    @property
    def done(self) -> bool: ...
    def advance(self, seconds: float) -> bool: ...
    def fail(self, problem: str) -> None: ...


class BackgroundJobs:
    """At most one trial, one search for a death, and the companions of the run. Only the worker thread changes it;
    any may read the progress.

    ``explain`` puts an error that is not our own into words.
    """

    def __init__(self, explain: Callable[[BaseException], str]) -> None:
        self._explain = explain
        self._trial: Trial | None = None
        self._autopsy: Autopsy | None = None
        self._past: Replay | None = None
        self._along: Companions | None = None

    @property
    def busy(self) -> bool:
        """Whether there is anything to advance."""
        return bool(self._unfinished())

    @property
    def trial_status(self) -> TrialStatus | None:
        """How far the trial is, or what came of it; None where none was asked for."""
        trial = self._trial
        return None if trial is None else trial.status

    @property
    def autopsy_progress(self) -> float | None:
        """How far the search for a death is, 0 to 1; None while there is none."""
        autopsy = self._autopsy
        return None if autopsy is None or autopsy.done else autopsy.progress

    def clear(self) -> None:
        """End everything; another run begins."""
        self._trial = self._autopsy = self._along = None

    def train_along(
        self, chosen: Sequence[Companion], load: Callable[[DataSpec], Dataset], reached: Callable[[], int | None]
    ) -> None:
        """Train these in step with the run, which has made ``reached`` steps, in the place of others."""
        from relulab.training.jobs.companions import Companions

        self._along = Companions(load, reached, chosen) if chosen else None

    def start_trial(
        self, request: TrialRequest, load: Callable[[DataSpec], Dataset], record: Callable[[Record], None]
    ) -> None:
        """Begin a trial in the place of an earlier one; ``load`` returns the data of a spec."""
        from relulab.training.jobs.trial import Trial

        self._trial = Trial(request, load, record)

    def cancel_trial(self) -> None:
        """End the trial without a verdict."""
        self._trial = None

    def start_autopsy(
        self, spec: ExperimentSpec, dataset: Dataset, request: AutopsyRequest, record: Callable[[Record], None],
        channels_last: bool | None = None, flushes: bool | None = None,
    ) -> None:  # fmt: skip
        """Begin the search for a death in the place of an earlier one; ``channels_last``, ``flushes`` as in the run."""
        from relulab.training.jobs.autopsy import Autopsy

        self._autopsy = Autopsy(spec, dataset, request, record, channels_last, flushes)

    def cancel_autopsy(self) -> None:
        """End the search for a death without a certificate."""
        self._autopsy = None

    def look_back(
        self, request: MomentRequest, load: Callable[[DataSpec], Dataset], record: Callable[[Record], None],
        done: Callable[[str], None],
    ) -> None:  # fmt: skip
        """Compute an earlier moment now. ``done`` gets why that could not be, or nothing."""
        from relulab.training.jobs.replay import Replay

        problem = ""
        try:
            spec = request.weights.spec
            if self._past is None or not self._past.suits(spec):
                self._past = None
                self._past = Replay(spec, load(spec.data))
            request.check(self._past.dataset)
            for found in self._past.look(request):
                record(found)
        except Exception as error:  # the user only looks back: the run must live on
            log.warning("looking back: %s", error)
            problem = self._in_words(error)
        done(problem)

    def advance(self, seconds: float) -> None:
        """A slice of everything that goes on beside the run. What goes wrong in it ends it, never the run."""
        for job in self._unfinished():
            try:
                job.advance(seconds)
            except Exception as error:
                log.warning("beside the run: %s", error)
                job.fail(self._in_words(error))

    def _unfinished(self) -> list[BackgroundJob]:
        return [job for job in (self._along, self._trial, self._autopsy) if job is not None and not job.done]

    def _in_words(self, error: Exception) -> str:
        return str(error) if isinstance(error, ReluLabError) else self._explain(error)
