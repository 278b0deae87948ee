"""Buttons that go through the steps of something, one by one or by themselves."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ui.widgets.elided import ElidedLabel
from ui.widgets.labels import set_tip

PLAY_MS = 1200  # a step: time to read


class StepBar(QWidget):
    """``moved`` when another step is shown. ``step`` counts from 0."""

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = 0
        self._count = 1
        self.back, self.ahead, self.play = QToolButton(), QToolButton(), QToolButton()
        self.name = ElidedLabel()
        self._timer = QTimer(self, interval=PLAY_MS)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        self.play.setCheckable(True)
        self.play.setText(self.tr("Play"))
        set_tip(self.play, self.tr("Go through the steps by itself, from the first one"))
        for button, arrow, by, tip in (
            (self.back, Qt.ArrowType.LeftArrow, -1, self.tr("The step before")),
            (self.ahead, Qt.ArrowType.RightArrow, 1, self.tr("The next step")),
        ):
            button.setArrowType(arrow)
            button.setAccessibleName(tip)
            set_tip(button, tip)
            button.clicked.connect(lambda _checked=False, by=by: self._go(self.step + by))
            layout.addWidget(button)
        for button in (self.back, self.ahead, self.play):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout.addWidget(self.play)
        layout.addWidget(self.name, 1)
        self._timer.timeout.connect(self._play_on)
        self.play.toggled.connect(self._play)

    def set_steps(self, count: int) -> None:
        """So many steps there are; the present one is kept where it still exists."""
        self._count = count
        self.show_step(self.step)

    def show_step(self, step: int) -> None:
        """Stand at this step, without a signal."""
        self.step = min(max(step, 0), self._count - 1)
        self._allow()

    def hideEvent(self, event: object) -> None:
        self.play.setChecked(False)

    def _go(self, step: int) -> None:
        self.show_step(step)
        self.moved.emit()

    @Slot(bool)
    def _play(self, on: bool) -> None:
        if not on:
            self._timer.stop()
            return
        self._go(0)
        self._timer.start()

    @Slot()
    def _play_on(self) -> None:
        if self.step + 1 >= self._count:
            self.play.setChecked(False)
        else:
            self._go(self.step + 1)

    def _allow(self) -> None:
        """The focus of an arrow that leads nowhere goes to the other: Qt's next one may lie out of view, and scroll."""
        possible = {self.back: self.step > 0, self.ahead: self.step + 1 < self._count}
        for button, other in ((self.back, self.ahead), (self.ahead, self.back)):
            if possible[other]:
                other.setEnabled(True)
                if self.window().focusWidget() is button and not possible[button]:
                    other.setFocus()
        for button, can_go in possible.items():
            button.setEnabled(can_go)
