"""What every packager needs to know: names, version, folders, budgets."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
DIST = ROOT / "dist"
BUNDLE = DIST / "relulab"
HERE = ROOT / "packaging"

VERSION = re.search(r'__version__ = "([^"]+)"', (ROOT / "relulab" / "edition.py").read_text("utf-8"))[1]

INSTALLED_MB = 750  # of 10**6 bytes, the Linux bundle on disk
COMPRESSED_MB = 200  # the .deb and the .run


class PackagingError(Exception):
    """A step that failed; the message says which and why."""


def run(*command: object, **options: Any) -> subprocess.CompletedProcess[Any]:
    """Run a program to its end. Raises PackagingError where it fails."""
    result = subprocess.run([str(part) for part in command], **options)
    if result.returncode:
        raise PackagingError(f"{command[0]} ended with code {result.returncode}: {' '.join(map(str, command))}")
    return result


def release_date() -> datetime:
    """The date of this release: SOURCE_DATE_EPOCH, or that of the last commit, or today."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not seconds:
        shown = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True)
        seconds = shown.stdout.strip() if shown.returncode == 0 else ""
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else datetime.now(UTC)


def size_mb(path: Path) -> float:
    """The size of a file or of all files of a folder, in 10**6 bytes; links count nothing."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file() and not file.is_symlink()]
    return sum(file.stat().st_size for file in files) / 1e6


def check_size(path: Path, limit_mb: float) -> None:
    """Raises PackagingError where ``path`` is larger than allowed."""
    size = size_mb(path)
    print(f"{path.name}: {size:.0f} MB (at most {limit_mb} MB)", flush=True)
    if size > limit_mb:
        raise PackagingError(f"{path} has {size:.0f} MB, but at most {limit_mb} MB are allowed.")


def filled(template: Path, **values: object) -> str:
    """The text of a template file with each @NAME@ replaced."""
    text = template.read_text("utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


def write(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a text file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    if sys.platform != "win32":
        path.chmod(mode)
