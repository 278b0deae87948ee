"""The line below a panel: of what its numbers are, how often and when they were measured, each with its explanation."""

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from relulab.text import Text
from relulab.views.room import Line, Part, ways
from ui.platform.translation import said
from ui.plots.legend import LINES_AT_MOST, MANY_ROWS, ElidedText
from ui.widgets.explained import LONGEST_VALUE, Explained, Shown
from ui.widgets.sizes import px

LOW_PANEL = 260  # pixels: below this height words must be short
ROWS_BELOW = ((216, 2, 1), (LOW_PANEL, 3, LINES_AT_MOST))  # pixels of a panel: rows of its legend, lines below it


class Footer(ElidedText):
    """Says whole phrases, less of them where there is less room, and nothing rather than a part of one.

    ``otherwise`` is the quantity that words are about which do not name theirs.
    """

    def __init__(self, otherwise: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = (Line(),)
        self._otherwise = otherwise
        Explained(self, self._explained, each=self._each)

    def say(self, sentences: Iterable[Text | str]) -> None:
        """Say these in one line, those that are empty left out."""
        self._lines = (*ways(sentences, said, self._otherwise), Line())
        self.set_text(*(line.words for line in self._lines))

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of what is shown: of which letters to which, and the quantity that they tell."""
        return self._lines[self.way(self.width())].parts

    def areas_of(self, part: Part) -> list[QRect]:
        """The pixels of a part on each line that has any of it."""
        start, end, _key = part
        metrics, begin, areas = QFontMetrics(self.font()), 0, []
        shown = self._lines[self.way(self.width())].words
        for row, line in enumerate(self.lines()):
            first, last = max(start, begin), min(end, begin + len(line))
            if first < last:
                left = metrics.horizontalAdvance(line[: first - begin])
                wide = metrics.horizontalAdvance(line[: last - begin]) - left
                areas.append(QRect(left, row * metrics.height(), wide, metrics.height()))
            begin += len(line)
            begin += len(shown[begin:]) - len(shown[begin:].lstrip())
        return areas

    def _explained(self, at: QPoint | None) -> Shown | None:
        """The part that the mouse is over; elsewhere what all of it is about."""
        for part in self.parts:
            for area in self.areas_of(part):
                if at is not None and area.contains(at):
                    return self._shown(part, area)
        return Shown(self._otherwise)

    def _each(self) -> list[Shown]:
        parts = [self._shown(part, areas[0]) for part in self.parts if (areas := self.areas_of(part))]
        return parts if self._otherwise in [shown.key for shown in parts] else [Shown(self._otherwise), *parts]

    def _shown(self, part: Part, area: QRect) -> Shown:
        words = self._lines[self.way(self.width())].words[part[0] : part[1]]
        return Shown(part[2], area=area, words=words if len(words) <= LONGEST_VALUE else "")


def room_for_words(height: int) -> tuple[int, int]:
    """How many rows of a legend and lines below it a panel of this height has room for."""
    return next(((rows, lines) for below, rows, lines in ROWS_BELOW if height < px(below)), (MANY_ROWS, LINES_AT_MOST))
