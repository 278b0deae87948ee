"""Every error that ReLU Lab raises on purpose, as one tree.

    ReluLabError
    ├── SpecError            a design that cannot be understood or built
    │   ├── UnknownKeyError  a name that no catalogue holds
    │   ├── ShapeError       a layer that does not fit what comes before it
    │   └── MemoryLimitError a network larger than the machine's memory
    ├── DataError            a data set that cannot be used
    │   ├── DataMissingError it is not on this machine
    │   │   ├── PublishedDataError   but it can be downloaded
    │   │   └── NotChosenError       nobody has said yet which it is
    │   └── DataCorruptError it is here, but damaged or not what it should be
    ├── CancelledError       the user asked to stop a long job
    ├── DivergedError        a run whose loss is no longer a finite number
    ├── DeviceError          the chosen device is absent, lost or out of memory
    ├── ClusterError         processes on this or other machines that cannot be used, or are lost
    └── SessionError         a file of results that cannot be read or written

A message says what is wrong, where (field, layer, file) and what to do. It is shown to
the user as it is, so it is written for a first-year student.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar

from relulab.formatting import LONGEST_QUOTE, quoted, reason, shortened


class ReluLabError(Exception):
    """Base of every error whose message is meant for the user."""


class SpecError(ReluLabError, ValueError):
    """A design that cannot be understood or built.

    ``where`` is the path of the field, for example ``("model", "layers", 2, "parameters")``. ``awaits_choice``:
    nothing is wrong there, the user has only not chosen yet.
    """

    def __init__(self, message: str, where: tuple[str | int, ...] = (), *, awaits_choice: bool = False) -> None:
        super().__init__(message)
        self.where, self.awaits_choice = where, awaits_choice


class UnknownKeyError(SpecError, KeyError):
    """A name that no catalogue holds; the message lists near and known names."""

    def __init__(self, what: str, key: str, known: Iterable[str]) -> None:
        names = list(known)
        near = get_close_matches(shortened(key, LONGEST_QUOTE), names, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        super().__init__(f"There is no {what} named {quoted(key)}.{hint} Known: {', '.join(names)}.")

    def __str__(self) -> str:  # KeyError would show the repr of the message
        return str(self.args[0])


class ShapeError(SpecError):
    """A layer that does not fit what comes before it; ``layer`` is its index, or None for the output.

    ``field`` is the path of the culprit inside the layer, for example ``("parameters", "kernel_size")``.
    """

    def __init__(self, message: str, layer: int | None, field: tuple[str | int, ...] = ()) -> None:
        place: tuple[str | int, ...] = ("model", "output") if layer is None else ("model", "layers", layer)
        super().__init__(message, place + field)
        self.layer = layer


class MemoryLimitError(SpecError):
    """A network that needs more memory than the machine has."""


class DataError(ReluLabError):
    """A data set that cannot be used. ``awaits_choice``: as the user has not chosen, or answered, something yet."""

    awaits_choice: ClassVar[bool] = False


class DataMissingError(DataError):
    """The data set is not on this machine."""


class PublishedDataError(DataMissingError):
    """The data set is not on this machine, but it is published: it can be downloaded, or its files named."""


class NotChosenError(DataMissingError):
    """The user has not chosen a file yet."""

    awaits_choice = True


class DataCorruptError(DataError):
    """The file is here, but damaged or not what it should be."""


class CancelledError(ReluLabError):
    """The user asked to stop a long job."""


class DivergedError(ReluLabError):
    """The loss is no longer a finite number. ``step`` counts from 1.

    ``layer`` is the first whose weights or outputs are not finite, empty where they all are: the loss itself is too
    large then.
    """

    def __init__(self, step: int, loss: float, layer: str) -> None:
        where = (
            f"the first layer with such values is {layer}"
            if layer
            else "all weights and outputs are finite, but the loss of these outputs is not"
        )
        super().__init__(
            f"The loss became {reason(loss)} in step {step}; {where}. "
            "Try a smaller learning rate, gradient clipping or a smaller initialization, then reset."
        )
        self.step = step
        self.loss = loss
        self.layer = layer


class DeviceError(ReluLabError):
    """The chosen device is absent, lost or out of memory."""


class ClusterError(ReluLabError):
    """Processes on this or other machines that cannot be used, or are lost."""


class SessionError(ReluLabError):
    """A file of results that cannot be read or written."""
