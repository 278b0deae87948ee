"""Labels, tips and messages that say what they are given as plain text, however it looks.

Text out of a file or a field may look like HTML, and Qt guesses: a label of its own accord would fetch the pictures of
a stranger. Here nothing guesses. Outside of this file nothing makes a ``QLabel`` or a message, or sets a tool tip
(``tests/house/test_plain_text.py``).
"""

import re
from html import escape
from typing import Any, Protocol

from PySide6 import QtGui
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QLabel, QMessageBox, QProgressDialog, QWidget

from relulab.formatting import LONGEST_QUOTE, one_line, readable, unbroken
from ui.widgets.sizes import px

BUTTON = QMessageBox.StandardButton
WIDEST = 120  # letters that a label asks room for
WIDTH_OF_PROGRESS = 360  # pixels
QWIDGETSIZE_MAX = 2**24 - 1  # pixels
LONGEST_WORD = re.compile(r"[^\s/\\]{60}")


class Label(QLabel):
    """Plain text. ``properties`` are those of Qt, such as ``wordWrap``.

    What is on the screen breaks between no number and its unit; ``text`` is what was said.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None, **properties: Any) -> None:
        self._said = ""
        super().__init__(parent, **properties)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if text:
            self.setText(text)

    def text(self) -> str:
        return self._said

    def setText(self, text: str) -> None:
        self._said = readable(text)
        super().setText(unbroken(self._said))

    def clear(self) -> None:
        self.setText("")

    def sizeHint(self) -> QSize:
        return super().sizeHint().boundedTo(self._largest())

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().boundedTo(self._largest())

    def _largest(self) -> QSize:
        """A word that is longer than a line is cut at the edge; it does not widen the window."""
        return QSize(self.fontMetrics().averageCharWidth() * WIDEST, QWIDGETSIZE_MAX)


class HtmlLabel(QLabel):
    """HTML that was written here; every text in it that was not has gone through ``as_html``."""

    def __init__(self, html: str = "", parent: QWidget | None = None, **properties: Any) -> None:
        super().__init__(unbroken(html), parent, textFormat=Qt.TextFormat.RichText, **properties)

    def setText(self, text: str) -> None:
        super().setText(unbroken(text))


class Tipped(Protocol):
    """A widget, an action, an item of a list."""

    def setToolTip(self, text: str) -> None: ...


def set_tip(of: Tipped, text: str) -> None:
    """Give it a tool tip that shows ``text`` as it stands."""
    of.setToolTip(tip(text))


def tip(text: str) -> str:
    """``text`` for a tool tip: escaped where Qt would take it for HTML."""
    text = readable(text)
    return f"<qt>{escape(text)}</qt>".replace("\n", "<br>") if QtGui.Qt.mightBeRichText(text) else text


def as_html(text: str) -> str:
    """``text`` for a place in HTML."""
    return escape(readable(text))


def as_entry(text: str) -> str:
    """``text`` for a menu or a button, where & marks a letter."""
    return one_line(text).replace("&", "&&")


def as_title(text: str) -> str:
    """``text`` for the title of a window, where ``[*]`` is the place of a mark."""
    return one_line(text, 2 * LONGEST_QUOTE).replace("[*]", "[*][*]")


def message_box(
    icon: QMessageBox.Icon, title: str, text: str, *, more: str = "", buttons: BUTTON = BUTTON.Ok,
    parent: QWidget | None = None,
) -> QMessageBox:  # fmt: skip
    """A message to be opened. ``more`` stands below in smaller letters."""
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)  # before the texts: it is that of both
    box.setIcon(icon)
    box.setWindowTitle(title)
    box.setText(_breakable(text))
    box.setInformativeText(_breakable(more))
    box.setStandardButtons(buttons)
    return box


def progress_dialog(title: str, text: str, cancel: str, parent: QWidget) -> QProgressDialog:
    """How far something is that goes on beside the work, from 0 to an unknown end. It stays until it is closed."""
    dialog = QProgressDialog("", cancel, 0, 0, parent)
    dialog.setLabel(Label(text, alignment=Qt.AlignmentFlag.AlignCenter))
    dialog.setWindowTitle(title)
    dialog.setWindowModality(Qt.WindowModality.NonModal)
    dialog.setMinimumDuration(0)
    dialog.setMinimumWidth(px(WIDTH_OF_PROGRESS))
    dialog.setAutoClose(False)
    dialog.setAutoReset(False)
    return dialog


def _breakable(text: str) -> str:
    """With places where a word that is longer than a line may be broken."""
    return LONGEST_WORD.sub("\\g<0>\u200b", unbroken(readable(text)))


def confirmed(parent: QWidget, title: str, question: str) -> bool:
    """Ask, and wait for the answer: yes or no."""
    box = message_box(QMessageBox.Icon.Question, title, question, buttons=BUTTON.Yes | BUTTON.No, parent=parent)
    return box.exec() == BUTTON.Yes.value


def fixed_font() -> QFont:
    """Letters of one width, as large as those around them."""
    font = QFont()
    font.setFamilies([QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()])
    return font
