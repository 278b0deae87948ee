"""Films: what a moment of one costs, and how long a run of the window takes to be filmed beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import relulab
from benchmarks.regions import spec_of
from benchmarks.result import Result
from relulab.views.film import ONE_INPUT

MOMENTS = 40  # of a film that is measured
# what is filmed, seconds at most per moment: ten seconds of 10 pictures a second within a minute of one free core
SCENES = {"network": 0.6, "regions": 0.6, "output": 0.3, "loss": 0.3, "unit": 0.6, ONE_INPUT: 0.3}
VIDEO = 0.6  # with the pictures in between encoded as MP4


def film_s(result: relulab.api.TrainResult, what: str, suffix: str, most: float) -> Result:
    """CPU time of a moment, drawn and encoded."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"film{suffix}"
        relulab.film(result, what, path, seconds=0.2, rate=10)  # fonts and libraries are loaded
        began = process_time()
        relulab.film(result, what, path, seconds=MOMENTS / 10, rate=10)
        took = (process_time() - began) / MOMENTS
        size = path.stat().st_size / 2**20
    against = f"2-64-64-2, {MOMENTS} moments of 900 pixels as {suffix[1:].upper()}, {size:.1f} MiB; CPU time"
    return Result(f"film_s_{what.replace('-', '_')}_{suffix[1:]}", took, "s", most, False, against)


def measure() -> Iterator[Result]:
    """All of it."""
    result = relulab.train(spec_of((64, 64)))
    for what, most in SCENES.items():
        yield film_s(result, what, ".gif", most)
    yield film_s(result, "network", ".mp4", VIDEO)
