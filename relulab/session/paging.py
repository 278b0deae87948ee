"""Numbers of runs that do not grow any more, in a file of their own that the system reads as they are looked at.

The file has no name and goes when nobody needs it, also after a crash: it is memory, not a copy to come back to.
"""

import mmap
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ALIGNED = 64  # bytes; where an array begins


def on_disk(arrays: Iterable[NDArray[Any]], folder: Path) -> list[NDArray[Any]]:
    """The same numbers, mapped from a file below ``folder``; what is written into them stays in memory.

    Raises OSError where there is no room; then nothing has changed.
    """
    places: list[tuple[int, NDArray[Any]]] = []
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        for array in arrays:
            file.write(b"\0" * (-file.tell() % _ALIGNED))
            places.append((file.tell(), array))
            file.write(np.ascontiguousarray(array).data)
        file.write(b"\0")  # nothing cannot be mapped
        file.flush()
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    return [np.frombuffer(mapped, a.dtype, a.size, offset).reshape(a.shape) for offset, a in places]
