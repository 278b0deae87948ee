"""The line below a panel: of what its numbers are, how often and when they were measured, each with its explanation."""

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from relulab.text import Text
from ui.platform.translation import said
from ui.plots.legend import LINES_AT_MOST, MANY_ROWS, ElidedText
from ui.widgets.explained import LONGEST_VALUE, Explained, Shown
from ui.widgets.sizes import px

LOW_PANEL = 260  # pixels: below this height words must be short
ROWS_BELOW = ((216, 2, 1), (LOW_PANEL, 3, LINES_AT_MOST))  # pixels of a panel: rows of its legend, lines below it
BETWEEN = " · "
Part = tuple[int, int, str]  # from this letter to before that one: the quantity that is told there


class Footer(ElidedText):
    """``otherwise`` is the quantity that words are about which do not name theirs."""

    def __init__(self, otherwise: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parts: tuple[Part, ...] = ()
        self._otherwise = otherwise
        Explained(self, self._explained, each=self._each)

    def say(self, sentences: Iterable[Text | str]) -> None:
        """Say these in one line, those that are empty left out."""
        words, parts = "", list[Part]()
        for sentence in sentences:
            told, inside = written(sentence)
            begin = len(words) + len(BETWEEN) if words else 0
            if told:
                words = f"{words}{BETWEEN}{told}" if words else told
                inside = inside or [(0, len(told), self._otherwise)]
                parts += [(start + begin, end + begin, key) for start, end, key in inside]
        self.parts = tuple(parts)
        self.set_text(words)

    def areas_of(self, part: Part) -> list[QRect]:
        """The pixels of a part on each line that has any of it; of one that is cut off, nothing."""
        start, end, _key = part
        metrics, begin, areas = QFontMetrics(self.font()), 0, []
        for row, line in enumerate(self.lines()):
            first, last = max(start, begin), min(end, begin + len(line))
            if first < last:
                left = metrics.horizontalAdvance(line[: first - begin])
                wide = metrics.horizontalAdvance(line[: last - begin]) - left
                areas.append(QRect(left, row * metrics.height(), wide, metrics.height()))
            begin += len(line)
            begin += len(self.text()[begin:]) - len(self.text()[begin:].lstrip())
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
        words = self.text()[part[0] : part[1]]
        return Shown(part[2], area=area, words=words if len(words) <= LONGEST_VALUE else "")


def room_for_words(height: int) -> tuple[int, int]:
    """How many rows of a legend and lines below it a panel of this height has room for."""
    return next(((rows, lines) for below, rows, lines in ROWS_BELOW if height < px(below)), (MANY_ROWS, LINES_AT_MOST))


def written(sentence: Text | str) -> tuple[str, list[Part]]:
    """A sentence in the user's language, and which quantities its parts are about."""
    if isinstance(sentence, str):
        return sentence, []
    words, parts, begin = said(sentence), list[Part](), 0
    for _name, value in sentence.values:
        if isinstance(value, Text):
            told, inside = written(value)
            begin = max(begin, words.find(told, begin))
            parts += [(start + begin, end + begin, key) for start, end, key in inside]
            begin += len(told)
    return words, [(0, len(words), sentence.about)] if sentence.about else parts
