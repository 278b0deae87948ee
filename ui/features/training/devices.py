"""Which devices there are to train on, asked in a process of its own.

On some machines the mere question kills the process or hangs (a broken driver, a lost device), so the window
never asks itself. The answer comes later and the start never waits for it.

``relulab devices`` prints the answer as one line of JSON.
"""

import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from relulab.edition import is_packaged
from ui.platform.child_process import command_line
from ui.platform.translation import translate

log = logging.getLogger(__name__)

TIMEOUT_MS = 30_000  # a cold import of torch with CUDA from a slow disk
MARK = "relulab-devices:"  # what a driver prints by itself is not our answer


@dataclass(frozen=True, slots=True)
class Device:
    """``key`` is what an experiment names (cpu, cuda:0); ``title`` is for people."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Devices:
    """What was found; ``note`` says why there is no CUDA device, or is empty."""

    found: tuple[Device, ...]
    note: str = ""


CPU = Device("cpu", "CPU")


def cpu_edition(packaged: bool, platform: str = sys.platform) -> str:
    """Why a PyTorch without CUDA offers only the CPU, and how to train on a GPU."""
    if platform == "darwin":
        return translate("Devices", "There is no CUDA for macOS: ReLU Lab trains on the CPU here.")
    if packaged:
        return translate(
            "Devices",
            "This is the CPU edition. To train on an NVIDIA GPU, install ReLU Lab from source with pip and a CUDA "
            "build of PyTorch; pytorch.org tells the command.",
        )
    return translate(
        "Devices",
        "PyTorch was installed here without CUDA. To train on an NVIDIA GPU, install a CUDA build of it with pip; "
        "pytorch.org tells the command.",
    )


def no_device() -> str:
    """Why a PyTorch with CUDA offers only the CPU."""
    return translate("Devices", "No CUDA device found: there is no NVIDIA GPU, or its driver is missing or too old.")


class DeviceFinder(QObject):
    """Asks in a child process. ``found`` carries ``Devices``, exactly once."""

    found = Signal(object)

    def __init__(self, parent: QObject | None = None, command: Sequence[str] | None = None) -> None:
        super().__init__(parent)
        self._program, self._arguments = (command[0], command[1:]) if command else command_line(["devices", "--json"])
        self._process = QProcess(self)
        self._process.finished.connect(self._read)
        self._process.errorOccurred.connect(self._fail)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._give_up)
        self._asked = self._answered = False

    def start(self, timeout_ms: int = TIMEOUT_MS) -> None:
        """Begin to ask, the first time; a torch that is loaded and knows no devices answers at once, and safely."""
        if self._asked:
            return
        self._asked = True
        if is_cpu_edition(sys.modules.get("torch")):
            self._answer(Devices((CPU,), cpu_edition(is_packaged())))
            return
        self._timer.start(timeout_ms)
        self._process.start(self._program, self._arguments)

    def close(self) -> None:
        """End the child, if it still runs."""
        self._answered = True
        self._timer.stop()
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(1000)

    @Slot()
    def _read(self) -> None:
        text = self._process.readAllStandardOutput().toStdString()
        answer = next((line for line in text.splitlines() if line.startswith(MARK)), "")
        try:
            names = json.loads(answer.removeprefix(MARK))["names"]
            devices = tuple(Device(f"cuda:{i}", f"{name} (cuda:{i})") for i, name in enumerate(names or ()))
            note = cpu_edition(is_packaged()) if names is None else "" if devices else no_device()
            self._answer(Devices((CPU, *devices), note))
        except (ValueError, TypeError, KeyError):
            log.warning("device search ended with %s", self._process.readAllStandardError().toStdString()[-2000:])
            self._answer(Devices((CPU,), translate("Devices", "The search for CUDA devices failed; see the log file.")))

    @Slot(QProcess.ProcessError)
    def _fail(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            reason = translate("Devices", "The search for CUDA devices could not be started on this system.")
            self._answer(Devices((CPU,), reason))

    @Slot()
    def _give_up(self) -> None:
        self._answer(Devices((CPU,), translate("Devices", "The CUDA driver does not answer; a restart may help.")))
        self.close()

    def _answer(self, devices: Devices) -> None:
        if not self._answered:
            self._answered = True
            self._timer.stop()
            log.info("devices: %s %s", [device.title for device in devices.found], devices.note)
            self.found.emit(devices)


def is_cpu_edition(torch: Any) -> bool:
    """Whether this torch (None: not loaded) was built without CUDA and ROCm. Asks no driver."""
    version = getattr(torch, "version", None)
    return version is not None and not getattr(version, "cuda", None) and not getattr(version, "hip", None)


def ask_torch() -> dict[str, object]:
    """The names of the CUDA devices; None for a PyTorch without CUDA. Slow, and may end the process: see above."""
    import torch

    if is_cpu_edition(torch):
        return {"names": None}
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    return {"names": [torch.cuda.get_device_name(i) for i in range(count)]}


def print_answer() -> None:
    """What the child process says."""
    print(MARK + json.dumps(ask_torch()))
