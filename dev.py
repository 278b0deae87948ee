#!/usr/bin/env python3
"""Set up and start ReLU Lab: python3 dev.py run | test | check | rooms | bench | exam | load | fuzz | kills
| soak | package.

This file uses the standard library only, so that a machine with nothing but Python can start from here.
The first call makes a virtual environment in .venv and installs what constraints.txt pins; later calls
only check that this still holds.
"""

import argparse
import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)


def refusal(version: "tuple[int, int]") -> str:
    """Why this version of Python cannot be used, or an empty string. Python 3.6 and later can read this."""
    if OLDEST <= version <= NEWEST:
        return ""
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    found = [name for name in names if shutil.which(name)]
    advice = f"This machine has {found[0]}: use that" if found else "Install one of them, use it"
    return (
        f"ReLU Lab needs Python 3.11, 3.12 or 3.13, but this is Python {version[0]}.{version[1]} ({sys.executable}).\n"
        f"{advice} to run dev.py, and try again."
    )


if refusal(sys.version_info[:2]):  # before anything that an older Python could not read
    sys.exit(refusal(sys.version_info[:2]))

ROOT = Path(__file__).resolve().parent
DEFAULT_EXPERIMENT = "digits-mlp"
RESULTS = "relulab-run"
LOWEST_FILES = 10  # of the coverage that is printed

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


# --- The virtual environment -----------------------------------------------------------------------


class Environment:
    """The virtual environment of one checkout.

    The stamp is written last and removed first: an environment without one was never finished, and is
    made anew. Its two lines tell a Python of another version from other pins.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.stamp = self.folder / "relulab-stamp.txt"

    def wanted_stamp(self) -> str:
        """What the stamp says when the environment fits this checkout and this Python."""
        pins = hashlib.sha256(str(self.root).encode())
        for name in ("pyproject.toml", "constraints.txt"):
            pins.update((self.root / name).read_bytes())
        return f"{sys.implementation.cache_tag} {sys.platform}\n{pins.hexdigest()}\n"

    def present_stamp(self) -> str:
        """What the stamp says now; empty where there is none, or no Python beside it."""
        if not (self.python.exists() and self.stamp.exists()):
            return ""
        return self.stamp.read_text(encoding="utf-8", errors="replace")

    def prepare(self) -> None:
        """Bring the environment up to date. Raises SetupError."""
        wanted, present = self.wanted_stamp(), self.present_stamp()
        if present == wanted:
            return
        if present.split("\n")[0] == wanted.split("\n")[0]:
            say("The pinned packages have changed: updating .venv.")
            self.stamp.unlink()
        else:
            say("Setting up .venv, once. PyTorch is large: this takes some minutes.")
            self._create()
        self._install()
        self.stamp.write_text(wanted, encoding="utf-8")

    def _create(self) -> None:
        if Path(sys.prefix).resolve() == self.folder.resolve():
            raise SetupError("The environment in .venv has to be made anew: run dev.py with the Python outside of it.")
        if self.folder.is_symlink():
            raise SetupError(f"{self.folder} is a link to another folder, which would be emptied. Remove the link.")
        if subprocess.run([sys.executable, "-m", "venv", "--clear", str(self.folder)]).returncode:
            raise SetupError(f"No virtual environment could be made in {self.folder}. Is the disk full or read-only?")

    def _install(self) -> None:
        """The build tool first, pinned like everything else; then ReLU Lab with its extras, editable."""
        pip = [str(self.python), "-m", "pip", "install", "--disable-pip-version-check", "-c", "constraints.txt"]
        for what in (["hatchling", "editables"], ["--no-build-isolation", "-e", ".[dev]"]):
            if subprocess.run([*pip, *what], cwd=self.root, env=child_environment()).returncode:
                raise SetupError(
                    "Installing the packages failed; pip's message is above. Check the network connection and the "
                    "free disk space (PyTorch needs some gigabytes), then run the same command again."
                )


def child_environment() -> dict[str, str]:
    """The environment of every child: idle threads of PyTorch stop spinning early, text is UTF-8."""
    return {**os.environ, "GOMP_SPINCOUNT": os.environ.get("GOMP_SPINCOUNT", "1000"), "PYTHONUTF8": "1"}


def python(*arguments: str) -> int:
    """Run the environment's Python in the checkout, and return its exit code."""
    command = [str(Environment(ROOT).python), *arguments]
    return subprocess.run(command, cwd=ROOT, env=child_environment()).returncode


