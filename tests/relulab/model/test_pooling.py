"""What is measured of a max pooling is what torch computes, whatever its window, and whatever goes through it."""

import itertools

import pytest
import torch
from torch import nn
from torch.nn import functional

from relulab.model.modules import CALIBRATING, LEARNING, MEASURING, as_function

WINDOWS = [(size, stride) for size, stride in itertools.product((1, 2, 3, 5), (1, 2, 3, 4))]


@pytest.mark.parametrize(("size", "stride"), WINDOWS)
@pytest.mark.parametrize("shape", [(2, 3, 9, 7), (1, 1, 5, 5), (4, 2, 28, 6)])
def test_the_same_numbers_as_torch_gives(size: int, stride: int, shape: tuple[int, ...]) -> None:
    images = torch.randn(shape, generator=torch.Generator().manual_seed(7))
    images[0, 0, 1, :4] = torch.tensor([torch.nan, torch.inf, -torch.inf, -0.0])
    expected = functional.max_pool2d(images, size, stride)
    for mode in (MEASURING, CALIBRATING, LEARNING):
        function = as_function(nn.MaxPool2d(size, stride), mode)
        assert function is not None
        with torch.inference_mode():
            assert torch.equal(torch.nan_to_num(function(images)), torch.nan_to_num(expected))


@pytest.mark.parametrize("mode", [MEASURING, LEARNING])
def test_the_gradient_goes_to_one_of_equal_values_as_in_torch(mode: object) -> None:
    function = as_function(nn.MaxPool2d(2, 2), mode)  # type: ignore[arg-type]  # both are modes
    assert function is not None
    images = torch.zeros(1, 1, 4, 4, requires_grad=True)
    function(images).sum().backward()
    assert images.grad is not None
    assert images.grad.unique().tolist() == [0.0, 1.0]
