"""The memory estimate: near the truth where it can be compared, and quick to refuse what cannot work."""

from typing import Any

import pytest
import torch

from relulab.errors import MemoryLimitError
from relulab.model.memory import MemoryEstimate, about_bytes, available_memory, check_memory, show_bytes
from relulab.model.network import build_model
from relulab.model.plan import DesignPlan
from tests.helpers.designs import conv, dense, described, experiment
from tests.helpers.effort import at_most


def estimate(*layers, inputs=(2,), **training) -> MemoryEstimate:
    return DesignPlan.of(experiment(*layers, **training), described(inputs)).memory


@pytest.mark.parametrize(("precision", "width"), [("float32", 4), ("float64", 8)])
@pytest.mark.parametrize(("optimizer", "states"), [("sgd", 0), ("momentum", 1), ("adam", 2), ("adamw", 2)])
def test_parameters_gradients_and_optimizer_are_exact(precision, width, optimizer, states):
    layers: list[Any] = [dense(64), "batch_norm", dense(32, "prelu")]
    needed = estimate(*layers, inputs=(100,), precision=precision, optimizer=optimizer)
    net = build_model(DesignPlan.of(experiment(*layers, precision=precision), described((100,))))
    count = sum(p.numel() for p in net.parameters())
    assert needed.parameters == needed.gradients == count * width
    assert needed.optimizer == states * count * width


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad"])
def test_the_optimizers_really_keep_as_many_numbers_as_the_catalogue_says(optimizer):
    entry = experiment(optimizer=optimizer).training.optimizer.entry
    weight = torch.nn.Parameter(torch.ones(1000))
    parameters = entry.complete({})
    optim = getattr(torch.optim, entry.torch_class)([weight], lr=0.1, **entry.arguments(parameters))
    weight.sum().backward()
    optim.step()
    kept = sum(t.numel() for t in optim.state[weight].values() if isinstance(t, torch.Tensor) and t.numel() > 1)
    assert kept == entry.state_tensors * 1000


def test_activations_are_what_a_training_pass_saves():
    layers: list[Any] = [conv(16), conv(16), "flatten", dense(100)]
    needed = estimate(*layers, inputs=(1, 20, 20), batch_size=64)
    net = build_model(DesignPlan.of(experiment(*layers), described((1, 20, 20))))
    saved: dict[int, int] = {}

    def remember(tensor: torch.Tensor) -> torch.Tensor:
        if not isinstance(tensor, torch.nn.Parameter) and tensor._base is None:
            saved[tensor.data_ptr()] = tensor.nbytes
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(remember, lambda tensor: tensor):
        _, kept = net.forward_kept(torch.randn(64, 1, 20, 20))
    alive = sum(z.nbytes + h.nbytes for z, h in kept)
    assert 0.5 * max(alive, sum(saved.values())) < needed.activations < 3 * alive


def test_more_of_anything_needs_more():
    small = estimate(dense(32))
    assert estimate(dense(64)).total > small.total
    assert estimate(dense(32), batch_size=64).activations > small.activations
    assert estimate(dense(32), precision="float64").total > small.total
    assert estimate(dense(32), optimizer="adam").optimizer > small.optimizer


def test_refuses_with_the_estimate_and_what_to_do():
    needed = estimate(dense(1000), dense(1000), inputs=(784,), optimizer="adam")
    with pytest.raises(MemoryLimitError) as caught:
        check_memory(needed, 2_100_000, ("model", "layers", 1))
    message = str(caught.value)
    assert message.startswith(f"This experiment needs about {show_bytes(needed.total)} of memory; this machine has")
    assert "2.1 MB free" in message
    assert f"weights {show_bytes(needed.parameters)}" in message
    assert "fewer units" in message
    assert caught.value.where == ("model", "layers", 1)
    check_memory(needed, needed.total)
    check_memory(needed, None)


def test_a_billion_units_are_refused_at_once_and_nothing_is_allocated():
    with at_most(0.5):
        needed = estimate(dense(10**9), dense(10**9))
        with pytest.raises(MemoryLimitError, match=r"a million TB and more|TB"):
            check_memory(needed, 10**12)


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (12, "12 bytes"),
        (1500, "1.5 kB"),
        (3_700_000, "3.7 MB"),
        (3_700_000_000, "3.7 GB"),
        (2 * 10**15, "2,000.0 TB"),
        (10**40, "a million TB and more"),
    ],
)
def test_bytes_for_people(count, shown):
    assert show_bytes(count) == shown


@pytest.mark.parametrize(
    ("count", "shown"), [(12, "12 bytes"), (781_900, "780 kB"), (3_745_000, "3.7 MB"), (99_600_000, "100 MB")]
)
def test_an_estimate_of_bytes_has_two_digits(count, shown):
    assert about_bytes(count) == shown


def test_the_machine_tells_how_much_is_free():
    free = available_memory()
    assert free is not None
    assert 10**7 < free < 10**15
