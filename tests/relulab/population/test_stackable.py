"""What stacks can hold is known without torch, and is what has formulas for many networks."""

from relulab.population import stackable
from relulab.population.activations import STACK_ACTIVATIONS
from relulab.population.losses import STACK_LOSSES
from relulab.population.making import STACK_LAYERS
from relulab.population.update import FORMULAS


def test_the_names_are_those_of_what_has_formulas():
    assert set(stackable.LAYERS) == set(STACK_LAYERS)
    assert set(stackable.ACTIVATIONS) == set(STACK_ACTIVATIONS)
    assert set(stackable.LOSSES) == set(STACK_LOSSES)
    assert set(stackable.OPTIMIZERS) == set(FORMULAS)
