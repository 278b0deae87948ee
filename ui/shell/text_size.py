"""How large the text is, and everything with it: 80 to 200 % of what the desktop has."""

from bisect import bisect_left, bisect_right

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont

from ui.shell.commands import Command, Controller
from ui.shell.theme import Theme
from ui.shell.window import Window
from ui.widgets.sizes import rescale, share

STEPS = (80, 90, 100, 110, 125, 150, 175, 200)  # percent
NORMAL = 100


class TextSize(Controller):
    """``changed``: everything has another size now. ``percent`` is one of ``STEPS``."""

    changed = Signal()

    def __init__(self, window: Window, theme: Theme, percent: int) -> None:
        super().__init__(window)
        self._app, self._window, self._theme = theme.app, window, theme
        self._base = QFont(theme.app.font())
        self._base.setPointSizeF(self._base.pointSizeF() / share())  # of another window of this program
        self.percent = NORMAL
        self._normal = Command("text-normal", self.tr("&Normal text size"), self.tr("Text as large as on the desktop"),
                               lambda: self.choose(NORMAL), "view", keys=("Ctrl+0",), group=2)  # fmt: skip
        self.commands = (
            Command("text-larger", self.tr("&Larger text"), self.tr("Make text, and everything with it, larger"),
                    self.larger, "view", keys=("Ctrl++", "Ctrl+="), group=2, enabled=lambda: self.percent < STEPS[-1]),
            Command("text-smaller", self.tr("S&maller text"), self.tr("Make text, and everything with it, smaller"),
                    self.smaller, "view", keys=("Ctrl+-",), group=2, enabled=lambda: self.percent > STEPS[0]),
            self._normal,
        )  # fmt: skip
        self._wanted = percent

    def begin(self) -> None:
        """Take up the size that was kept, when everything is made."""
        self.choose(self._wanted)

    def close(self) -> None:
        """The window closes: the next one in this program begins with the desktop's size, until it takes up its own."""
        if share() != 1.0:
            rescale(self._app, self._window, 1.0, self._base)
            self._theme.draw_again()
        super().close()

    @Slot()
    def larger(self) -> None:
        """One step."""
        self.choose(STEPS[min(bisect_right(STEPS, self.percent), len(STEPS) - 1)])

    @Slot()
    def smaller(self) -> None:
        """One step."""
        self.choose(STEPS[max(bisect_left(STEPS, self.percent) - 1, 0)])

    def choose(self, percent: int) -> None:
        """Give everything this size; what is no step becomes the next smaller one."""
        percent = STEPS[max(0, bisect_right(STEPS, percent) - 1)]
        self.percent = percent
        if percent != round(100 * share()):
            rescale(self._app, self._window, percent / 100, self._base)
            self._theme.draw_again()
            self._window.fit()
            self.changed.emit()
        self._normal.say_what(self.tr("(now {percent} %)").format(percent=percent) if percent != NORMAL else "")
        self.refresh_commands()
