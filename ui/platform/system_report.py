"""What a report of a fault needs to say of the system: versions, screen, processor, folders. No name of the user."""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PySide6.QtCore import QLocale, qVersion
from PySide6.QtGui import QGuiApplication, QScreen

import relulab
from relulab.data.cache import cache_folder
from relulab.edition import is_packaged
from relulab.session.locks import state_folder
from relulab.training.trainer import default_threads
from ui.platform.log import log_tail
from ui.platform.settings import config_folder, log_folder
from ui.platform.translation import translate

PACKAGES = ("torch", "torchvision", "numpy", "scikit-learn", "PySide6-Essentials", "pyqtgraph")


def versions() -> list[str]:
    """Python, Qt and the packages with their versions, one a line."""
    return [
        f"Python {platform.python_version()}, {platform.platform()}",
        f"Qt {qVersion()}",
        *(f"{name} {version_of(name)}" for name in PACKAGES),
    ]


def system_report() -> str:
    """Everything, as plain text to paste."""
    lines = [
        f"ReLU Lab {relulab.__version__}, {'packaged' if is_packaged() else 'from source'}",
        *versions(),
        f"PyTorch built for: {_torch_build()}",
        f"Processor: {platform.machine()}, {os.cpu_count()} cores, {default_threads()} for training",
        f"Display: {QGuiApplication.platformName()}, {QLocale.system().name()}",
        *(f"Screen: {_screen(screen)}" for screen in QGuiApplication.screens()),
        f"Program: {_private(Path(relulab.__file__).parent)}",
        f"Settings: {_private(config_folder())}",
        f"Log: {_private(log_folder())}",
        f"Copies for a crash: {_private(state_folder())}",
        f"Data sets: {_private(cache_folder())}",
    ]
    return "\n".join(lines) + "\n"


def fault_report(reason: str) -> str:
    """The system report with what went wrong and the end of the log."""
    return f"{reason}\n\n{system_report()}\n{_without_home(log_tail())}"


def version_of(package: str) -> str:
    """The installed version of a distribution."""
    try:
        return version(package)
    except PackageNotFoundError:
        return translate("About", "(not installed)")


def _torch_build() -> str:
    """What a loaded torch was built for. Asks no driver, which may hang or end the process."""
    build = getattr(sys.modules.get("torch"), "version", None)
    if build is None:
        return "not loaded"
    return f"CUDA {build.cuda}" if build.cuda else f"ROCm {build.hip}" if getattr(build, "hip", None) else "CPU only"


def _screen(screen: QScreen) -> str:
    size, ratio = screen.size(), screen.devicePixelRatio()
    return f"{size.width()} × {size.height()}, scaled by {ratio:g}, {screen.logicalDotsPerInch():.0f} dots per inch"


def _private(path: Path) -> str:
    return _without_home(str(path))


def _without_home(text: str) -> str:
    """``text`` with ``~`` for the home, whose name is mostly that of the user."""
    home = str(Path("~").expanduser())
    return text.replace(home, "~") if len(home) > 1 else text
