"""One ordered table of named things: every choice that the product offers lives in one of these.

The form, the command line, the validation, the help and the exported code all read the same
registry, so a new entry appears everywhere at once.
"""

from collections.abc import Iterator, Mapping
from typing import Generic, Protocol, TypeVar

from relulab.errors import UnknownKeyError


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Keyed)


class Registry(Mapping[str, T], Generic[T]):
    """Entries in the order they were given, looked up by ``entry.key``.

    ``what`` names the kind of entry in messages ("activation").
    Raises ValueError for a key given twice and UnknownKeyError for a key that is not there.
    """

    def __init__(self, what: str, *entries: T) -> None:
        self.what = what
        self._entries: dict[str, T] = {}
        for entry in entries:
            if entry.key in self._entries:
                raise ValueError(f"{what} '{entry.key}' is registered twice")
            self._entries[entry.key] = entry

    def __getitem__(self, key: str) -> T:
        try:
            return self._entries[key]
        except KeyError:
            raise UnknownKeyError(self.what, key, self._entries) from None

    def __contains__(self, key: object) -> bool:
        """Without the search for a key that was meant, which ``Mapping`` would begin here."""
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
