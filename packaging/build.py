"""From a checkout to installers in dist/: python3 dev.py package [bundle|deb|run|nsis|all].

bundle  dist/relulab, checked: its size, and that its self-test says what the self-test from source says
deb     a Debian package          run  a self-extracting file that needs no root
nsis    the Windows installer (elsewhere than on Windows, of a stand-in: that tests the script alone)
all     everything that this system can make (the default)
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from project import BUILD, BUNDLE, DIST, HERE, INSTALLED_MB, ROOT, PackagingError, check_size, run

LINUX = sys.platform == "linux"

# Both search all the text in all libraries, for minutes: one for typing errors, the other for libraries that are held
# within others, as is meant here.
LONG_CHECKS = "binaries/spelling,libraries/embedded"


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Tell how long something took."""
    began = time.monotonic()
    yield
    print(f"Time: {what}, {(time.monotonic() - began) / 60:.1f} minutes", flush=True)


def make_bundle() -> None:
    """PyInstaller, then the gates. Raises PackagingError."""
    _refuse_cuda()
    BUILD.mkdir(exist_ok=True)
    run(sys.executable, HERE / "licences.py", BUILD / "THIRD_PARTY_LICENSES.txt")
    run(sys.executable, HERE / "icons.py", BUILD / "icons")
    shutil.rmtree(BUNDLE, ignore_errors=True)
    command = ["--noconfirm", "--log-level", "ERROR", "--distpath", DIST, "--workpath", BUILD / "pyinstaller"]
    with timed("PyInstaller"):
        run(sys.executable, "-m", "PyInstaller", *command, ROOT / "relulab.spec", cwd=ROOT)
    if LINUX:
        check_size(BUNDLE, INSTALLED_MB)
    with timed("self-test of source and bundle"):
        compare_with_source()


def compare_with_source() -> None:
    """Self-test from source and from the bundle: both must pass, with the same answers. Raises PackagingError."""
    reports = {name: BUILD / f"self-test-{name}.json" for name in ("source", "bundle")}
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    program = BUNDLE / ("relulab-console.exe" if sys.platform == "win32" else "relulab")
    for name, command in {"source": [sys.executable, "-m", "ui.startup.launch"], "bundle": [program]}.items():
        print(f"Self-test of the {name}", flush=True)
        result = subprocess.run([*command, "self-test", "--report", reports[name]], cwd=ROOT, env=environment)
        if result.returncode:
            raise PackagingError(f"The self-test of the {name} failed; see above.")
    run(sys.executable, HERE / "compare_reports.py", reports["source"], reports["bundle"])


def _refuse_cuda() -> None:
    import torch

    if torch.version.cuda is not None:
        raise PackagingError(
            "This environment has a CUDA build of PyTorch, which is four times as large as the package may be. "
            "Remove .venv, let pip find the CPU wheels of PyTorch (see pytorch.org for how), and try again."
        )


def write_checksums() -> None:
    """dist/SHA256SUMS of everything that is handed out."""
    files = [path for path in sorted(DIST.iterdir()) if path.is_file() and path.name != "SHA256SUMS"]
    lines = []
    for path in files:
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    (DIST / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def make(kind: str) -> Path:
    """One installer. Raises PackagingError."""
    if kind == "deb":
        import deb

        with timed("the .deb"):
            package = deb.build()
        with timed("lintian"):
            run("lintian", "--fail-on", "error", "--dont-check-part", LONG_CHECKS, package)
        return package
    if kind == "run":
        import runfile

        with timed("the .run"):
            return runfile.build()
    import nsis

    return nsis.build()


def main(arguments: list[str]) -> int:
    """Build what is asked for and return the exit code."""
    parser = argparse.ArgumentParser(prog="dev.py package", description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="?", default="all", choices=["bundle", "deb", "run", "nsis", "all"])
    parser.add_argument("--keep-bundle", action="store_true", help="take dist/relulab as it is")
    options = parser.parse_args(arguments)
    kinds = {"bundle": [], "all": ["deb", "run", "nsis"] if LINUX else ["nsis"] * (sys.platform == "win32")}
    try:
        needs_bundle = options.what != "nsis" or sys.platform == "win32"
        if needs_bundle and not (options.keep_bundle and BUNDLE.exists()):
            make_bundle()
        made = [make(kind) for kind in kinds.get(options.what, [options.what])]
        write_checksums()
    except PackagingError as error:
        print(f"Packaging failed: {error}", file=sys.stderr)
        return 1
    for path in made or [BUNDLE]:
        print(f"Made: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
