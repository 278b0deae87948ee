"""JSON in a session: read without surprises from whoever wrote it."""

from typing import Any

from pydantic_core import PydanticSerializationError
from pydantic_core import from_json as parse
from pydantic_core import to_json as dump

from relulab.errors import SessionError
from relulab.session.limits import JSON_DEPTH


def from_json(data: bytes, name: str) -> Any:
    """Parse one part. Raises SessionError for what is no JSON, for NaN, broken text and too deep nesting."""
    try:
        value = parse(data, allow_inf_nan=False, cache_strings=False)
    except ValueError as error:
        raise SessionError(f"its part {name} is not readable text ({error}).") from None
    if _is_deeper(value, JSON_DEPTH):
        raise SessionError(f"its part {name} is nested more than {JSON_DEPTH} levels deep.")
    return value


def to_json(value: Any) -> bytes:
    """Readable JSON. Raises SessionError for text that cannot be written."""
    try:
        return dump(value, indent=1)
    except PydanticSerializationError as error:
        raise SessionError(f"a text in it cannot be written ({error}).") from None


def _is_deeper(value: Any, levels: int) -> bool:
    inner: Any = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return bool(inner) and (levels == 0 or any(_is_deeper(item, levels - 1) for item in inner))
