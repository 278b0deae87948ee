"""The place of the greatest of two outputs, without torch's slow search."""

from itertools import product

import pytest
import torch

from relulab.population.losses import greatest


@pytest.mark.parametrize("outputs", [2, 3])
def test_it_is_what_torch_finds_also_of_equals_and_of_what_is_no_number(outputs):
    numbers = [0.0, 1.0, -1.0, float("nan"), float("inf"), -float("inf")]
    values = torch.tensor(list(product(numbers, repeat=outputs))).unsqueeze(-1)
    assert torch.equal(greatest(values), values.argmax(-2, keepdim=True))
