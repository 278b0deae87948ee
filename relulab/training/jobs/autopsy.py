"""How a unit died, to the very step: the run is trained again from its start, which gives the same run.

Probes tell only between which two measurements a unit fell silent. Replaying that stretch with a look at the
unit after every step finds the update that pushed it under.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
import torch

from relulab.data.dataset import Dataset
from relulab.errors import DivergedError
from relulab.experiment import ExperimentSpec
from relulab.measurements.dead_units import never_active_units
from relulab.training.checkpoint import OwnRandomness
from relulab.training.devices import resolve_device
from relulab.training.inspection import bias_of
from relulab.training.requests import AutopsyRequest
from relulab.training.run import TrainingRun
from relulab.training.schedule import UNWATCHED
from relulab.training.telemetry import DeathCertificate, Record


@dataclass(frozen=True, slots=True)
class _Look:
    """The unit at one moment."""

    bias: float = math.nan
    weight_norm: float = math.nan
    greatest: float = math.nan

    @property
    def fires(self) -> bool:
        """Whether some sample of the probe set makes it fire, decided as in the measurement."""
        return not bool(never_active_units(np.array([self.greatest])).all())


UNKNOWN = _Look()


@dataclass(slots=True)
class Autopsy:
    """A replay in progress; it lives in the worker thread, which calls ``advance`` between its other work.

    ``record`` gets the ``certificate`` when it is done; it has a ``problem`` where the replay did not find the death.
    """

    spec: ExperimentSpec
    dataset: Dataset
    request: AutopsyRequest
    record: Callable[[Record], None]
    channels_last: bool | None = None
    flushes: bool | None = None
    certificate: DeathCertificate | None = field(init=False, default=None)
    _run: TrainingRun | None = field(init=False, default=None)
    _randomness: OwnRandomness = field(init=False)
    _before: _Look | None = field(init=False, default=None)
    _candidate: DeathCertificate | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._randomness = OwnRandomness(resolve_device(self.spec.training.device))

    @property
    def progress(self) -> float:
        """How far the replay is, 0 to 1."""
        return 0.0 if self._run is None else self._run.step_index / max(1, self.request.silent_at)

    @property
    def done(self) -> bool:
        """Whether there is a certificate."""
        return self.certificate is not None

    def advance(self, seconds: float) -> bool:
        """Replay for about ``seconds``; whether it is done."""
        began = perf_counter()
        with self._randomness:
            run = self._run = self._run or TrainingRun(
                self.spec, self.dataset, recording=UNWATCHED, channels_last=self.channels_last, flushes=self.flushes
            )
            try:
                while not self.done and perf_counter() - began < seconds:
                    self._advance_a_step(run)
            except DivergedError:
                self._conclude(run)
        return self.done

    def _advance_a_step(self, run: TrainingRun) -> None:
        request = self.request
        if run.step_index >= request.silent_at or run.finished:
            self._conclude(run)
        elif run.step_index < (request.fired_at or 0):
            run.step()
        else:
            self._watched_step(run)

    def _watched_step(self, run: TrainingRun) -> None:
        before = self._before or self._look(run)
        learning_rate = run.learning_rate_now()
        loss = run.step()
        after = self._before = self._look(run)
        if after.fires:
            self._candidate = None
        elif before.fires:
            self._candidate = replace(
                self._certificate(before, after),
                died_in=run.step_index,
                learning_rate=learning_rate,
                loss=loss,
                gradient_norm=self._gradient_norm(run),
                batch=run.last_batch(),
            )

    def _conclude(self, run: TrainingRun) -> None:
        last = self._before or self._look(run)
        if self._candidate is not None:
            self._certify(replace(self._candidate, replayed_to=run.step_index))
        elif self.request.fired_at is None and not last.fires:
            self._certify(replace(self._certificate(last, last), replayed_to=run.step_index, born_dead=True))
        else:
            self.fail(
                "Training again from the start did not lead to the same death, "
                "so the step cannot be named. Was the run changed by hand?"
            )

    def fail(self, problem: str) -> None:
        """End without a step to name."""
        self._certify(replace(self._certificate(UNKNOWN, UNKNOWN), problem=problem))

    def _certify(self, certificate: DeathCertificate) -> None:
        self.certificate = certificate
        self.record(certificate)

    def _certificate(self, before: _Look, after: _Look) -> DeathCertificate:
        """How the unit looked, and nothing yet about a step."""
        return DeathCertificate(
            self.request.layer,
            self.request.unit,
            died_in=0,
            replayed_to=0,
            born_dead=False,
            learning_rate=math.nan,
            loss=math.nan,
            gradient_norm=math.nan,
            bias_before=before.bias,
            bias_after=after.bias,
            weight_norm_before=before.weight_norm,
            weight_norm_after=after.weight_norm,
            max_before=before.greatest,
            max_after=after.greatest,
            batch=(),
        )

    def _look(self, run: TrainingRun) -> _Look:
        """The unit now: in eval mode, over the whole probe set, like the probe that gave the verdict."""
        layer, unit = self.request.layer, self.request.unit
        greatest = float(run.evaluator.unit_values(run.evaluator.probe.inputs, layer, unit).pre_activation.max())
        weight, bias = run.network.parameters_of(layer)
        norm = float(torch.linalg.vector_norm(weight.detach()[unit], dtype=torch.float64))
        return _Look(bias_of(bias, run.layout.layers[layer].units, unit), norm, greatest)

    def _gradient_norm(self, run: TrainingRun) -> float:
        """Of the unit's incoming weights and bias, as the optimizer saw it in the last step."""
        gradients = [parameter.grad for parameter in run.network.parameters_of(self.request.layer).present]
        of_unit = [gradient[self.request.unit].reshape(-1) for gradient in gradients if gradient is not None]
        return float(torch.linalg.vector_norm(torch.cat(of_unit), dtype=torch.float64))
