"""One change that somebody made with a control: where, what, and how the undo menu calls it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """``changes`` holds new values by path, relative to whoever receives the edit.

    ``typed`` edits (numbers, text) of one field that follow each other are one step of undo.
    """

    text: str
    changes: Mapping[Path, Any]
    typed: bool = False

    @property
    def key(self) -> Path:
        """What tells this field from others."""
        return next(iter(self.changes))

    def under(self, prefix: Path) -> "Edit":
        """The same edit, seen from further out."""
        return replace(self, changes={prefix + path: value for path, value in self.changes.items()})
