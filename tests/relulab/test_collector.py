"""The collector rests where many objects are made at once, and is left as it was."""

import gc
import subprocess
import sys
from gc import isenabled as is_on

import pytest

from relulab.collector import collector_off
from relulab.errors import CancelledError
from relulab.population.training import train_all
from relulab.report.figures.theme import LIGHT, styled
from tests.relulab.population.designs import design

WHILE_TORCH_COMES = """
import gc, sys
from relulab.training.trainer import Trainer

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torch":
            seen.add(gc.isenabled())

seen = set()
sys.meta_path.insert(0, Watch())
trainer = Trainer(print)
trainer.close(200.0)  # the import comes first, whatever was asked for meanwhile
print(seen, gc.isenabled())
"""


@pytest.fixture
def on():
    gc.enable()
    yield
    gc.enable()


@pytest.mark.usefixtures("on")
@pytest.mark.parametrize("rest", [collector_off, lambda: styled(LIGHT)])
def test_it_rests_and_goes_on(rest):
    with rest():
        assert not gc.isenabled()
        with rest():
            pass
        assert not gc.isenabled(), "the inner one does not end the rest"
    assert gc.isenabled()


@pytest.mark.usefixtures("on")
def test_it_goes_on_after_an_error_and_stays_off_where_it_was_off():
    with pytest.raises(ValueError, match="no"), collector_off():
        raise ValueError("no")
    assert gc.isenabled()
    gc.disable()
    with collector_off():
        pass
    assert not gc.isenabled()


@pytest.mark.usefixtures("on")
def test_it_rests_while_networks_are_trained_together_and_not_between_them():
    seen = []
    results = train_all([design(seed, (3,), steps=5) for seed in range(2)], on_progress=lambda _: seen.append(is_on()))
    assert all(is_on() for _ in results)
    assert not any(seen[:-1])
    assert len(seen) > 2

    def stop(_share):
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        list(train_all([design(0, (3,), steps=5)], on_progress=stop))
    assert is_on()


def test_it_rests_while_the_worker_imports_torch():
    """In a process of its own: here torch is imported already."""
    program = WHILE_TORCH_COMES
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.strip() == "{False} True"
