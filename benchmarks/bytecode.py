"""The bytecode of the checkout, compiled before a start is timed: users have it, a fresh checkout has not."""

from compileall import compile_dir
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@cache
def compile_checkout() -> None:
    """Once for a process. Folders that may not be written stay as they are."""
    for folder in ("relulab", "ui"):
        compile_dir(ROOT / folder, quiet=2)
