"""The base of all JSON parts of a session, and the kinds of values in them."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field

from relulab.errors import SessionError, SpecError
from relulab.experiment.frozen import Frozen
from relulab.session.file.json_text import from_json

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
