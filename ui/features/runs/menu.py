"""What can be done with the selected runs: what is not possible says why."""

from typing import Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from relulab.views.runs import RunRow
from ui.platform.translation import translate

CONTEXT = "RunMenu"


class Intents(Protocol):
    """What the menu needs of the panel: its signals, and the editor of a name."""

    @property
    def showWanted(self) -> SignalInstance: ...
    @property
    def overlaid(self) -> SignalInstance: ...
    @property
    def hidden(self) -> SignalInstance: ...
    @property
    def deleteWanted(self) -> SignalInstance: ...
    @property
    def duplicateWanted(self) -> SignalInstance: ...
    @property
    def referenceChosen(self) -> SignalInstance: ...
    def rename_current(self) -> None: ...


def fill_menu(menu: QMenu, rows: tuple[RunRow, ...], intents: Intents) -> None:
    """Entries for ``rows``, at least one."""
    menu.setToolTipsVisible(True)
    keys = tuple(row.key for row in rows)
    one = rows[0]
    if len(rows) == 1:
        _add(menu, translate(CONTEXT, "Show in all panels"), "Return", intents.showWanted, one.key)
        _add(menu, translate(CONTEXT, "Compare the others with it"), "", intents.referenceChosen, one.key).setEnabled(
            not one.reference
        )
    together = not all(row.overlaid for row in rows)
    text = translate(CONTEXT, "Draw together") if together else translate(CONTEXT, "Do not draw together")
    _add(menu, text, "Space" if len(rows) == 1 else "", intents.overlaid, keys, together)
    menu.addSeparator()
    if len(rows) == 1:
        rename = menu.addAction(translate(CONTEXT, "Rename"))
        rename.setShortcut(QKeySequence("F2"))
        rename.triggered.connect(lambda: intents.rename_current())
        _add(menu, translate(CONTEXT, "Train this design again"), "", intents.duplicateWanted, one.key, False)
        _add(menu, translate(CONTEXT, "… with a new seed"), "", intents.duplicateWanted, one.key, True)
    hide = not all(row.hidden for row in rows)
    _add(menu, translate(CONTEXT, "Hide") if hide else translate(CONTEXT, "Show again"), "", intents.hidden, keys, hide)
    _add_delete(menu, rows, intents)


def _add_delete(menu: QMenu, rows: tuple[RunRow, ...], intents: Intents) -> None:
    keys = tuple(row.key for row in rows if not row.under_way)
    delete = _add(menu, translate(CONTEXT, "Delete"), "Delete", intents.deleteWanted, keys)
    if len(keys) < len(rows):
        reason = translate(CONTEXT, "A run that is being trained cannot be deleted: stop it first.")
        delete.setToolTip(reason)
        delete.setEnabled(bool(keys))
        if not keys:
            delete.setText(translate(CONTEXT, "Delete (stop it first)"))


def _add(menu: QMenu, text: str, shortcut: str, signal: SignalInstance, *values: object) -> QAction:
    action = menu.addAction(text)
    action.setShortcut(QKeySequence(shortcut))
    action.triggered.connect(lambda: signal.emit(*values))
    return action
