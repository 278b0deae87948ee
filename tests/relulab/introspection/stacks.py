"""Stacks of known weights, and slow, plain references for what is computed of them."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from relulab.catalog.linear_pieces import LINEAR_PIECES, STRAIGHT, LinearPieces
from relulab.introspection.dense_stack import AffineLayer, Array, DenseStack

RELU = LINEAR_PIECES["relu"]()
SQUARE = ((-1.5, 1.5), (-1.5, 1.5))
WHOLE_PLANE = ((-1e5, 1e5), (-1e5, 1e5))

Layer = tuple[Array, Array]
Exact = tuple[Fraction, ...]


def stack(*layers: tuple[object, object], pieces: LinearPieces = RELU, output: LinearPieces = STRAIGHT) -> DenseStack:
    """Of pairs of weight and bias; the last is the output layer."""
    kinds = [pieces] * (len(layers) - 1) + [output]
    made = [
        AffineLayer(np.array(weight, np.float64), np.array(bias, np.float64), kind, index)
        for index, ((weight, bias), kind) in enumerate(zip(layers, kinds, strict=True))
    ]
    return DenseStack(tuple(made))


def one_layer(weight: object, bias: Sequence[float] | Array, pieces: LinearPieces = RELU) -> DenseStack:
    """Lines in the plane: one hidden layer, each unit with a weight of its own to the output."""
    units = len(bias)
    return stack((weight, bias), (1.0 + np.arange(units)[None, :] / 7, [0.0]), pieces=pieces)


def random_layers(rng: np.random.Generator, *sizes: int, bias: float = 0.3) -> list[Layer]:
    """He-normal weights, normal biases."""
    return [
        (rng.normal(size=(units, inputs)) * np.sqrt(2 / inputs), rng.normal(size=units) * bias)
        for inputs, units in pairwise(sizes)
    ]


def in_thirds(rng: np.random.Generator, *sizes: int) -> list[Layer]:
    """Small whole numbers, to be divided by 3: many lines of them coincide or meet in a point."""
    return [
        (rng.integers(-3, 4, (units, inputs)).astype(float), rng.integers(-3, 4, units).astype(float))
        for inputs, units in pairwise(sizes)
    ]


def exact_count(layers: list[Layer], half: int = 2) -> int:
    """The regions of a ReLU network with weights in thirds in [-half, half]², polygon by polygon, in fractions."""
    corner = Fraction(half)
    square: list[Exact] = [(-corner, -corner), (corner, -corner), (corner, corner), (-corner, corner)]
    identity: list[Exact] = [(Fraction(1), Fraction(0), Fraction(0)), (Fraction(0), Fraction(1), Fraction(0))]
    found = [(square, identity)]
    for weight, bias in layers[:-1]:
        found = [part for polygon, maps in found for part in _cut(polygon, _sums(weight, bias, maps))]
    return len(found)


def _sums(weight: Array, bias: Array, maps: list[Exact]) -> list[Exact]:
    """z of each unit as (a, b, c) of a x + b y + c."""
    thirds = [[Fraction(int(w), 3) for w in row] for row in weight]
    return [
        tuple(
            sum((w * each[k] for w, each in zip(row, maps, strict=True)), Fraction(int(b), 3) * (k == 2))
            for k in range(3)
        )
        for row, b in zip(thirds, bias, strict=True)
    ]


def _cut(polygon: list[Exact], sums: list[Exact]) -> list[tuple[list[Exact], list[Exact]]]:
    """The parts of a convex polygon in which no sum changes its sign, each with what the units put out there."""
    parts = [polygon]
    for a, b, c in sums:
        parts = [half for part in parts for half in _halves(part, [a * x + b * y + c for x, y in part])]
    found = []
    for part in parts:
        x, y = (sum(coordinate) / len(part) for coordinate in zip(*part, strict=True))
        on = [a * x + b * y + c > 0 for a, b, c in sums]
        found.append((part, [s if is_on else (Fraction(0),) * 3 for s, is_on in zip(sums, on, strict=True)]))
    return found


def _halves(part: list[Exact], z: list[Fraction]) -> list[list[Exact]]:
    if not (min(z) < 0 < max(z)):
        return [part]
    halves: list[list[Exact]] = [[], []]
    for i in range(len(part)):
        j = (i + 1) % len(part)
        for half, sign in zip(halves, (1, -1), strict=True):
            if sign * z[i] >= 0:
                half.append(part[i])
        if z[i] * z[j] < 0:
            share = z[i] / (z[i] - z[j])
            crossing = tuple(p + share * (q - p) for p, q in zip(part[i], part[j], strict=True))
            for half in halves:
                half.append(crossing)
    return halves
