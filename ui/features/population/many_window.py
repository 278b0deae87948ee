"""What every window of many networks is: it takes in what is told of them, and asks to train, to stop, to open one."""

from abc import abstractmethod
from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QFrame, QPushButton, QWidget

from relulab.population.standing import Told
from relulab.session.session import PinnedPicture
from relulab.text import Text
from ui.features.population.saving import png_of
from ui.platform.translation import said
from ui.plots.snapshot import snapshot
from ui.widgets.fitting import fit
from ui.widgets.labels import as_title, set_tip
from ui.widgets.messages import ProblemLine
from ui.widgets.palette import Palette
from ui.widgets.sizes import px, px_size

SIZE = QSize(1280, 780)
SIDE, SIDE_SHARE = 316, 0.4  # pixels of the part at the right, and how much of the width it may take at most
HEADLINE = 17  # pixels of the letters of the title


class ManyWindow(QDialog):
    """``stopWanted`` ends the training, ``openWanted`` carries the number of the run that was chosen, ``pinned`` a
    picture with its words that is to be kept with the session and its reports.
    """

    stopWanted = Signal()
    openWanted = Signal(int)
    pinned = Signal(object)

    def __init__(self, parent: QWidget, title: Text) -> None:
        super().__init__(parent)
        self.setModal(False)
        self._title = said(title)
        self._room = parent.window().size()
        self.problem = ProblemLine()
        self.keep = QPushButton(self.tr("&Keep for the report"))
        self.keep.setAutoDefault(False)
        set_tip(self.keep, self.tr("Keep this picture with its numbers in the session: reports show it"))
        self.setWindowTitle(self._title)
        self.setAccessibleDescription(self.tr("No network has been trained yet."))

    @property
    def side_width(self) -> int:
        """Pixels of the part at the right."""
        return min(px(SIDE), round(SIDE_SHARE * self._room.width()))

    def fit(self, *foot: QWidget) -> None:
        """Take the room that there is, when everything is arranged; the ``foot`` stays in view beneath it."""
        fit(self, px_size(SIZE).boundedTo(self._room), *foot)

    def name_after(self, experiment: str) -> None:
        """Say in the title of the window what is trained."""
        words = self.tr("{title}: {name}").format(title=self._title, name=experiment)
        self.setWindowTitle(as_title(words))

    def pin(self, title: str, words: str, parts: Sequence[QWidget], background: str) -> None:
        """Keep what is seen of these ``parts`` under a ``title``; ``words`` tell whoever does not see it."""
        self.pinned.emit(PinnedPicture(title, png_of(snapshot(parts, background)), words))
        self.keep.setText(self.tr("Kept for the report"))
        self.keep.setEnabled(False)

    def offer_to_keep(self, *, possible: bool) -> None:
        """Another picture can be kept, or nothing is there to be kept."""
        self.keep.setText(self.tr("&Keep for the report"))
        self.keep.setEnabled(possible)

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

    def show_problem(self, reason: str) -> None:
        """Say why it did not work."""
        self.problem.set_text(reason)

    @abstractmethod
    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""


def headline_font(font: QFont, *, bold: bool = True) -> QFont:
    """The letters of a title that answers the question."""
    result = QFont(font)
    result.setPixelSize(px(HEADLINE))
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
