"""What the operating system has to bring before ReLU Lab runs, and how it is installed. Standard library only."""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

# What Qt 6.11's xcb and offscreen platforms load, and the Debian package that brings it.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# What dev.py package runs for each kind, and the Debian package that brings it; every kind needs the bundle.
PACKAGING_TOOLS = {
    "bundle": {"strip": "binutils"},
    "deb": {
        "appstreamcli": "appstream",
        "desktop-file-validate": "desktop-file-utils",
        "lintian": "lintian",
        "rsvg-convert": "librsvg2-bin",
        "xz": "xz-utils",
    },
    "run": {"makeself": "makeself", "xz": "xz-utils"},
    "nsis": {"makensis": "nsis"},
}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")


class SetupError(Exception):
    """Something that the user has to put right; the message says what."""


def say(text: str) -> None:
    """Tell the user, ahead of what the next child process prints."""
    print(text, flush=True)


def can_load(library: str) -> bool:
    """Whether the system finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_fonts() -> bool:
    """Whether any font is installed: Qt brings none."""
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(path.suffix.lower() in (".ttf", ".otf", ".ttc") for folder in folders for path in folder.rglob("*"))


def packaging_tools(arguments: list[str]) -> dict[str, str]:
    """What ``dev.py package`` with these arguments runs: of one kind, or of all of them."""
    kinds = [kind for kind in PACKAGING_TOOLS if kind in arguments] or list(PACKAGING_TOOLS)
    return {tool: package for kind in ("bundle", *kinds) for tool, package in PACKAGING_TOOLS[kind].items()}


def missing_packages(command: str, arguments: list[str]) -> tuple[list[str], list[str]]:
    """The Debian packages that ``command`` cannot do without, and those that it would like to have."""
    if sys.platform != "linux":
        return [], []
    needed, wished = [], []
    if importlib.util.find_spec("ensurepip") is None:
        needed.append(f"python3.{sys.version_info.minor}-venv")
    if command not in ("check", "rooms", "exam"):
        needed += [package for library, package in QT_LIBRARIES.items() if not can_load(library)]
        if not has_fonts():
            wished += ["fontconfig", "fonts-dejavu-core"]
    if command == "package":
        needed += [package for tool, package in packaging_tools(arguments).items() if not shutil.which(tool)]
    if command in ("test", "bench") and not shutil.which("Xvfb"):
        wished.append("xvfb")
    if command == "test" and not shutil.which("makeself"):
        wished.append("makeself")
    return needed, wished


def prepare_system(command: str, arguments: list[str]) -> None:
    """Install missing system packages as root on a Debian-like system; elsewhere name them. Raises SetupError."""
    needed, wished = missing_packages(command, arguments)
    if (needed or wished) and os.geteuid() == 0 and shutil.which("apt-get"):
        install_packages(needed + wished)
        needed, wished = missing_packages(command, arguments)
    if needed:
        raise SetupError(
            "This system lacks libraries that ReLU Lab needs. On Debian or Ubuntu, run\n\n"
            f"    sudo apt-get install {' '.join(needed + wished)}\n\n"
            "Elsewhere, install the packages of the same purpose; then run the same command again."
        )
    if wished:
        say(f"Better with these system packages (Debian names): {' '.join(wished)}")


def install_packages(packages: list[str]) -> None:
    """apt-get, without questions. What it could not install is found missing afterwards."""
    say(f"Installing system packages: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], env=environment)
    subprocess.run(["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages], env=environment)


def why_no_window() -> str:
    """Why a window cannot open here, or an empty string."""
    if sys.platform != "linux":
        return ""
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal")):
        return "QT_QPA_PLATFORM asks for no window"
    wayland = os.environ.get("WAYLAND_DISPLAY", "")
    if wayland and (Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / wayland).exists():
        return ""
    display = os.environ.get("DISPLAY", "")
    if not display:
        return "neither DISPLAY nor WAYLAND_DISPLAY is set"
    return "" if display_answers() else f"the display {display} does not answer"


def display_answers() -> bool:
    """Whether the X server that DISPLAY names accepts a connection: Qt would abort where it does not."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    broken = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not broken
