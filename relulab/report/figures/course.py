"""A curve in words, for captions and alternative texts."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from relulab.formatting import number

Floats = NDArray[np.float64]


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
