"""The base of every spec: frozen, strict about unknown fields, and replaced only with validation."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from annotated_types import GroupedMetadata
from pydantic import BaseModel, BeforeValidator, ConfigDict, FailFast, ValidationError

from relulab.errors import SpecError
from relulab.formatting import LONGEST_QUOTE, quoted, shortened


class Frozen(BaseModel):
    """A frozen value. Unknown fields and non-finite numbers are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed, validated again (pydantic's ``model_copy`` does not).

        Raises SpecError.
        """
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).parse(fields | changes)

    @classmethod
    def parse(cls, data: Any) -> Self:
        """Validate ``data``. Raises SpecError that names the first wrong field."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise as_spec_error(error) from None


@dataclass(frozen=True, slots=True)
class AtMost(GroupedMetadata):
    """For a list in a field: at most ``most`` values. Counted before one of them is looked at, and read until the
    first that is wrong: pydantic alone would first collect what it has to say about each.
    """

    most: int

    def __iter__(self) -> Iterator[object]:
        return iter((FailFast(), BeforeValidator(self._check)))

    def _check(self, values: Any) -> Any:
        if isinstance(values, list | tuple) and len(values) > self.most:
            raise ValueError(f"at most {self.most:,} are allowed, not {len(values):,}.")
        return values


@contextmanager
def at(*where: str | int) -> Iterator[None]:
    """Put ``where`` in front of the path of any SpecError raised inside."""
    try:
        yield
    except SpecError as error:
        raise SpecError(str(error), (*where, *error.where)) from None


# pydantic's kinds of complaints in the words of the catalogue
_WORDS = {
    "greater_than": "must be greater than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "string_type": "must be text",
    "literal_error": "must be {expected}",
    "model_type": "must be a table of names and values",
    "dict_type": "must be a table of names and values",
    "tuple_type": "must be a list",
}


def as_spec_error(error: ValidationError) -> SpecError:
    """The first complaint of pydantic, as a sentence that names the field."""
    first = error.errors(include_url=False)[0]
    where, details = tuple(first["loc"]), first.get("ctx", {})
    cause = details.get("error")
    if isinstance(cause, SpecError):
        where = where + cause.where
    given = first.get("input")
    shown = f", not {quoted(given)}" if isinstance(given, bool | int | float | str) else ""
    match first["type"]:
        case "extra_forbidden":
            message = "there is no such field."
        case "missing":
            message = "this field is missing."
        case "value_error":
            message = str(cause)
        case kind:
            words = _WORDS[kind].format(**details) if kind in _WORDS else first["msg"]
            message = f"{words}{shown}."
    path = ".".join(shortened(str(part), LONGEST_QUOTE) for part in where) or "the experiment"
    return SpecError(f"{path}: {message}", where)
