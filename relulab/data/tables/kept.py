"""What was read last, kept for all threads: whoever asks first reads it, the others wait for that and read nothing.

What cannot be read is kept as well: a file that is no table is not looked at again before it changes.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

from relulab.data.dataset import Progress
from relulab.errors import DataError

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")

WAIT: Final = 0.1  # seconds between two looks at whether to stop waiting


class Kept(Generic[Key, Found]):
    """The ``most`` that were asked for last, by key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Key, Found | DataError] = OrderedDict()
        self._reading = threading.RLock()

    def __contains__(self, key: Key) -> bool:
        """Whether ``get`` would answer at once."""
        return key in self._found

    def get(self, key: Key, read: Callable[[], Found], progress: Progress) -> Found:
        """What is kept under ``key``, else what ``read`` finds. Raises DataError; ``progress`` may raise to stop."""
        found = self._found.get(key)
        if found is None:
            while not self._reading.acquire(timeout=WAIT):
                progress(0, 0, "Waiting for the file")
            try:
                found = self._found.get(key)
                if found is None:
                    found = self._read(read)
                    self._keep(key, found)
            finally:
                self._reading.release()
        if isinstance(found, DataError):
            raise found.with_traceback(None)
        return found

    def also_as(self, key: Key, other: Key) -> None:
        """Keep what is known under ``key`` under another one, too, that means the same."""
        found = self._found.get(key)
        if found is not None and other not in self._found:
            self._keep(other, found)

    def _keep(self, key: Key, found: Found | DataError) -> None:
        with self._reading:
            self._found[key] = found
            while len(self._found) > self._most:
                self._found.popitem(last=False)

    @staticmethod
    def _read(read: Callable[[], Found]) -> Found | DataError:
        try:
            return read()
        except DataError as error:
            return error
