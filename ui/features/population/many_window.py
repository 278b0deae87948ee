"""What every window of many networks is: it takes in what is told of them, and asks to train, to stop, to open one."""

from abc import abstractmethod

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QFrame, QWidget

from relulab.population.standing import Told
from relulab.text import Text
from ui.platform.translation import said
from ui.widgets.labels import as_title
from ui.widgets.palette import Palette

SIZE = QSize(1280, 780)
SIDE = 316  # pixels of the part at the right
HEADLINE = 17  # pixels of the letters of the title


class ManyWindow(QDialog):
    """``stopWanted`` ends the training, ``openWanted`` carries the number of the run that was chosen."""

    stopWanted = Signal()
    openWanted = Signal(int)

    def __init__(self, parent: QWidget, title: Text) -> None:
        super().__init__(parent)
        self.setModal(False)
        self._title = said(title)
        self.setWindowTitle(self._title)
        self.resize(SIZE.boundedTo(parent.window().size()))

    def name_after(self, experiment: str) -> None:
        """Say in the title of the window what is trained."""
        words = self.tr("{title}: {name}").format(title=self._title, name=experiment)
        self.setWindowTitle(as_title(words))

    @abstractmethod
    def take(self, told: Told) -> None:
        """Take in what was told; ``refresh`` shows it."""

    @Slot()
    @abstractmethod
    def refresh(self) -> None:
        """Show what is known now."""

    @abstractmethod
    def show_busy(self, busy: bool) -> None:
        """Whether networks are being trained."""

    @abstractmethod
    def show_problem(self, reason: str) -> None:
        """Say why it did not work."""

    @abstractmethod
    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""


def headline_font(font: QFont, *, bold: bool = True) -> QFont:
    """The letters of a title that answers the question."""
    result = QFont(font)
    result.setPixelSize(HEADLINE)
    result.setBold(bold)
    return result


def bold_font(font: QFont) -> QFont:
    """``font`` in bold."""
    result = QFont(font)
    result.setBold(True)
    return result


def rule() -> QFrame:
    """A line between the parts of a window."""
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Sunken)
    return line
