"""What commands write: strict JSON, where a number that is not finite is null with its reason beside it."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from relulab.errors import SessionError
from relulab.session.atomic import replacing

FLOAT32_DIGITS = 8  # enough to tell neighbouring float32 values of a measurement apart


NO_REASONS: Mapping[str, str] = {}


def to_json(value: Any, reasons: Mapping[str, str] = NO_REASONS) -> str:
    """Strict JSON, readable: one line per field, arrays of numbers in one line. See ``strict``."""
    return _layout(strict(value, reasons), "")


def write_json(path: Path, value: Any, reasons: Mapping[str, str] = NO_REASONS) -> None:
    """Write strict JSON. Raises SessionError."""
    write_text(path, to_json(value, reasons) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all, making its folder. Raises SessionError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SessionError(f"{path} could not be written: {error.strerror or error}.") from None
    with replacing(path) as file:
        file.write(text.encode("utf-8"))


def strict(value: Any, reasons: Mapping[str, str] = NO_REASONS) -> Any:
    """``value`` as JSON can hold it.

    Where a field is, or contains, NaN or an infinity, that number becomes null and a field ``<name>_reason``
    beside it says why: with the words of ``reasons[name]`` for a NaN, else with what the number was.
    A reason that is there already stays.
    """
    if isinstance(value, Mapping):
        table: dict[str, Any] = {}
        for key, item in value.items():
            table[str(key)] = strict(item, reasons)
            reason = _reason(item, reasons.get(str(key), ""))
            if reason and f"{key}_reason" not in value:
                table[f"{key}_reason"] = reason
        return table
    if isinstance(value, np.ndarray):
        return _numbers(value)
    if isinstance(value, list | tuple):
        return [strict(item, reasons) for item in value]
    if isinstance(value, float | np.floating):
        return _number(float(value), isinstance(value, np.float32))
    if isinstance(value, np.generic):
        return value.item()
    return value


def _numbers(array: np.ndarray[Any, Any]) -> Any:
    if array.ndim == 0 or array.dtype.kind != "f":
        return strict(array.tolist())
    if array.ndim > 1:
        return [_numbers(row) for row in array]
    single = array.dtype == np.float32
    return [_number(number, single) for number in array.tolist()]


def _number(number: float, single: bool) -> float | None:
    if not math.isfinite(number):
        return None
    return float(f"{number:.{FLOAT32_DIGITS}g}") if single else number


def _reason(value: Any, known: str) -> str:
    """Why numbers of a field are null, or an empty string. ``known`` says what NaN means there."""
    try:
        numbers = np.asarray(value)
    except ValueError:  # a ragged list of something else
        return ""
    if numbers.dtype.kind != "f" or np.isfinite(numbers).all():
        return ""
    kinds = {
        known or "not a number (NaN)": np.isnan(numbers),
        "infinity": np.isposinf(numbers),
        "minus infinity": np.isneginf(numbers),
    }
    words = [(int(found.sum()), word) for word, found in kinds.items() if found.any()]
    if numbers.ndim == 0:
        return words[0][1]
    return "; ".join(f"{count} of {numbers.size} are null: {word}" for count, word in words)


def _layout(value: Any, indent: str) -> str:
    """JSON text: tables one field per line; lists of tables one table per line; other lists in one line."""
    inner = indent + "  "
    if isinstance(value, dict) and value:
        fields = [f"{inner}{json.dumps(key)}: {_layout(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(fields) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        items = [f"{inner}{_layout(item, inner)}" for item in value]
        return "[\n" + ",\n".join(items) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
