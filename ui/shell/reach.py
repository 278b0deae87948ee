"""What the keyboard reaches: a key for every panel, and no stop of Tab where nothing can be seen."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QTabBar, QWidget

from ui.platform.translation import translate
from ui.widgets.focus import tab_stops

if TYPE_CHECKING:  # the window is there before what this imports
    from ui.shell.commands import Command

KEYS = {
    "design": "Ctrl+1",
    "network": "Ctrl+2",
    "one_input": "Ctrl+3",
    "loss": "Ctrl+4",
    "output": "Ctrl+5",
    "findings": "Ctrl+6",
    "units": "Ctrl+7",
    "histograms": "Ctrl+8",
    "gradients": "Ctrl+9",
    "runs": "Ctrl+R",
    "inspector": "Ctrl+I",
    "compare": "Ctrl+K",
}
MOST_STOPS = 1000  # in one window: more than any has, so that a search ends


def panel_commands(docks: Mapping[str, QDockWidget], go_to: Callable[[str], object]) -> "list[Command]":
    """One command per panel, which ``go_to`` shows and gives the focus."""
    from ui.shell.commands import Command
    from ui.widgets.labels import as_entry

    tip = translate("Reach", "Go to the panel “{panel}”")
    return [
        Command(
            f"panel-{key}",
            as_entry(dock.windowTitle()),
            tip.format(panel=dock.windowTitle()),
            partial(go_to, key),
            "go-to",
            keys=(KEYS[key],) if key in KEYS else (),
        )
        for key, dock in docks.items()
    ]


def enter(panel: QWidget) -> None:
    """Give the focus to what had it in ``panel`` before, else to the first control that can be seen."""
    before = panel.focusWidget()
    stops = [stop for stop in tab_stops(panel) if stop.isEnabled()]
    if before is not None and before in stops:
        before.setFocus(Qt.FocusReason.ShortcutFocusReason)
    elif stops:
        stops[0].setFocus(Qt.FocusReason.ShortcutFocusReason)


def move_on(step: Callable[[bool], bool], forwards: bool) -> bool:
    """Move the focus by ``step``, Qt's own, until it is where it can be seen.

    Qt hides the docks that lie behind others by moving them out of the window: for Tab they are as good as any.
    """
    for _ in range(MOST_STOPS):
        if not step(forwards):
            return False
        reached = QApplication.focusWidget()
        if reached is None or not is_behind(reached):
            break
    return True


def is_behind(widget: QWidget) -> bool:
    """Whether it is in a dock that lies behind another one, or the tabs of an arrangement that is gone."""
    part: QWidget | None = widget
    while part is not None and not isinstance(part, QDockWidget) and not _is_tabs_of_docks(part):
        part = part.parentWidget()
    return part is not None and part.visibleRegion().isEmpty()


def _is_tabs_of_docks(widget: QWidget) -> bool:
    return isinstance(widget, QTabBar) and isinstance(widget.parentWidget(), QMainWindow)
