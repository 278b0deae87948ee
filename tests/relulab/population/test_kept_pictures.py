"""Pictures of runs of a map, as short texts: drawn like the pictures they are of, and never trusted."""

import zlib
from base64 import b64encode

import numpy as np
import pytest

from relulab.diagnosis.ends import End
from relulab.population.kept_pictures import AIR, LONGEST, MOST_BYTES, STEPS, KeptPicture, packed
from relulab.population.standing import CLASSES, CURVE, PLANE, SCATTER, Samples, Scene, Standing
from relulab.population.sweep import Sweep
from relulab.population.teller import PICTURED
from relulab.population.told import Asked
from tests.relulab.population.designs import design

SINE = {"loss": "mse", "data": {"dataset": "sine"}}
DIGITS = {"data": {"dataset": "digits"}}


def told_of(sweep, *, is_map):
    heard = []
    Asked(sweep, is_map=is_map).train(None, heard.append)
    scene = next((said for said in heard if isinstance(said, Scene)), None)
    samples = {said.run: said for said in heard if isinstance(said, Samples)}
    last = {said.run: said for said in heard if isinstance(said, Standing)}
    return scene, samples, last


@pytest.mark.parametrize(("parts", "kind"), [({}, PLANE), (SINE, CURVE), (DIGITS, CLASSES)])
def test_a_map_tells_what_is_told_of_single_starts(parts, kind):
    spec = design(steps=40, **parts)
    scene, samples, live = told_of(Sweep.of(spec, {}, 1), is_map=False)
    _, _, mapped = told_of(Sweep.of(spec, {"training.steps": [40]}, 1), is_map=True)
    low, span = (0.0, 1.0) if scene.classes else (scene.low, scene.high - scene.low)
    for run, standing in mapped.items():
        kept = KeptPicture.of(standing.picture)
        assert (kept.kind, kept.scene.classes) == (kind, scene.classes)
        assert kept.values.shape == live[run].values.shape
        exact = np.clip((live[run].values - low) / span, -AIR, 1 + AIR) if kind == CURVE else live[run].values
        assert np.abs(kept.values - exact).max() <= (1 + 2 * AIR) / STEPS
        inputs, targets = samples[run].inputs, samples[run].targets
        assert len(kept.samples.targets) == len(targets)
        for place, (left, right) in enumerate(scene.ranges):
            assert kept.samples.inputs[:, place] == pytest.approx((inputs[:, place] - left) / (right - left), abs=0.01)
        assert kept.samples.targets == pytest.approx((targets - low) / span, abs=0.01)


def test_only_what_is_drawn_is_told():
    _, _, found = told_of(Sweep.of(design(), {"training.learning_rate": [0.1, 1e5]}, PICTURED + 1), is_map=True)
    for run, standing in found.items():
        is_drawn = standing.end not in (End.DEAD.value, End.DIVERGED.value)
        assert bool(standing.picture) == (is_drawn and run % (PICTURED + 1) < PICTURED)
    assert {standing.end for standing in found.values()} >= {End.DIVERGED.value}
    assert any(standing.picture for standing in found.values())


def test_predictions_are_kept_with_their_targets():
    scene = Scene(0.5, 0, (), low=-2.0, high=6.0)
    targets, predicted = np.array([-2.0, 0.0, 6.0], np.float32), np.array([0.0, 9.0, np.nan], np.float32)
    kept = KeptPicture.of(packed(SCATTER, predicted, scene, Samples(0, np.empty((0, 5), np.float32), targets)))
    assert kept.samples.targets == pytest.approx([0, 0.25, 1], abs=0.01)
    assert kept.values[:2] == pytest.approx([0.25, 1 + AIR], abs=0.01), "what lies far beyond stands at the edge"


def test_many_classes_are_kept_coarsely():
    shares = np.random.default_rng(0).random((10, 32, 32)).astype(np.float32)
    scene = Scene(1.0, 10, ((-1.0, 1.0), (0.0, 4.0)))
    text = packed(PLANE, shares, scene, Samples(0, np.zeros((60, 2), np.float32), np.zeros(60, np.float32)))
    assert len(text) <= LONGEST
    assert KeptPicture.of(text).values.shape == (10, 8, 8)


def text_of(*numbers):
    return b64encode(zlib.compress(bytes(numbers))).decode()


@pytest.mark.parametrize(
    "text",
    [
        "", "no picture", "AAAA", text_of(), text_of(9, 2, 1, 1, 0, 3, 0), text_of(0, 2, 1, 2, 0, 3, 0),
        text_of(0, 2, 1, 0, 0, 3), text_of(0, 5, 1, 1, 0, 3, 0), text_of(0, 1, 1, 1, 0, 3, 0),
        text_of(0, 2, 1, 1, 1, 3, 0, 0, 0, 7), text_of(1, 0, 1, 1, 1, 3, 0, 0, 0, 7), text_of(0, 2, 1, 1, 0, 3, 0)[:-4],
        text_of(*[0] * (MOST_BYTES + 1)),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_none(text):
    assert KeptPicture.of(text) is None
    assert KeptPicture.of(text_of(0, 2, 1, 1, 0, 3, 0)) is not None
