"""The base of every spec: frozen, strict about unknown fields, and replaced only with validation."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from relulab.errors import SpecError


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


def as_spec_error(error: ValidationError) -> SpecError:
    """The first complaint of pydantic, as a sentence that names the field."""
    first = error.errors(include_url=False)[0]
    where = tuple(first["loc"])
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, SpecError):
        where = where + cause.where
    path = ".".join(map(str, where)) or "the experiment"
    given = first.get("input")
    shown = f", not {given!r}" if isinstance(given, bool | int | float | str) else ""
    match first["type"]:
        case "extra_forbidden":
            message = f"{path}: there is no such field."
        case "missing":
            message = f"{path}: this field is missing."
        case "value_error":
            message = f"{path}: {cause if cause is not None else first['msg']}"
        case _:
            message = f"{path}: {first['msg']}{shown}."
    return SpecError(message, where)
