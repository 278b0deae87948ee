"""One of many networks as it stands while it is trained and at its end: what a picture of all of them is drawn from.

It is told from one process to another as a line of JSON; arrays travel as their bytes.
"""

import json
import math
from base64 import b64decode, b64encode
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

PLANE, CURVE, CLASSES, SCATTER = "plane", "curve", "classes", "scatter"  # kinds of pictures


def _none() -> Floats:
    return np.empty(0, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """``run``: its number among all. ``end``: the value of an ``End``, empty while it is trained. ``moments`` and
    ``losses``: the measured steps with the loss on the probe set; ``dead_shares``: of the worst hidden layer then.
    ``loss`` and the others: after the last step, whole sets, NaN before. ``dead``: which hidden layer is wholly dead,
    from 1 on, of so many ``hidden``; 0 for none. ``steps_to_right``, ``gradient``, ``step_seconds``: as of ``Trained``.
    ``line_beside``: the mean square error of straight pieces, as many as the network can have; NaN where not known.

    ``picture``: of a run of a map, what it computes as a text (``kept_pictures.py``); empty where it is not kept.

    ``kind`` and ``values``: what it computes. PLANE: shares of the classes or values (outputs, side, side), the first
    row lowest; CURVE: (points,), evenly spread; CLASSES: the share of each class that is right; SCATTER: predictions.
    """

    run: int
    seed: int = 0
    end: str = ""
    reason: str = ""
    step: int = 0
    total_steps: int = 0
    is_over: bool = False
    diverged: bool = False
    dead: int = 0
    hidden: int = 0
    loss: float = math.nan
    accuracy: float = math.nan
    test_loss: float = math.nan
    test_accuracy: float = math.nan
    dead_share: float = math.nan
    steps_to_right: float = math.nan
    gradient: float = math.nan
    step_seconds: float = math.nan
    line_beside: float = math.nan
    picture: str = ""
    kind: str = ""
    moments: Floats = field(default_factory=_none)
    losses: Floats = field(default_factory=_none)
    dead_shares: Floats = field(default_factory=_none)
    values: Floats = field(default_factory=_none)

    def line(self) -> str:
        """As one line of text."""
        return json.dumps({part.name: getattr(self, part.name) for part in fields(self)}, default=_packed)


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Some of what a run learns from, to be drawn with what it computes. ``inputs`` (n, inputs) of one or two inputs,
    else empty; ``targets`` (n,): classes or values.
    """

    run: int
    inputs: Floats
    targets: Floats

    def line(self) -> str:
        return json.dumps({"samples": self.run, "inputs": self.inputs, "targets": self.targets}, default=_packed)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What all runs have in common. ``ranges``: what is shown of one or two inputs; ``guessing``: the loss of the best
    constant answer; ``classes``: how many, 0 in a regression; ``low`` and ``high``: of the targets of a regression.
    """

    guessing: float
    classes: int
    ranges: tuple[tuple[float, float], ...] = ()
    low: float = 0.0
    high: float = 1.0

    def line(self) -> str:
        return json.dumps({"scene": {part.name: getattr(self, part.name) for part in fields(self)}})


Told = Standing | Samples | Scene


def told(line: str) -> Told:
    """What a line says. Raises ValueError and TypeError where it says nothing of the kind."""
    found = json.loads(line, object_hook=_unpacked)
    if "scene" in found:
        scene = found["scene"]
        return Scene(**(scene | {"ranges": tuple((low, high) for low, high in scene["ranges"])}))
    if "samples" in found:
        return Samples(found["samples"], found["inputs"], found["targets"])
    return Standing(**found)


def _packed(values: Any) -> dict[str, Any]:
    half = np.asarray(values, np.float32)
    return {"shape": half.shape, "bytes": b64encode(half.tobytes()).decode("ascii")}


def _unpacked(found: dict[str, Any]) -> Any:
    if found.keys() == {"shape", "bytes"}:
        return np.frombuffer(b64decode(found["bytes"]), np.float32).reshape(found["shape"])
    return found
