"""What a network computes as a short text, for pictures of thousands of networks: a byte a point, packed.

A map tells of it once, when a network has ended, and sessions keep it; so it is read as what a stranger may have made.
"""

import math
import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relulab.population.standing import CLASSES, CURVE, PLANE, SCATTER, Floats, Samples, Scene

KINDS = (PLANE, CURVE, CLASSES, SCATTER)
LONGEST = 2_400  # letters, so that a whole map stays well below what a part of a session may have
MOST_BYTES = 60_000  # unpacked
AIR = 0.25  # of the range of targets, kept above and below them
STEPS = 255
HEAD = 6  # bytes: kind, classes, the shape of the values (planes, across), points, numbers of a point

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class KeptPicture:
    """``kind`` and ``values``: as of a ``Standing``; inputs and targets go from 0 to 1, as ``scene`` says."""

    kind: str
    values: Floats
    scene: Scene
    samples: Samples

    @classmethod
    def of(cls, text: str) -> "KeptPicture | None":
        """Out of a text; None where there is no picture in it."""
        try:
            unpacker = zlib.decompressobj()
            found = np.frombuffer(unpacker.decompress(b64decode(text, validate=True), MOST_BYTES), np.uint8)
            kind, classes, planes, across, points, width = found[:HEAD].tolist()
            size = planes * across * (across if KINDS[kind] == PLANE else 1)
            if not unpacker.eof or not size or len(found) != HEAD + size + points * width:
                return None
            return cls._read(KINDS[kind], classes, found[HEAD:], (planes, across, size), (points, width))
        except (ValueError, IndexError, zlib.error):
            return None

    @classmethod
    def _read(
        cls, kind: str, classes: int, numbers: Bytes, shape: tuple[int, int, int], of_points: tuple[int, int]
    ) -> "KeptPicture | None":
        planes, across, size = shape
        values: Floats = np.asarray(numbers[:size] / STEPS, np.float32)
        pairs = numbers[size:].reshape(of_points)
        inputs: Floats = np.asarray(pairs[:, :-1] / STEPS, np.float32)
        last: Floats = pairs[:, -1].astype(np.float32)
        dimensions = {PLANE: 2, CURVE: 1}.get(kind, 0)
        if inputs.shape[1] != dimensions or (classes and kind == PLANE and planes != classes - (classes == 2)):
            return None
        if classes == 1 or (classes and len(last) and last.max() >= classes):
            return None
        if kind == PLANE:
            values = values.reshape(planes, across, across)
            values = np.concatenate([1 - values, values]) if classes == 2 else values
        is_aired = kind in (CURVE, SCATTER)
        targets = last if classes else _aired(last / np.float32(STEPS))
        scene = Scene(math.nan, classes, ((0.0, 1.0),) * dimensions)
        return cls(kind, _aired(values) if is_aired else values, scene, Samples(0, inputs, targets))


def packed(kind: str, values: Floats, scene: Scene, samples: Samples) -> str:
    """What a network computes, with some of what it learned from; empty where that is too long."""
    span = (scene.high - scene.low) or 1.0

    def places(of: Floats) -> Floats:
        return np.asarray((of - scene.low) / span)

    if kind == PLANE:
        shown = values[1:] if scene.classes == 2 else values if scene.classes else places(values)
    else:
        shown = _unaired(places(values)) if kind in (CURVE, SCATTER) else values
    columns = [
        (samples.inputs[:, place] - low) / ((high - low) or 1.0) for place, (low, high) in enumerate(scene.ranges)
    ]
    last = samples.targets / STEPS if scene.classes else _unaired(places(samples.targets))
    points = np.stack([*columns, last], axis=1)
    head = [KINDS.index(kind), scene.classes]
    for every in (1, 2, 4):
        coarse = shown[:, every // 2 :: every, every // 2 :: every] if kind == PLANE else shown
        planes, across = coarse.shape[:2] if kind == PLANE else (1, len(coarse))
        whole = [*head, planes, across, *points.shape]
        if max(whole) > STEPS:
            return ""
        numbers = np.concatenate([coarse.reshape(-1), points.reshape(-1)])
        found = bytes(whole) + np.rint(np.clip(np.nan_to_num(numbers), 0, 1) * STEPS).astype(np.uint8).tobytes()
        text = b64encode(zlib.compress(found)).decode("ascii")
        if len(text) <= LONGEST:
            return text
    return ""


def _unaired(places: Floats) -> Floats:
    """From 0 to 1 what lies from a little below all targets to a little above them."""
    return np.asarray((places + AIR) / (1 + 2 * AIR))


def _aired(places: Floats) -> Floats:
    return np.asarray(places * (1 + 2 * AIR) - AIR, np.float32)
