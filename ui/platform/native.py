"""What must be said to the system before Qt comes. Imported by ``ui`` itself, and so before any PySide6."""

import ctypes
import sys
from importlib.util import find_spec
from pathlib import Path

from relulab.edition import is_packaged

WINDOWS_NAME = "ReLULab.ReLULab"


def load_before_qt(platform: str = sys.platform) -> Path | None:
    """On Windows, load torch's c10.dll: behind Qt's own C++ runtime it fails with WinError 1114 or 126.

    Returns what was loaded. Does not import torch.
    """
    if platform != "win32":
        return None
    torch = find_spec("torch")
    library = Path(torch.origin).parent / "lib" / "c10.dll" if torch and torch.origin else None
    if library is None or not library.exists():
        return None
    ctypes.CDLL(str(library))
    return library


def name_in_task_bar() -> None:
    """On Windows, have a place of our own in the task bar instead of Python's; must come before the first window.

    The packaged program has its own place already, together with its shortcuts, which
    another name would tear apart.
    """
    if sys.platform == "win32" and not is_packaged():
        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(WINDOWS_NAME)
