"""The base of all JSON parts of a session, and the kinds of values in them, read without surprises from anybody."""

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field
from pydantic_core import PydanticSerializationError
from pydantic_core import from_json as parse
from pydantic_core import to_json as dump

from relulab.errors import SessionError, SpecError
from relulab.experiment.frozen import Frozen
from relulab.untrusted import check_json

Line = Annotated[str, Field(max_length=1000)]
Prose = Annotated[str, Field(max_length=1_000_000)]
Key = Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
Count = Annotated[int, Field(ge=0, lt=10**12)]


class Document(Frozen):
    """A JSON part. Numbers that are not finite are kept, as the strings "NaN", "Infinity" and "-Infinity"."""

    model_config = ConfigDict(allow_inf_nan=True, ser_json_inf_nan="strings")

    @classmethod
    def read(cls, data: bytes, name: str) -> Self:
        """Raises SessionError that names the part and the field."""
        try:
            return cls.parse(from_json(data, name))
        except SpecError as error:
            raise SessionError(f"its part {name} is not valid: {error}") from None


def from_json(data: bytes, name: str) -> Any:
    """Parse one part. Raises SessionError for what is no JSON or too much of it, for NaN and broken text."""
    try:
        check_json(data)
    except ValueError as error:
        raise SessionError(f"its part {name} is more than a session has: {error}.") from None
    try:
        return parse(data, allow_inf_nan=False, cache_strings=False)
    except ValueError as error:
        raise SessionError(f"its part {name} is not readable text ({error}).") from None


def to_json(value: Any) -> bytes:
    """Readable JSON. Raises SessionError for text that cannot be written."""
    try:
        return dump(value, indent=1)
    except PydanticSerializationError as error:
        raise SessionError(f"a text in it cannot be written ({error}).") from None
