"""Numbers that are written on a command line."""

import math
from collections.abc import Sequence

import typer


def numbers_of(text: str) -> Sequence[float]:
    """Finite numbers with commas between them."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = [math.nan]
    if not all(map(math.isfinite, numbers)):
        raise typer.BadParameter(f"{text}: write numbers with commas between them, for example 0.3,0.4.")
    return numbers
