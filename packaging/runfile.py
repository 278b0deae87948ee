"""dist/relulab-VERSION-linux-x86_64.run: a makeself archive of the bundle, for people without root.

makeself usually unpacks into /tmp, which in classrooms is often too small for 700 MB or mounted noexec. This one
unpacks beside the place where the program will live; linux/install.sh then replaces an older version as a whole.
"""

import os
import shutil
from pathlib import Path

from project import (
    BUILD,
    BUNDLE,
    COMPRESSED_MB,
    DIST,
    HERE,
    ROOT,
    VERSION,
    check_size,
    filled,
    release_date,
    run,
    write,
)

LINUX = HERE / "linux"
NAME = f"relulab-{VERSION}-linux-x86_64.run"
UNPACKED = "${RELULAB_PREFIX:-$HOME/.local}/lib/relulab.new.$$"  # expanded when the file runs
PLAIN_FILES = "--owner=0 --group=0 --numeric-owner"
OPTIONS = ["--quiet", "--xz", "--complevel", "6", "--threads", "2", "--sha256", "--nocrc"]
RUNNING = ["--nox11", "--keep-umask", "--target", UNPACKED]


def build() -> Path:
    """Make the file and return it. Raises PackagingError."""
    program = BUILD / "run" / "relulab"
    shutil.rmtree(program.parent, ignore_errors=True)
    shutil.copytree(BUNDLE, program, symlinks=True)
    target = DIST / NAME
    archive(program, target)
    shutil.rmtree(program.parent)
    check_size(target, COMPRESSED_MB)
    return target


def archive(program: Path, target: Path) -> None:
    """Add what an installation needs to the folder ``program``, and pack it. Raises PackagingError.

    The same folder and the same date give the same file. Names are relative: makeself writes its own command line
    into the archive.
    """
    _add_desktop_files(program)
    date = release_date()
    write(program.parent / "help.txt", filled(LINUX / "run-help.txt", VERSION=VERSION))
    files = [f"{PLAIN_FILES} --mtime=@{int(date.timestamp())}", "--tar-format", "gnu"]
    described = ["--packaging-date", f"{date:%Y-%m-%d}", "--help-header", "help.txt"]
    command = [*OPTIONS, *RUNNING, "--tar-extra", *files, *described]
    what = [program.name, target.name, f"ReLU Lab {VERSION}", "./install.sh"]
    folder = program.parent
    run("makeself", *command, *what, cwd=folder, env={**os.environ, "TMPDIR": str(folder)})
    shutil.move(folder / target.name, target)


def _add_desktop_files(program: Path) -> None:
    values = {"VERSION": VERSION, "DATE": f"{release_date():%Y-%m-%d}"}
    for name in ("relulab.desktop", "relulab-mime.xml", "org.relulab.ReLULab.metainfo.xml"):
        write(program / "share" / name, filled(LINUX / name, **values))
    shutil.copy(ROOT / "resources" / "icons" / "relulab.svg", program / "share" / "relulab.svg")
    for name in ("install.sh", "uninstall.sh"):
        write(program / name, filled(LINUX / name), mode=0o755)
