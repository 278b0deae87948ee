"""The file or folder that a user chose as data: found without reading it, and known again when it was changed."""

import os
from pathlib import Path
from typing import NamedTuple

from relulab.data.untrusted_paths import refuse_withheld
from relulab.errors import DataMissingError, NotChosenError


class FileState(NamedTuple):
    """A file as it is now: another time or size means that it was changed."""

    path: Path
    changed: int
    size: int


def look_up(chosen: str, advice: str) -> tuple[FileState, os.stat_result]:
    """What is there. Raises NotChosenError (``advice``) for no name, DataMissingError for what is not there."""
    chosen = chosen.strip()
    if not chosen:
        raise NotChosenError(advice)
    refuse_withheld(chosen)
    try:
        path = Path(chosen).expanduser().absolute()
        status = path.stat()
    except (OSError, ValueError, RuntimeError) as error:
        raise DataMissingError(f"{chosen} cannot be read ({getattr(error, 'strerror', None) or error}).") from None
    return FileState(path, status.st_mtime_ns, status.st_size), status
