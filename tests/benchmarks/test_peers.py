"""What the engine is compared with: the well-written loop learns, and costs are those of the thread that trains."""

from threading import Thread
from time import thread_time

import pytest
import torch

from benchmarks.loops import good_loop, mnist_spec, plain_network
from benchmarks.memory import resident
from benchmarks.peers import Cost, cost, median
from relulab.data.loading import load_dataset
from relulab.experiment import DataSpec


def small(preset: str):
    data = DataSpec.parse({"dataset": {"name": "mnist_small"}, "train_size": 256})
    return mnist_spec(preset, batch_size=32).replace(data=data), load_dataset(data)


@pytest.mark.parametrize("preset", ["mnist-mlp", "mnist-cnn"])
def test_the_well_written_loop_learns(preset):
    torch.manual_seed(0)
    spec, dataset = small(preset)
    step = good_loop(spec, dataset)
    losses = [step() for _ in range(40)]
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])


def test_it_trains_the_network_of_the_preset():
    spec, dataset = small("mnist-cnn")
    assert sum(parameter.numel() for parameter in plain_network(spec, dataset).parameters()) == 27_562


def test_costs_are_those_of_the_thread_that_trains():
    def compute(clock) -> None:
        began = clock()
        while clock() - began < 0.01:
            pass

    def step() -> None:
        beside = Thread(target=lambda: compute(thread_time))
        beside.start()
        compute(thread_time)
        beside.join()

    found = cost(step, 0.05)
    assert found.own >= 10.0
    assert found.together >= found.own + 9.0
    assert median([Cost(1, 9), Cost(3, 7), Cost(2, 8)]) == Cost(2, 8)


def test_memory_of_this_process_is_told():
    before = resident()
    if before != before:
        pytest.skip("this system does not say")
    held = torch.ones(2**25)
    assert resident() - before > 100
    assert held.numel() == 2**25
