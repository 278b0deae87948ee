"""Ranges and ticks of an axis: arithmetic without a window.

Ranges move in steps, so that an axis is not laid out anew with every record (drawing an axis costs more than
drawing a curve). A logarithmic axis works on log10 of the values; its ticks say the values themselves.
"""

import math
import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relulab.formatting import number, signed

Floats = NDArray[np.float64]

NICE = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
TICK_STEPS = (1.0, 2.0, 2.5, 5.0)
OUTBURST = 10.0
TICK_DIGITS = 6
FLATTEST = 1e-4  # of the value: the span of a range that holds one value, so that its ticks can be told apart
SHRINK_BELOW = 0.5  # a range is kept until the data fill less than this share of it


@dataclass(frozen=True, slots=True)
class Ticks:
    """Where an axis is marked, and with what."""

    places: tuple[float, ...]
    texts: tuple[str, ...]


def nice_ceiling(value: float) -> float:
    """The next round number at or above a positive ``value``; 1 for anything that is not, or too small to round."""
    if not (math.isfinite(value) and value > sys.float_info.min):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next((nice * power for nice in NICE if nice * power >= value * (1 - 1e-12)), 10 * power)


def linear_range(low: float, high: float) -> tuple[float, float]:
    """A round range around [low, high] with a little air; it begins at 0 when the data come near it."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    if 0 <= low <= high and (low < 0.7 * high or high == 0):
        return 0.0, nice_ceiling(1.03 * high)
    span = max(high - low, FLATTEST * max(abs(low), abs(high))) or 1.0
    grain = nice_ceiling(span) / 10
    return (math.floor(low / grain - 0.3) * grain, math.ceil(high / grain + 0.3) * grain)


def without_outburst(values: Floats, reference: float) -> float:
    """The greatest of ``values`` (in order of time), or less where a short outburst would flatten everything else.

    An outburst is more than ``OUTBURST`` times the first value, the upper quartile and ``reference``; then
    twice the greatest of those three is the answer.
    """
    usual = max(float(values[0]), float(np.quantile(values, 0.75)), reference)
    greatest = float(values.max())
    return 2 * usual if greatest > OUTBURST * usual > 0 else greatest


def log_range(low: float, high: float) -> tuple[float, float]:
    """log10 of a range in whole thirds of a decade around the positive values [low, high]."""
    if not (0 < low <= high and math.isfinite(high)):
        return -3.0, 0.0
    return math.floor(3 * math.log10(low) - 0.2) / 3, math.ceil(3 * math.log10(high) + 0.2) / 3


def keep_or_move(now: tuple[float, float] | None, wanted: tuple[float, float]) -> tuple[float, float]:
    """``now`` while ``wanted`` lies within it and fills at least half of it; otherwise ``wanted``."""
    if now is None or wanted[0] < now[0] - 1e-12 or wanted[1] > now[1] + 1e-12:
        return wanted
    filled = (wanted[1] - wanted[0]) / (now[1] - now[0])
    return now if filled >= SHRINK_BELOW else wanted


def linear_ticks(low: float, high: float, most: int, least: float = 0.0) -> Ticks:
    """Round places in [low, high], as many as go up to ``most``, at least ``least`` apart."""
    power = 10.0 ** (math.floor(math.log10((high - low) / max(1, most))) - 1)
    for step in (grain * 10.0**decade * power for decade in range(20) for grain in TICK_STEPS):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first < max(1, most) and step >= least:
            break
    places = tuple(round(i * step, 12) for i in range(first, last + 1))
    return Ticks(places, tuple(signed(number(place, TICK_DIGITS)) for place in places))


def log_ticks(low: float, high: float, most: int) -> Ticks:
    """Between 10^low and 10^high: decades, finer (1, 2, 3, 5) where there is room, every n-th where there is not."""
    exponents = range(math.floor(low), math.ceil(high) + 1)
    for multiples in ((1, 2, 3, 5), (1, 2, 5), (1, 3), (1,)):
        places = [e + math.log10(m) for e in exponents for m in multiples]
        places = [place for place in places if low - 1e-9 <= place <= high + 1e-9]
        if len(places) <= most:
            return Ticks(tuple(places), tuple(_power(place) for place in places))
    every = math.ceil(len(places) / max(1, most))
    places = [place for place in places if round(place) % every == 0]
    return Ticks(tuple(places), tuple(_power(place) for place in places))


def _power(place: float) -> str:
    """The text of 10^place; whole powers far from 1 are written as such."""
    if place == round(place) and not -3 <= place <= 4:
        return f"1e{round(place)}"
    return number(10**place, 3)