# --- What the operating system has to bring --------------------------------------------------------


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


# --- Commands --------------------------------------------------------------------------------------


def run(arguments: list[str]) -> int:
    """Open the window; without a display, train the default experiment and draw the window into a file."""
    reason = why_no_window()
    return run_without_window(reason) if reason else python("-m", "ui.startup.launch", *arguments)


def run_without_window(reason: str) -> int:
    """The default experiment with a progress bar, then a picture of the window; names what was written."""
    say(f"No window can open here: {reason}.")
    say(f"Training the default experiment ({DEFAULT_EXPERIMENT}) without it.")
    folder = ROOT / RESULTS
    code = python("-m", "relulab", "train", DEFAULT_EXPERIMENT, "--out", str(folder))
    if code:
        return code
    say("Drawing the window offscreen.")
    picture = folder / "window.png"
    size_and_theme = ["--size", "1440x900", "--theme", "light"]
    shot = ["screenshot", "--preset", DEFAULT_EXPERIMENT, "--steps", "1500", *size_and_theme, "--out", str(picture)]
    code = python("-m", "ui.startup.launch", *shot)
    say(f"\nThe results are in {folder}:")
    for name, what in {
        "summary.json": "the summary: loss, accuracy, time",
        "experiment.json": "the session: the experiment, to train again",
        "history.json": "the session: everything that was measured",
        "weights.safetensors": "the trained weights",
        "window.png": "a picture of the window",
    }.items():
        if (folder / name).exists():
            say(f"  {name:20} {what}")
    return code


def test(arguments: list[str]) -> int:
    """Run the tests; arguments are pytest's. Long runs, all of them or all slow ones, share the cores.

    ``--coverage`` comes first: it also prints how much of the product the tests run, and the files that they run least.
    """
    coverage = arguments[:1] == ["--coverage"]
    chosen = arguments[1:] if coverage else arguments
    sharing = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"]
    sharing += ["--max-worker-restart", "0"]  # with a new worker, files shared out so would wait for ever
    measuring = ["--cov=relulab", "--cov=ui", "--cov-report="]
    options = [*(sharing if chosen in ([], ["-m", "slow"]) else []), *(measuring if coverage else [])]
    code = python("-m", "pytest", *options, *chosen)
    if coverage:
        print_coverage()
    return code


def print_coverage() -> None:
    """The share of lines that the tests ran, and the files with the lowest shares."""
    command = [str(Environment(ROOT).python), "-m", "coverage", "report", "--sort=cover", "--skip-empty"]
    printed = subprocess.run(command, cwd=ROOT, env=child_environment(), stdout=subprocess.PIPE, text=True).stdout
    lines = printed.splitlines()
    if lines:
        total = [line for line in lines if line.startswith("TOTAL")]
        say("\n".join(["", "Lines that the tests ran, lowest files first:", *lines[: LOWEST_FILES + 2], *total]))


