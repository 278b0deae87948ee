"""A small picture of each session that was saved or opened last, kept beside the settings.

The page reads these and no session: a drive may answer late, or never.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QImageReader

from relulab.formatting import one_line
from relulab.untrusted import MIB, read_plain
from relulab.views.start import saved_words, session_words
from ui.platform.translation import said
from ui.widgets.palette import palette

if TYPE_CHECKING:
    from relulab.session.history import RunHistory
    from relulab.session.session import RunRecord

log = logging.getLogger(__name__)

SIZE = QSize(104, 74)  # pixels of the screen, twice as dense
LARGEST = MIB  # of a file; a picture has some thousand bytes
MOST = 32  # files; the oldest go
TITLE, WORDS, WHEN = "Title", "Description", "Creation Time"  # keywords of PNG


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of a session without reading it; ``picture`` may be null."""

    name: str
    more: str
    picture: QImage


class RememberedSessions:
    """Keeps pictures in ``folder``; without a folder, none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def keep(self, path: str, title: str, runs: "tuple[RunRecord, ...]", history: "RunHistory | None") -> None:
        """A session was saved or opened at ``path``. A folder that cannot be written costs the picture."""
        if self._folder is None or history is None:
            return
        from ui.plots.miniature import miniature  # here: reading them at a start needs no plots

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for dark in (False, True):
                image = miniature(history, SIZE, palette(dark))
                image.setText(TITLE, one_line(title))
                image.setText(WORDS, said(session_words(runs)))
                image.setText(WHEN, datetime.now().astimezone().isoformat())
                image.save(str(self._file(path, dark)))
            self._tidy()
        except OSError as error:
            log.warning("no picture of the session kept: %s", error)

    def look(self, path: str, dark: bool) -> Remembered:
        """What was kept of the session at ``path``, else what its name says."""
        image = self._read(path, dark)
        stem, folder = one_line(Path(path).stem), one_line(Path(path).parent.name)
        if image.isNull():
            return Remembered(stem, folder, image)
        parts = [image.text(WORDS)]
        try:
            now = datetime.now().astimezone()
            parts.insert(0, said(saved_words(datetime.fromisoformat(image.text(WHEN)).astimezone(), now)))
        except ValueError:  # somebody else wrote it
            pass
        return Remembered(stem, " · ".join(part for part in parts if part), image)

    def _read(self, path: str, dark: bool) -> QImage:
        image = QImage()
        if self._folder is None:
            return image
        file = self._file(path, dark)
        try:
            data = read_plain(file, LARGEST)
        except OSError:
            return image
        reader = QImageReader(str(file))
        if data and reader.size().isValid() and max(reader.size().width(), reader.size().height()) <= 4 * SIZE.width():
            return reader.read()
        return image

    def _file(self, path: str, dark: bool) -> Path:
        assert self._folder is not None
        name = hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self._folder / f"{name}-{'dark' if dark else 'light'}.png"

    def _tidy(self) -> None:
        assert self._folder is not None
        files = sorted(self._folder.glob("*.png"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[MOST:]:
            file.unlink(missing_ok=True)
