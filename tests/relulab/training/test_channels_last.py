"""Filters lie with their channels last in new runs; runs that began otherwise go on as they were, bit for bit."""

import numpy as np
import pytest
import torch
from torch import nn

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.model.modules import MEASURING, as_function
from relulab.session.file.schema import CheckpointDocument
from relulab.training.checkpoint import Checkpoint
from relulab.training.run import TrainingRun
from relulab.training.surgery import freeze_unit, set_weight
from tests.helpers.designs import conv, dense

DROPOUT = {"kind": "dropout", "parameters": {"rate": 0.5}}


def design(*layers, **training) -> ExperimentSpec:
    return ExperimentSpec.parse(
        {
            "data": {"dataset": "digits", "train_size": 64, "validation_size": 16, "test_size": 16},
            "model": {"layers": list(layers or (conv(3), "max_pool2d", conv(4, 2), "batch_norm", "flatten", dense(5)))},
            "training": {"batch_size": 16, "steps": 40, "optimizer": "adam", "learning_rate": 0.01} | training,
        }
    )


def start(spec: ExperimentSpec, channels_last: bool | None = None) -> TrainingRun:
    return TrainingRun(spec, load_dataset(spec.data), channels_last=channels_last)


def losses(run: TrainingRun, steps: int) -> list[float]:
    return [run.step() for _ in range(steps)]


def filters(run: TrainingRun) -> torch.Tensor:
    return next(module.weight for module in run.network.children() if isinstance(module, nn.Conv2d))


def test_new_runs_with_filters_have_them_channels_last():
    weight = filters(start(design(conv(3), conv(4), "flatten")))
    assert weight.stride() == (9, 1, 3, 1)
    assert not start(design("flatten", dense(4))).channels_last
    assert not start(design(precision="float64")).channels_last


def test_both_ways_compute_the_same():
    turned, plain = start(design(), True), start(design(), False)
    assert torch.equal(filters(turned), filters(plain))
    assert losses(turned, 12) == pytest.approx(losses(plain, 12), rel=1e-4)
    for one, other in zip(turned.network.parameters(), plain.network.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-4)
        torch.testing.assert_close(one.grad, other.grad, rtol=1e-3, atol=1e-4)
    assert turned.test() == pytest.approx(plain.test(), rel=1e-3)


@pytest.mark.parametrize("channels_last", [True, False])
def test_a_run_goes_on_as_it_began(channels_last):
    run = start(design(), channels_last)
    losses(run, 5)
    freeze_unit(run, 1, 2)
    checkpoint = run.checkpoint()
    assert checkpoint.channels_last is channels_last
    resumed = TrainingRun.resumed(checkpoint, run.dataset)
    assert resumed.channels_last is channels_last
    assert run.successor(run.spec).channels_last is channels_last
    assert losses(resumed, 8) == losses(TrainingRun.resumed(checkpoint, run.dataset), 8)
    torch.set_rng_state(torch.tensor(checkpoint.random["dropout"]))
    assert losses(run, 8) == losses(TrainingRun.resumed(checkpoint, run.dataset), 8)


def test_checkpoints_of_older_files_have_channels_first():
    assert CheckpointDocument.model_fields["channels_last"].default is False
    assert Checkpoint.__dataclass_fields__["channels_last"].default is False


def test_a_weight_is_set_where_it_is_and_a_frozen_unit_stays():
    run = start(design())
    weight = run.network.parameters_of(1).weight
    before = weight.detach().clone()
    set_weight(run, 1, 2, 7, 0.5)  # of (4, 3, 2, 2): unit 2, channel 1, row 1, column 1
    changed = (weight.detach() != before).nonzero()
    assert changed.tolist() == [[2, 1, 1, 1]]
    freeze_unit(run, 1, 2)
    kept = weight.detach().clone()
    losses(run, 3)
    assert torch.equal(weight[2], kept[2])
    assert not torch.equal(weight[1], kept[1])


def test_gradients_and_updates_of_single_weights_are_told_in_the_shape_of_the_filters():
    run = start(design())
    losses(run, 2)
    weight = run.network.parameters_of(1).weight
    found = run.parameters.part(run.parameters.gradients, weight)
    assert weight.grad is not None
    assert torch.equal(found, weight.grad)
    assert torch.equal(run.parameters.part(run.parameters.values, weight), weight)


@pytest.mark.parametrize("between", [(), ("layer_norm",), ("batch_norm",), ("avg_pool2d",)])
def test_who_was_dropped_is_told_in_the_order_in_which_they_were_drawn(between):
    run = start(design(conv(3), *between, DROPOUT, conv(2), "flatten"))
    seen: list[torch.Tensor] = []
    functions = run.network._functions
    place = next(i for i, function in enumerate(functions) if "dropout" in str(function))
    original = functions[place]

    def dropping(values):
        seen.append(values)
        return original(values)

    functions[place] = dropping
    run.step()
    turned = seen[0].is_contiguous(memory_format=torch.channels_last)
    assert run.dropped._dropouts[0].channels_last is turned
    assert turned is (between != ("layer_norm",))


def test_measured_max_pooling_leaves_the_order_as_it_is():
    pool = as_function(nn.MaxPool2d(2, 2), MEASURING)
    images = torch.randn(2, 3, 6, 6).contiguous(memory_format=torch.channels_last)
    assert pool is not None
    with torch.inference_mode():
        found = pool(images)
    assert found.is_contiguous(memory_format=torch.channels_last)
    assert np.array_equal(found.numpy(), nn.functional.max_pool2d(images, 2, 2).numpy())
