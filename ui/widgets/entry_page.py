"""What the catalogue knows of one entry, as a page for reading, and in a small window beside its control."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from relulab.catalog.entry import Entry
from relulab.catalog.initializations import INITIALIZATIONS
from relulab.formatting import number
from ui.widgets.labels import HtmlLabel, Label, as_html

WIDTH = 52  # average characters of a line
CONTEXT = "EntryPage"

_number = partial(number, printed=True)


def _range(limits: tuple[float, float]) -> str:
    """An interval, open where it goes on for ever: [0, ∞)."""
    low, high = limits
    start = "(−∞" if math.isinf(low) else f"[{_number(low)}"
    return f"{start}, ∞)" if math.isinf(high) else f"{start}, {_number(high)}]"


def _initialization(key: str) -> str:
    return INITIALIZATIONS[key].title


# the facts that entries may have, in the order of the page: attribute, heading, how its value is written
FACTS: tuple[tuple[str, object, Callable[[Any], str]], ...] = (
    ("formula", QT_TRANSLATE_NOOP("EntryPage", "Formula"), str),
    ("derivative", QT_TRANSLATE_NOOP("EntryPage", "Derivative"), str),
    ("output_range", QT_TRANSLATE_NOOP("EntryPage", "Range"), _range),
    ("max_slope", QT_TRANSLATE_NOOP("EntryPage", "Steepest slope"), _number),
    (
        "recommended_initialization",
        QT_TRANSLATE_NOOP("EntryPage", "Goes well with"),
        lambda key: INITIALIZATIONS[key].title,
    ),
    ("gain", QT_TRANSLATE_NOOP("EntryPage", "Gain"), _number),
    ("strengths", QT_TRANSLATE_NOOP("EntryPage", "Good"), str),
    ("weaknesses", QT_TRANSLATE_NOOP("EntryPage", "Bad"), str),
    ("typical_learning_rate", QT_TRANSLATE_NOOP("EntryPage", "Usual learning rate"), _number),
    ("source", QT_TRANSLATE_NOOP("EntryPage", "Source"), str),
)


def facts(entry: Entry) -> Mapping[str, str]:
    """Heading and text of everything that ``entry`` says of itself."""
    return {
        QCoreApplication.translate(CONTEXT, str(heading)): write(getattr(entry, name))
        for name, heading, write in FACTS
        if getattr(entry, name, None) not in (None, "")
    }


def entry_page(entry: Entry) -> str:
    """The page as HTML: title, summary, facts."""
    rows = "".join(
        f"<tr><td style='padding: 2px 10px 2px 0'><b>{as_html(heading)}</b></td>"
        f"<td style='padding: 2px 0'>{as_html(text)}</td></tr>"
        for heading, text in facts(entry).items()
    )
    table = f"<table cellspacing='0'>{rows}</table>" if rows else ""
    return f"<h3>{as_html(entry.title)}</h3><p>{as_html(entry.summary)}</p>{table}"


def entry_tip(entry: Entry) -> str:
    """Summary and formula, for a tool tip."""
    formula = getattr(entry, "formula", "")
    return f"{entry.summary}\n{formula}" if formula else entry.summary


class EntryPopup(QFrame):
    """Shows ``entry``, below an optional ``picture`` with its ``caption``."""

    def __init__(self, entry: Entry, picture: QPixmap | None, caption: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.text = HtmlLabel(entry_page(entry), wordWrap=True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setAccessibleName(self.tr("About {entry}").format(entry=entry.title))
        layout = QVBoxLayout(self)
        if picture is not None:
            layout.addWidget(Label(pixmap=picture, alignment=Qt.AlignmentFlag.AlignHCenter))
            below = Label(caption)
            below.setProperty("role", "muted")
            layout.addWidget(below, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.text)
        width = self.fontMetrics().averageCharWidth() * WIDTH
        self.setFixedWidth(width)
        self.setFixedHeight(layout.totalHeightForWidth(width))

    def show_beside(self, widget: QWidget) -> None:
        """Open below ``widget``, moved so that all of it is on the screen."""
        corner = widget.mapToGlobal(QPoint(0, widget.height()))
        screen = QGuiApplication.screenAt(corner) or widget.screen()
        area = screen.availableGeometry()
        corner.setX(max(area.left(), min(corner.x(), area.right() - self.width())))
        corner.setY(max(area.top(), min(corner.y(), area.bottom() - self.height())))
        self.move(corner)
        self.show()
        self.text.setFocus(Qt.FocusReason.PopupFocusReason)
