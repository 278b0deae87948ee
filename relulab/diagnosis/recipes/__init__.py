"""Experiments with known outcomes: what to set up, what must be measured, what must and must not be said.

Each is one line of the table of effects that this product was built on. ``relulab reproduce`` runs them and the
tests hold the diagnosis to them. "M5k" in a name or a comment means the first 5,000 images of MNIST.
"""

from relulab.diagnosis.recipes.capacity import CAPACITY
from relulab.diagnosis.recipes.designs import conv, dense, normed, scheme
from relulab.diagnosis.recipes.dying import DYING
from relulab.diagnosis.recipes.recipe import ILLNESSES, METRICS, Expectation, Outcome, Recipe
from relulab.diagnosis.recipes.starts import STARTS
from relulab.registry import Registry

RECIPES: Registry[Recipe] = Registry("recipe", *DYING, *STARTS, *CAPACITY)

__all__ = ["ILLNESSES", "METRICS", "RECIPES", "Expectation", "Outcome", "Recipe", "conv", "dense", "normed", "scheme"]
