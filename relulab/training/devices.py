"""Which device a run computes on, and what went wrong with it in words."""

import torch

from relulab.errors import DeviceError
from relulab.formatting import count, shortened

# How torch says that the CPU's memory is full, on Windows and elsewhere: as a plain RuntimeError.
NO_MEMORY = ("not enough memory", "can't allocate memory")

# Not every torch that may be installed has it; a tuple of none is no exception at all.
MOST_LETTERS = 200  # of an error that is quoted
LOST_DEVICE: tuple[type[BaseException], ...] = tuple(filter(None, [getattr(torch, "AcceleratorError", None)]))


def resolve_device(name: str) -> torch.device:
    """``auto``, ``cpu``, ``cuda`` or ``cuda:N`` as a torch device. Raises DeviceError."""
    if name == "cpu" or (name == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    if not torch.cuda.is_available():
        build = "this PyTorch is a CPU build" if torch.version.cuda is None else "PyTorch finds no NVIDIA GPU or driver"
        raise DeviceError(f"The device '{name}' was asked for, but {build}. Choose 'cpu', or install CUDA PyTorch.")
    device = torch.device("cuda:0" if name in ("auto", "cuda") else name)
    if device.index is not None and device.index >= torch.cuda.device_count():
        raise DeviceError(
            f"The device '{name}' was asked for, but this machine has {count(torch.cuda.device_count(), 'GPU')}."
        )
    return device


def explain(error: BaseException, device: str) -> str:
    """What went wrong, and what to do, for an exception that a run ended with."""
    out_of_memory = isinstance(error, torch.OutOfMemoryError | MemoryError)
    if out_of_memory or any(words in str(error) for words in NO_MEMORY):
        return f"The memory of {device} is full. Use a smaller batch, fewer units or a smaller probe set, then reset."
    if isinstance(error, LOST_DEVICE) or "CUDA error" in str(error):
        return f"The device {device} stopped answering. Choose 'cpu' or restart ReLU Lab. ({_first_line(error)})"
    return f"The run failed: {_first_line(error)}. The log file has the details."


def _first_line(error: BaseException) -> str:
    return shortened((str(error).strip().splitlines() or [type(error).__name__])[0], MOST_LETTERS)
