"""Real networks whose weights were set by hand: what is wrong with them is known, and must be said."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from relulab.data.dataset import Source
from relulab.data.loading import load_dataset
from relulab.diagnosis.findings import Finding
from relulab.diagnosis.recipes import conv, dense
from relulab.experiment import DataSpec, ExperimentSpec
from relulab.training.run import TrainingRun
from relulab.training.telemetry import FindingsRecord, ProbeRecord
from tests.helpers.hand_built import design
from tests.helpers.recipe_runs import endless

DIGITS = {"dataset": "digits", "scaling": "unit", "train_size": 500}


class Watched:
    """A run whose network was changed by hand before it was looked at."""

    def __init__(self, spec: ExperimentSpec, change: Callable[[TrainingRun], None]) -> None:
        self.findings: tuple[Finding, ...] = ()
        self.probe: ProbeRecord | None = None
        self.run = TrainingRun(spec, load_dataset(spec.data, Source()), record=self._keep, recording=endless(5))
        with torch.no_grad():
            change(self.run)

    def _keep(self, record: object) -> None:
        if isinstance(record, FindingsRecord):
            self.findings = record.current
        elif isinstance(record, ProbeRecord):
            self.probe = record

    def freeze(self) -> "Watched":
        """Look at the network for 80 steps of a learning rate so small that nothing moves."""
        self.run.measure_start()
        self.run.run_until(80)
        return self

    def of(self, rule: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.rule == rule]

    @property
    def illnesses(self) -> set[str]:
        return {finding.rule for finding in self.findings if finding.severity.is_illness}


def module_of(run: TrainingRun, layer: str) -> Any:
    """The module of a layer, whose parameters are known only at run time."""
    return run.network.get_submodule(layer)


def frozen_design(*layers, **training) -> ExperimentSpec:
    return design(*layers, learning_rate=1e-12, steps=80, **training)


def on_digits(*layers) -> ExperimentSpec:
    return frozen_design(*layers).replace(data=DataSpec.parse(DIGITS))


def silence(layer: str, units: slice | list[int]) -> Callable[[TrainingRun], None]:
    """Give these units a bias that no input overcomes."""

    def change(run: TrainingRun) -> None:
        module_of(run, layer).bias[units] = -1e6

    return change


def test_units_that_are_dead_by_construction_are_named():
    dead = [0, 2, 3, 5, 7, 8, 9, 11, 12, 14]
    watched = Watched(frozen_design(dense(16), dense(16)), silence("2_dense", dead)).freeze()
    assert watched.probe.dead[1] == np.float32(10 / 16)
    (finding,) = watched.of("dead_layer")
    assert finding.layer == "2_dense"
    assert set(dead) <= set(finding.units)
    assert len(finding.units) == 10
    assert finding.measured == 10 / 16


def test_half_of_a_layer_dead_is_not_enough():
    watched = Watched(frozen_design(dense(16), dense(16)), silence("2_dense", slice(0, 8))).freeze()
    assert not watched.of("dead_layer")
    assert not watched.of("born_dead")


def test_a_layer_that_is_dead_before_the_first_step():
    watched = Watched(frozen_design(dense(16), dense(16)), silence("1_dense", slice(None))).freeze()
    (finding,) = watched.of("born_dead")
    assert finding.layer == "1_dense"
    assert finding.began == 0
    assert {one.because for rule in ("plateau", "dead_layer") for one in watched.of(rule)} == {"born_dead"}


def test_the_same_dead_units_in_a_network_that_learns_are_no_alarm():
    spec = design(dense(32), dense(32), steps=1000)
    watched = Watched(spec, silence("2_dense", slice(0, 20)))
    watched.run.measure_start()
    watched.run.run_until(1000)
    assert watched.probe.dead[1] > 0.6
    assert not watched.illnesses
    assert "dead, which does no harm here" in str(watched.of("healthy")[0].explanation)


def test_a_layer_that_is_saturated_by_construction():
    def change(run: TrainingRun) -> None:
        module_of(run, "2_dense").weight *= 100.0

    watched = Watched(frozen_design(*[dense(16, "tanh", "glorot_normal")] * 3), change).freeze()
    assert [finding.layer for finding in watched.of("saturation")] == ["2_dense"]
    assert watched.of("saturation")[0].measured > 0.8


def test_an_exact_linear_stack_says_its_rank():
    def change(run: TrainingRun) -> None:
        weight = module_of(run, "2_dense").weight
        weight.copy_(torch.outer(weight[:, 0].clone(), weight[0].clone()))

    watched = Watched(frozen_design(*[dense(16, "identity", "lecun_normal")] * 3), change).freeze()
    (finding,) = watched.of("linear_collapse")
    assert finding.measured > 0.999999
    assert "its rank is 1" in str(finding.explanation)


def test_relu_at_work_is_no_linear_collapse():
    assert not Watched(frozen_design(dense(16), dense(16)), lambda run: None).freeze().of("linear_collapse")


def test_duplicated_rows_are_seen_though_the_design_is_random():
    def change(run: TrainingRun) -> None:
        for name in ("1_dense", "2_dense"):
            module = module_of(run, name)
            module.weight[1::2] = module.weight[0::2]

    watched = Watched(frozen_design(dense(16), dense(16)), change).freeze()
    assert {finding.layer for finding in watched.of("symmetry")} == {"1_dense", "2_dense"}


def test_one_twin_is_no_lack_of_symmetry_breaking():
    def change(run: TrainingRun) -> None:
        module = module_of(run, "1_dense")
        module.weight[1] = module.weight[0]

    assert not Watched(frozen_design(dense(16), dense(16)), change).freeze().of("symmetry")


def only_one_pixel_of_one_sample(run: TrainingRun) -> None:
    """Every channel but the first fires at nothing but the one window that it likes best."""
    module = module_of(run, "1_conv2d")
    for channel, answers in enumerate(module(run.evaluator.probe.inputs).unbind(1)):
        best, second = answers.flatten().topk(2).values
        if channel > 0:
            module.bias[channel] = -float(best + second) / 2


def test_a_channel_that_fires_at_one_pixel_of_one_sample_is_alive():
    watched = Watched(on_digits(conv(8), "flatten", dense(32)), only_one_pixel_of_one_sample).freeze()
    assert watched.probe.dead[0] == 0.0
    assert watched.probe.firing_rate[1:8] == pytest.approx(1 / (500 * 64))
    assert not watched.of("dead_layer")
    assert not watched.of("born_dead")


def test_channels_that_never_fire_are_dead():
    watched = Watched(on_digits(conv(8), "flatten", dense(32)), silence("1_conv2d", slice(0, 6))).freeze()
    (finding,) = watched.of("dead_layer")
    assert finding.units == (0, 1, 2, 3, 4, 5)


def test_blank_pixels_kill_nobody():
    """Weights of pixels that are blank in every image have nothing to say about the life of a unit."""

    def change(run: TrainingRun) -> None:
        blank = run.evaluator.probe.inputs.flatten(1).amax(0) == 0.0
        assert blank.any()
        weight = module_of(run, "2_dense").weight
        weight.abs_()
        weight[:, blank] = -1e6

    watched = Watched(on_digits("flatten", dense(32), dense(32)), change).freeze()
    assert watched.probe.dead[0] == 0.0
    assert not watched.of("dead_layer")
