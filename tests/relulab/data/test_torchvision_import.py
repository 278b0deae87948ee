"""torchvision can be imported through its one door, in a process of its own, whatever builds are installed."""

import subprocess
import sys

import pytest

from relulab.data import torchvision_import
from relulab.errors import DataError

PROGRAM = """
from relulab.data.torchvision_import import torchvision_datasets
first = torchvision_datasets()
assert torchvision_datasets() is first
import torch
print(first.MNIST.__name__, hasattr(torch.ops.torchvision, "nms"), hasattr(torch.ops.torchvision, "qnms"))
"""


def test_it_imports_in_a_fresh_process_without_a_warning():
    done = subprocess.run([sys.executable, "-W", "error", "-c", PROGRAM], capture_output=True, text=True)
    assert done.stdout.split() == ["MNIST", "True", "True"], done.stderr


def test_the_window_can_describe_sets_without_it():
    program = "import sys, relulab.data.image_files; print('torchvision' in sys.modules, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize(
    "error", [ImportError("No module named 'torchvision'"), RuntimeError("ABI"), OSError("libc10")]
)
def test_a_broken_installation_is_explained(monkeypatch, error):
    def fail():
        raise error

    monkeypatch.setattr(torchvision_import, "_import", fail)
    with pytest.raises(DataError, match=r"torchvision cannot be used .*Install ReLU Lab again"):
        torchvision_import.torchvision_datasets()
