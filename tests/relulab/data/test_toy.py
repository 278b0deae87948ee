"""Points in the plane have the shapes that their descriptions promise."""

import numpy as np
import pytest
from sklearn.datasets import make_moons

from relulab.data import toy


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(0)


def radius(points: np.ndarray) -> np.ndarray:
    return np.hypot(*points.T)


def test_circle_is_a_disc_inside_a_ring(generator):
    points, classes = toy.circle(2000, generator, noise=0.0)
    assert radius(points[classes == 0]).max() <= 0.5
    assert radius(points[classes == 1]).min() >= 0.7
    assert radius(points[classes == 1]).max() <= 1.0
    # equally dense: half of a disc's points lie outside radius 0.5/√2
    assert np.mean(radius(points[classes == 0]) > 0.5 / np.sqrt(2)) == pytest.approx(0.5, abs=0.05)


def test_xor_classes_follow_the_signs(generator):
    points, classes = toy.xor(2000, generator, noise=0.0)
    assert np.array_equal(classes, points[:, 0] * points[:, 1] < 0)
    quadrants = {(a, b): np.mean((points[:, 0] > 0) == a) for a in (True, False) for b in (True, False)}
    assert min(quadrants.values()) > 0.2
    assert np.abs(points).min() >= 0.05


def test_gaussians_have_the_asked_spread(generator):
    points, classes = toy.gaussians(20_000, generator, noise=0.5)
    for label, centre in ((0, -1.0), (1, 1.0)):
        cloud = points[classes == label]
        assert cloud.mean(axis=0) == pytest.approx([centre, centre], abs=0.02)
        assert cloud.std(axis=0) == pytest.approx([0.5, 0.5], abs=0.02)


def test_moons_are_those_of_scikit_learn(generator):
    ours, classes = toy.moons(20_000, generator, noise=0.15)
    theirs, their_classes = make_moons(20_000, noise=0.15, random_state=1)
    for label in (0, 1):
        mine, other = ours[classes == label], theirs[their_classes == label]
        for statistic in (
            lambda p: p.mean(axis=0),
            lambda p: p.std(axis=0),
            lambda p: np.quantile(p, [0.1, 0.5, 0.9], 0),
        ):
            assert statistic(mine) == pytest.approx(statistic(other), abs=0.03)
        assert np.cov(mine.T)[0, 1] == pytest.approx(np.cov(other.T)[0, 1], abs=0.02)


def test_moons_without_noise_lie_on_half_circles(generator):
    points, classes = toy.moons(500, generator, noise=0.0)
    assert radius(points[classes == 0]) == pytest.approx(1.0)
    assert radius(points[classes == 1] - [1.0, 0.5]) == pytest.approx(1.0)
    assert (points[classes == 0][:, 1] >= 0).all()
    assert (points[classes == 1][:, 1] <= 0.5).all()


@pytest.mark.parametrize("classes", [2, 5, 20])
def test_blobs_have_their_centres_on_a_circle(generator, classes):
    points, labels = toy.blobs(classes * 500, generator, noise=0.1, classes=classes)
    centres = np.array([points[labels == label].mean(axis=0) for label in range(classes)])
    assert radius(centres) == pytest.approx(1.0, abs=0.03)
    assert np.bincount(labels).tolist() == [500] * classes


@pytest.mark.parametrize(("arms", "turns"), [(2, 1.25), (3, 0.75), (10, 2.0)])
def test_arms_wind_as_often_as_asked(generator, arms, turns):
    points, classes = toy.spirals(4000, generator, noise=0.0, arms=arms, turns=turns)
    angle = 2.0 * np.pi * (turns * radius(points) + classes / arms)
    assert points == pytest.approx(radius(points)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1))
    assert sorted(set(classes)) == list(range(arms))


def test_spiral_is_spirals_with_two_arms():
    ours = toy.spiral(100, np.random.default_rng(3), noise=0.1, turns=1.0)
    general = toy.spirals(100, np.random.default_rng(3), noise=0.1, arms=2, turns=1.0)
    assert all(np.array_equal(a, b) for a, b in zip(ours, general, strict=True))


@pytest.mark.parametrize("make", [toy.circle, toy.xor, toy.gaussians, toy.moons])
def test_classes_are_equally_frequent(generator, make):
    _, classes = make(501, generator, noise=0.1)
    assert np.bincount(classes).tolist() == [251, 250]
