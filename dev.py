#!/usr/bin/env python3
"""Set up and start ReLU Lab: python3 dev.py run | test | check | rooms | bench | exam | load | fuzz | kills
| soak | package.

This file and tools/ use the standard library only: a machine with nothing but Python can start from here.
The first call makes a virtual environment in .venv and installs what constraints.txt pins; later calls
only check that this still holds.
"""

import argparse
import hashlib
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

from tools.system import SetupError, prepare_system, say, why_no_window  # noqa: E402  # after the refusal

ROOT = Path(__file__).resolve().parent
DEFAULT_EXPERIMENT = "digits-mlp"
RESULTS = "relulab-run"
LOWEST_FILES = 10  # of the coverage that is printed


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
