"""Numbers too small to be held exactly are taken as 0 in the steps of a run that began so, and nowhere else."""

import threading

import pytest
import torch

from relulab.data.loading import load_dataset
from relulab.session.file.schema import CheckpointDocument
from relulab.training.checkpoint import Checkpoint
from relulab.training.denormals import Flushing
from relulab.training.run import TrainingRun
from tests.relulab.population.designs import design

TINY = 1e-40  # no normal number of float32


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def keeps_tiny():
    """Whether this thread computes with them."""
    return bool((torch.full((8,), TINY) * 0.5).abs().max() > 0.0)


def start(flushes=None, **changed):
    spec = design(units=(4,), **{"optimizer": {"name": "adam"}} | changed)
    return TrainingRun(spec, load_dataset(spec.data), flushes=flushes)


def fade(run, steps=4):
    """What is left after some steps of momentum that had fallen below what float32 holds exactly, where no gradient
    comes: the hidden units are off for good.
    """
    run.step()
    hidden = next(parameter for parameter in run.network.parameters() if parameter.dim() == 1)
    for parameter in run.network.parameters():
        parameter.data.zero_()
    hidden.data.fill_(-1.0)
    (state,) = run._update.optimizer.state.values()
    state["exp_avg"].fill_(TINY)
    for _ in range(steps):
        run.step()
    return int((state["exp_avg"] != 0.0).sum())


def test_steps_take_them_as_zero_where_the_run_began_so():
    assert fade(start(False)) > fade(start(True))
    assert keeps_tiny(), "only in steps"


def test_a_run_goes_on_as_it_began_also_where_a_new_one_would_not():
    for flushes in (True, False):
        run = start(flushes)
        run.run_until(3)
        checkpoint = run.checkpoint()
        assert checkpoint.flushes is flushes
        assert TrainingRun.resumed(checkpoint, run.dataset).flushes is flushes
        assert run.successor(run.spec).flushes is flushes
        left = fade(TrainingRun.resumed(checkpoint, run.dataset))
        assert left == fade(run) != fade(start(not flushes))
    assert start().flushes


def test_checkpoints_of_older_files_go_on_without():
    assert CheckpointDocument.model_fields["flushes"].default is False
    assert Checkpoint.__dataclass_fields__["flushes"].default is False


def test_with_several_threads_a_new_run_keeps_them_and_an_older_one_its_word():
    torch.set_num_threads(2)
    assert not start().flushes
    run = start(True)
    assert run.checkpoint().flushes
    assert fade(run) == fade(start(False))


def test_only_the_thread_that_trains_has_it():
    seen, begin = {}, threading.Event()

    def look():
        begin.wait()
        seen["beside"] = keeps_tiny()

    other = threading.Thread(target=look)
    other.start()
    with Flushing(True):
        seen["here"] = keeps_tiny()
        begin.set()
        other.join()
    assert seen == {"here": False, "beside": True}
    assert keeps_tiny()


@pytest.mark.parametrize("learn", [TrainingRun.step, TrainingRun.measure_start])
def test_it_is_put_back_where_something_goes_wrong(learn, monkeypatch):
    run = start(True)

    def fail():
        assert not keeps_tiny()
        raise ValueError("no gradient")

    monkeypatch.setattr(run._gradient, "backward", fail)
    with pytest.raises(ValueError, match="no gradient"):
        learn(run)
    assert keeps_tiny()