def check(arguments: list[str]) -> int:
    """Format, lint, types, directions of imports, spelling, workflows: all or those named; says which failed."""
    workflows = map(str, (ROOT / ".github" / "workflows").glob("*.yml"))
    checks = {
        "ruff format": ["-m", "ruff", "format", "--check", "."],
        "ruff": ["-m", "ruff", "check", "."],
        "mypy": ["-m", "mypy"],
        "lint-imports": [
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-logo",
        ],
        "spelling": ["-m", "codespell_lib"],
        "workflows": ["-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows],
    }
    unknown = [name for name in arguments if name not in checks]
    if unknown:
        say(f"There is no check '{unknown[0]}'. There are: {', '.join(checks)}.")
        return 2
    failed = []
    for name in arguments or checks:
        say(f"== {name}")
        if python(*checks[name]):
            failed.append(name)
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def rooms(arguments: list[str]) -> int:
    """Print the plan of the house as numbers, and say where it does not hold."""
    return python("-m", "tests.house.rooms", *arguments)


def bench(arguments: list[str]) -> int:
    """Run the benchmarks. A relative ``--json FILE`` means the folder that the user stands in."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=bench.__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results to FILE")
    options, others = parser.parse_known_args(arguments)
    json = ["--json", str(options.json.absolute())] if options.json else []
    return python("-m", "benchmarks", *json, *others)


def exam(arguments: list[str]) -> int:
    """Judge the runs of the public exam with ReLU Lab's rules and the rebuilt detectors, and write docs/exam.md."""
    return python("-m", "benchmarks.exam", *arguments)


def load(arguments: list[str]) -> int:
    """Compare what is said of the presets in the window and on the command line, alone and on a busy machine."""
    return python("-m", "benchmarks.load", *arguments)


def fuzz(arguments: list[str]) -> int:
    """Open files that nobody would write: sessions, designs, settings, tables."""
    return python("-m", "benchmarks.fuzz", *arguments)


def kills(arguments: list[str]) -> int:
    """Kill processes that save, copy, write results or show a window, and look at what is left."""
    return python("-m", "benchmarks.kills", *arguments)


def soak(arguments: list[str]) -> int:
    """Let a random user loose on the window; an exception or a crash is told with its seed and the last actions."""
    return python("-m", "tests.e2e.soak", *arguments)


def package(arguments: list[str]) -> int:
    """Build the packaged program and its installers into dist/; the first argument says which."""
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", "constraints.txt"]
    if python(*install, "--no-build-isolation", "-e", ".[package]"):
        raise SetupError("PyInstaller could not be installed; pip's message is above.")
    return python("packaging/build.py", *arguments)


COMMANDS = {
    "run": run,
    "test": test,
    "check": check,
    "rooms": rooms,
    "bench": bench,
    "exam": exam,
    "load": load,
    "fuzz": fuzz,
    "kills": kills,
    "soak": soak,
    "package": package,
}

USAGE = """python3 dev.py COMMAND

  run                  open the window (without a display: train the default experiment, draw the window)
  test [pytest's own]  run the tests, for example: test -k registry (--coverage first: also measure it)
  check [NAME ...]     ruff, mypy --strict, lint-imports, spelling, the schema of the workflows
  rooms                rooms of the window, imports between them, circles, long files: how they stand
  bench [--json FILE]  measure speed, against what it should be
  exam [NAME ...]      ill and healthy experiments before our rules and other tools' (without names: docs/exam.md)
  load [--presets …]   the same verdicts alone and on a busy machine, in window and command line? (--help: options)
  fuzz [FORMAT ...]    odd sessions, designs, settings and tables: read or refused, in time and memory? (--inputs N)
  kills [KIND ...]     processes killed while they save, copy, write results or train: is anything lost? (--times N)
  soak [--actions N --seed N]  a random user of the window, until something goes wrong
  package [KIND]       build dist/: bundle, deb, run, nsis or all (see packaging/README.md)"""


def main(arguments: list[str]) -> int:
    """Do one command and return the exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        print(USAGE)
        return 0 if arguments[:1] in (["-h"], ["--help"], ["help"]) else 2
    command, rest = arguments[0], arguments[1:]
    try:
        prepare_system(command, rest)
        Environment(ROOT).prepare()
        return COMMANDS[command](rest)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
