"""How much memory an experiment needs, from the design alone, so that nobody's machine is brought to its knees.

The estimate counts the tensors that are alive at once. It leaves out torch itself and the work space of
its convolutions, so it is good to a factor of about two: enough to refuse what cannot work.
"""

import ctypes
import math
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from relulab.data.dataset import Description
from relulab.data.loading import sizes_of
from relulab.errors import MemoryLimitError
from relulab.experiment import ExperimentSpec
from relulab.model.shapes import LayerShape

BYTES = {"float32": 4, "float64": 8}
EVALUATION_CHUNK = 256  # samples in one pass: what layers put out stays in the caches (2,048 images took twice as long)
ABOUT = 2  # digits of an estimate
PROBE_CHUNK_ELEMENTS = 2**20  # of the widest layer: about what a processor's cache holds
PROBE_KEEP_BYTES = 2**28  # activations beyond this are computed a second time instead of being kept


@dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """Bytes by purpose. ``measuring`` is what the probe, the evaluation and the update ratios need at their peak."""

    data: int
    parameters: int
    gradients: int
    optimizer: int
    activations: int
    measuring: int

    @property
    def total(self) -> int:
        """All of it."""
        return sum(getattr(self, field.name) for field in fields(self))


def estimate_memory(spec: ExperimentSpec, description: Description, shapes: Sequence[LayerShape]) -> MemoryEstimate:
    """The memory of training ``spec``; ``shapes`` is what ``infer_shapes`` returned."""
    width = BYTES[spec.training.precision]
    learned, *others = sizes_of(spec.data, description)
    samples = learned + sum(others)
    batch = min(spec.training.batch_size, learned)
    inputs = math.prod(description.input_shape)
    weights = sum(shape.parameter_count for shape in shapes) * width
    sizes = [inputs, *(shape.size for shape in shapes)]
    probe_rows = min(samples, max(1, PROBE_CHUNK_ELEMENTS // max(sizes)))
    kept = 2 * sum(sizes) * width  # of one sample: z and h of every layer
    passing = 2 * max(sizes) * width  # of one sample: a layer's input and output, or their gradients
    probe = probe_rows * (kept + passing) + min(PROBE_KEEP_BYTES, samples * kept)
    return MemoryEstimate(
        data=samples * inputs * (BYTES["float32"] + width),
        parameters=weights,
        gradients=weights,
        optimizer=weights * spec.training.optimizer.entry.state_tensors,
        activations=batch * (kept + passing),
        measuring=max(3 * weights, probe, min(samples, EVALUATION_CHUNK) * passing),
    )


def check_memory(estimate: MemoryEstimate, available: int | None, where: tuple[str | int, ...] = ()) -> None:
    """Raise MemoryLimitError where the estimate is above ``available`` bytes (None: unknown, nothing is refused)."""
    if available is None or estimate.total <= available:
        return
    raise MemoryLimitError(
        f"This experiment needs about {show_bytes(estimate.total)} of memory; this machine has "
        f"{show_bytes(available)} free. Needed: data {show_bytes(estimate.data)}, weights "
        f"{show_bytes(estimate.parameters)}, gradients {show_bytes(estimate.gradients)}, optimizer "
        f"{show_bytes(estimate.optimizer)}, activations of a batch {show_bytes(estimate.activations)}, "
        f"measuring {show_bytes(estimate.measuring)}. "
        "Choose fewer units or channels, a smaller batch or fewer samples.",
        where,
    )


def show_bytes(count: int) -> str:
    """Bytes for people: "3.7 GB"."""
    if count >= 10**18:
        return "a million TB and more"
    for unit, size in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count} bytes"


def about_bytes(count: int) -> str:
    """An estimate of bytes for people, to two digits: "780 kB", "3.7 GB"."""
    size = 10 ** max(0, len(str(count)) - ABOUT)
    return show_bytes(round(count / size) * size).replace(".0 ", " ")


def available_memory() -> int | None:
    """Free memory in bytes, None where the system does not tell."""
    if sys.platform == "win32":
        return _windows_memory()
    known = [amount for amount in (_linux_memory(), _container_memory()) if amount is not None]
    return min(known) if known else _physical_memory()


def _linux_memory() -> int | None:
    """What Linux could give without swapping; this counts the file cache as free, which ``sysconf`` does not."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    amounts = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    return amounts[0] if amounts else None


def _container_memory() -> int | None:
    """What is left of the limit of a container (control group version 2)."""
    group = Path("/sys/fs/cgroup")
    try:
        return int((group / "memory.max").read_text()) - int((group / "memory.current").read_text())
    except (OSError, ValueError):  # no such files, or "max": no limit
        return None


def _physical_memory() -> int | None:
    """All memory of the machine: macOS does not tell cheaply what is free."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return None


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        ("total_physical", ctypes.c_uint64),
        ("available_physical", ctypes.c_uint64),
        ("total_page_file", ctypes.c_uint64),
        ("available_page_file", ctypes.c_uint64),
        ("total_virtual", ctypes.c_uint64),
        ("available_virtual", ctypes.c_uint64),
        ("available_extended_virtual", ctypes.c_uint64),
    )


def _windows_memory() -> int | None:
    if sys.platform != "win32":
        return None
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    if not ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.available_physical)
