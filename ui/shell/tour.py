"""The tour of the first start: the network, the one button, and where the reasons stand. Help shows it again.

It never blocks: everything works while it is there, and a run that begins is as good as "Next".
"""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from relulab.training.state import State, Status
from ui.platform.translation import QT_TRANSLATE_NOOP, translate
from ui.shell.commands import Controller
from ui.shell.window import Window
from ui.widgets.coach_mark import CoachMark

CONTEXT = "Tour"


@dataclass(frozen=True, slots=True)
class TourStep:
    """What is said, and of which dock; without one, of the Train button."""

    title: str
    text: str
    dock: str = ""


STEPS = (
    TourStep(
        QT_TRANSLATE_NOOP("Tour", "This is your network"),
        QT_TRANSLATE_NOOP(
            "Tour",
            "Three tabs describe it: the data it learns from, its layers, and how it is trained. Everything can be "
            "changed, and undone.",
        ),
        "design",
    ),
    TourStep(
        QT_TRANSLATE_NOOP("Tour", "Press Train"),
        QT_TRANSLATE_NOOP(
            "Tour",
            "One button is enough: the network learns while you watch. The same button pauses it; Space and F5 do "
            "so too.",
        ),
    ),
    TourStep(
        QT_TRANSLATE_NOOP("Tour", "Watch, and find out why"),
        QT_TRANSLATE_NOOP(
            "Tour",
            "A falling loss means that the network learns. The findings say what is wrong, in which layer, and "
            "offer a cure to try. To see networks that fail or die, open one under File > Presets.",
        ),
        "findings",
    ),
)
TRAIN = next(index for index, step in enumerate(STEPS) if not step.dock)


class Tour(Controller):
    """Shows one step after the other in ``window``. ``ended``: it was finished or skipped, so it was ``seen``.

    ``train_button``: the one that a step points at.
    """

    ended = Signal()

    def __init__(self, window: Window, train_button: QWidget) -> None:
        super().__init__(window)
        self.mark = CoachMark(window)
        self.seen = False
        self._window = window
        self._train_button = train_button
        self.step: int | None = None  # that is shown, from 0
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), window)
        self._escape.setEnabled(False)
        self._escape.activated.connect(self.end)
        window.banner.shownChanged.connect(self._share_escape)
        card = self.mark.card
        card.nextWanted.connect(self._next)
        card.backWanted.connect(self._back)
        card.skipWanted.connect(self.end)

    @Slot()
    def start(self) -> None:
        """Begin at the first step, wherever it is now."""
        self._show(0)

    @Slot(object)
    def show_state(self, status: Status) -> None:
        """A run that begins was what the tour asks for."""
        if status.state is State.RUNNING and self.step is not None and self.step <= TRAIN:
            self._show(TRAIN + 1)

    @Slot()
    def end(self) -> None:
        """Take the tour away."""
        if self.step is not None:
            self.close()
            self.seen = True
            self._train_button.setFocus()
            self.ended.emit()

    def close(self) -> None:
        """The window closes: the tour goes, and has not been seen to its end."""
        self.step = None
        self._share_escape(False)
        self.mark.hide()

    def _show(self, index: int) -> None:
        step = STEPS[index]
        self.step = index
        self._share_escape(bool(self._window.banner.message))
        self.mark.card.say(translate(CONTEXT, step.title), translate(CONTEXT, step.text), index, len(STEPS))
        self.mark.point_at(self._window.bring_to_front(step.dock) if step.dock else self._train_button)

    @Slot()
    def _next(self) -> None:
        if self.step is not None and self.step + 1 < len(STEPS):
            self._show(self.step + 1)
        else:
            self.end()

    @Slot()
    def _back(self) -> None:
        if self.step:
            self._show(self.step - 1)

    @Slot(bool)
    def _share_escape(self, banner_shown: bool) -> None:
        """Two shortcuts on one key would cancel each other: a message of the banner goes first."""
        self._escape.setEnabled(self.step is not None and not banner_shown)
