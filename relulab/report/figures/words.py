"""Numbers and lists in words, for captions and alternative texts."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def number(value: float) -> str:
    """Three or four digits that matter; ``not a number`` and ``infinite`` in words."""
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "infinite"
    return f"{value:.4g}"


def percent(share: float) -> str:
    """A share from 0 to 1; one decimal where that tells something."""
    if not math.isfinite(share):
        return "unknown"
    text = f"{100 * share:.1f}"
    return f"{text.removesuffix('.0')} %"


def counted(count: int, one: str, many: str = "") -> str:
    """``1 unit``, ``12,000 units``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def joined(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def shortened(text: str, most: int) -> str:
    """At most so many letters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def course(steps: Floats, values: Floats, say: Callable[[float], str] = number) -> str:
    """Where a curve begins and ends, and where it stopped being finite."""
    finite = np.flatnonzero(np.isfinite(values))
    if not len(finite):
        return "never a finite number"
    first, last = finite[0], finite[-1]
    if first == last:
        text = f"{say(float(values[first]))} at step {int(steps[first]):,}"
    else:
        text = (
            f"from {say(float(values[first]))} at step {int(steps[first]):,} "
            f"to {say(float(values[last]))} at step {int(steps[last]):,}"
        )
    return text if last == len(values) - 1 else f"{text}, then no longer a finite number"
