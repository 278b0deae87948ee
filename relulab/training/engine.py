"""The import of torch, which takes a second, in the thread that trains.

Python's import holds the interpreter's lock while the system opens torch's largest library, a fifth of a second in
which the window could not even be painted. A call of ctypes does not hold it: so that library is opened by one before.
"""

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from relulab.collector import collector_off

LIBRARY = "libtorch_cpu.so"
NOW = 2  # of dlopen: as Python opens what it imports


def quiet_threads() -> None:
    """Let no thread spin on the core of the run. To be called before NumPy and torch are imported.

    OpenBLAS had a second thread spin after each product of some size: 0.2 ms of work took 6 ms of processor time.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's; what the user has set stays
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # torch's


def load_torch(threads: int) -> None:
    """Import torch and let it compute with so many threads."""
    quiet_threads()
    with collector_off():  # it would look through all that torch brings, again and again
        open_library()
        import torch

    torch.set_num_threads(threads)


def open_library(platform: str = sys.platform) -> bool:
    """On Linux, open torch's largest library without the interpreter's lock; whether that was possible.

    What cannot be opened is left to the import, which says why.
    """
    if platform != "linux" or "torch" in sys.modules:
        return False
    torch = find_spec("torch")
    library = Path(torch.origin or "").parent / "lib" / LIBRARY if torch is not None else None
    if library is None or not library.exists():
        return False
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype = ctypes.c_void_p
    return bool(dlopen(os.fsencode(library), NOW))
