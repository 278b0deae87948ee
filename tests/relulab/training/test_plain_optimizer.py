"""The short way through torch's optimizers computes what the long way computes, and starts without the compiler."""

import subprocess
import sys

import pytest
import torch

from relulab.catalog.optimizers import OPTIMIZERS
from relulab.training.plain_optimizer import leave_compiler_out, plain_step

STEPS = 5


def trajectory(entry, plain):
    generator = torch.Generator().manual_seed(1)
    weights = torch.nn.Parameter(torch.randn(40, generator=generator))
    parameters = {p.name: p.default for p in entry.parameters}
    optimizer = getattr(torch.optim, entry.torch_class)([weights], lr=0.01, **entry.arguments(parameters))
    step = plain_step(optimizer) if plain else optimizer.step
    for _ in range(STEPS):
        weights.grad = torch.randn(40, generator=generator)
        with torch.no_grad():
            step()
    return weights.detach().clone()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_numbers_are_those_of_torch_bit_for_bit(name):
    leave_compiler_out()
    plain, torchs = trajectory(OPTIMIZERS[name], True), trajectory(OPTIMIZERS[name], False)
    assert torch.equal(plain, torchs)


def test_a_run_begins_and_goes_on_from_a_checkpoint_without_the_compiler():
    program = (
        "import sys\n"
        "from relulab.data.loading import load_dataset\n"
        "from relulab.experiment.presets import load_preset\n"
        "from relulab.training.run import TrainingRun\n"
        "spec = load_preset('moons-healthy')\n"
        "run = TrainingRun(spec, load_dataset(spec.data))\n"
        "run.measure_start(); run.step()\n"
        "run.restore(run.checkpoint())\n"
        "assert 'torch._dynamo' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
