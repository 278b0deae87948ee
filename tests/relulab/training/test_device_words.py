"""What a run that ended with an exception of torch tells the user to do."""

import pytest
import torch

from relulab.training.devices import explain


def test_a_full_memory_is_told_as_such():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(10**15)  # 4 PB: more than any machine has
    assert explain(caught.value, "cpu").startswith("The memory of cpu is full. Use a smaller batch")
    full = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")
    assert explain(full, "cuda:0").startswith("The memory of cuda:0 is full.")


def test_a_device_that_vanished_is_told_as_such():
    lost = RuntimeError("CUDA error: unspecified launch failure")
    assert "cuda:0 stopped answering. Choose 'cpu'" in explain(lost, "cuda:0")


def test_anything_else_is_quoted_in_one_line():
    assert explain(ValueError("odd\nand long"), "cpu") == "The run failed: odd. The log file has the details."
