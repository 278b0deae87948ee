"""dist/relulab-VERSION-setup.exe, by makensis. Elsewhere than on Windows the payload is a stand-in."""

import shutil
import sys
from pathlib import Path

from project import BUILD, BUNDLE, DIST, HERE, VERSION, run, write

SCRIPT = HERE / "windows" / "relulab.nsi"


def build() -> Path:
    """Compile the installer and return it. Raises PackagingError."""
    payload, target = BUNDLE, DIST / f"relulab-{VERSION}-setup.exe"
    if sys.platform != "win32":
        print("This is no Windows: the installer gets a stand-in instead of the program.", flush=True)
        payload, target = stand_in(BUILD / "stand-in"), BUILD / f"relulab-{VERSION}-setup-stand-in.exe"
    target.parent.mkdir(exist_ok=True)
    values = {"VERSION": VERSION, "PAYLOAD": payload, "OUT": target}
    icon = BUILD / "icons" / "relulab.ico"
    if icon.exists():
        values["ICON"] = icon
    run("makensis", "-V2", "-WX", *(f"-D{name}={value}" for name, value in values.items()), SCRIPT)
    return target


def stand_in(folder: Path, generation: int = 1) -> Path:
    """A payload with the names of the real one, to try the installer's logic. Each generation has a DLL of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in (
        "relulab.exe",
        "relulab-console.exe",
        f"_internal/only-in-{generation}.dll",
        "_internal/torch/c10.dll",
    ):
        write(folder / name, f"stand-in for {name}, generation {generation}\n")
    return folder
