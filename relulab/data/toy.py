"""Points in the plane that are told apart by class: the sets on which one sees what a network does.

Each function draws ``count`` points: coordinates float64 (count, 2) and classes int64 (count,), as equal in
number as they can be. ``noise`` is the standard deviation of a normal error added to every coordinate.
"""

import math

import numpy as np
from numpy.typing import NDArray

Points = tuple[NDArray[np.float64], NDArray[np.int64]]
Generator = np.random.Generator


def circle(count: int, generator: Generator, noise: float) -> Points:
    """A disc of radius 0.5 inside a ring from radius 0.7 to 1."""
    classes = _classes(count, 2)
    low, high = np.where(classes == 0, 0.0, 0.7), np.where(classes == 0, 0.5, 1.0)
    radius = np.sqrt(generator.uniform(low**2, high**2))  # the root makes the points equally dense
    return _noisy(_polar(radius, generator.uniform(0.0, 2.0 * math.pi, count)), classes, generator, noise)


def xor(count: int, generator: Generator, noise: float, gap: float = 0.05) -> Points:
    """Four squares; class 0 where both coordinates have the same sign. ``gap`` keeps the axes free."""
    classes = _classes(count, 2)
    size = generator.uniform(gap, 1.0, (count, 2))
    sign = generator.choice([-1.0, 1.0], count)
    points = size * np.stack([sign, np.where(classes == 0, sign, -sign)], axis=1)
    return _noisy(points, classes, generator, noise)


def gaussians(count: int, generator: Generator, noise: float) -> Points:
    """Two round clouds around (-1, -1) and (1, 1); the noise is the size of a cloud."""
    classes = _classes(count, 2)
    centre = np.where(classes == 0, -1.0, 1.0)
    return _noisy(np.stack([centre, centre], axis=1), classes, generator, noise)


def moons(count: int, generator: Generator, noise: float) -> Points:
    """Two interleaving half circles of radius 1, placed as in scikit-learn's ``make_moons``."""
    classes = _classes(count, 2)
    upper = _polar(np.ones(count), generator.uniform(0.0, math.pi, count))
    points = np.where(classes[:, None] == 0, upper, np.array([1.0, 0.5]) - upper)
    return _noisy(points, classes, generator, noise)


def blobs(count: int, generator: Generator, noise: float, classes: int) -> Points:
    """One round cloud per class, their centres evenly spaced on a circle of radius 1."""
    labels = _classes(count, classes)
    return _noisy(_polar(np.ones(count), 2.0 * math.pi * labels / classes), labels, generator, noise)


def spirals(count: int, generator: Generator, noise: float, arms: int, turns: float) -> Points:
    """Arms that leave the centre and wind ``turns`` times around it, one class per arm."""
    classes = _classes(count, arms)
    along = generator.uniform(0.0, 1.0, count)
    angle = 2.0 * math.pi * (turns * along + classes / arms)
    return _noisy(_polar(along, angle), classes, generator, noise)


def spiral(count: int, generator: Generator, noise: float, turns: float) -> Points:
    """Two interleaved spiral arms."""
    return spirals(count, generator, noise, arms=2, turns=turns)


def _classes(count: int, classes: int) -> NDArray[np.int64]:
    return np.arange(count, dtype=np.int64) % classes


def _polar(radius: NDArray[np.float64], angle: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _noisy(points: NDArray[np.float64], classes: NDArray[np.int64], generator: Generator, noise: float) -> Points:
    return points + generator.normal(0.0, noise, points.shape), classes
