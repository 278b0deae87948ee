"""The main window: docks, menus, tool bar. It knows no trainer and decides nothing.

Every panel is a dock of its own that moves, floats, hides, and is maximised by a double click on its title. Five
arrangements are built in (``layouts.py``). It is shown before the lab is imported: nothing of that at the top here.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRect, QSize, Qt, QTimer, Signal, SignalInstance, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QTabBar, QToolBar, QWidget

from ui.platform.translation import translate
from ui.shell.form_width import FormWidth
from ui.shell.layouts import CONTEXT, LAYOUTS, WATCH, Docks, show_design
from ui.shell.reach import enter, move_on, panel_commands
from ui.shell.wanted_size import WantedSize
from ui.widgets.focus import tab_through
from ui.widgets.focus_ring import FocusRing

if TYPE_CHECKING:
    from ui.shell.commands import Command
    from ui.widgets.banner import Banner
    from ui.widgets.dock_title import DockTitle
    from ui.widgets.explained import CanExplain
    from ui.widgets.palette import Palette

log = logging.getLogger(__name__)

LAYOUT_VERSION = 7  # of saveState: raise it when docks come or go
DEFAULT_SIZE = QSize(1440, 900)
BORDER = 60  # pixels that stay free around a window at its first start


@dataclass(frozen=True, slots=True)
class DockSpec:
    """One dock: ``key`` names it in the saved layout and to ``Window.dock``; a ``menu`` gets a button in its title."""

    key: str
    title: str
    widget: QWidget
    menu: QMenu | None = None


@dataclass(frozen=True, slots=True)
class BarSpec:
    """One bar across the window, above the docks or below them; ``key`` names it in the saved layout.

    ``shown_changed`` tells whether the bar has anything to say: until it does, the bar is hidden.
    """

    key: str
    title: str
    widget: QWidget
    below: bool = False
    shown_changed: SignalInstance | None = None


class Window(QMainWindow):
    """Docks and commands by key, bars, and the ``banner`` that every part of the lab may speak through.

    ``painted`` is emitted once, after the first painting; ``closing`` before the window closes;
    ``fileDropped`` with the path of a dropped file. ``may_close`` is asked first; where it says no, the window stays.

    ``show_frame`` shows it empty, before there is a banner, a command or a dock; ``restore`` ends that.
    """

    painted = Signal()
    closing = Signal()
    fileDropped = Signal(str)

    banner: "Banner"

    def __init__(self, banner: "Banner | None" = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.explainer: CanExplain | None = None  # shows what a number means, once it is there
        self.commands: dict[str, Command] = {}
        if banner is not None:
            self.banner = banner
        self._docks: dict[str, QDockWidget] = {}
        self._bars: list[QWidget] = []
        self._menus: dict[str, QMenu] = {}
        self._passing: dict[QToolBar, bool] = {}  # bars that come and go, and whether they have anything to say
        self.may_close: Callable[[], bool] = lambda: True
        self.focus_ring = FocusRing(self)
        self.was_painted = False
        self._is_frame = self._close_wanted = False
        self._stage = "frame painted"  # what is in the frame by now
        self._size, self._form = WantedSize(self), FormWidth(self)
        self._before_maximised: QByteArray | None = None  # the arrangement
        self._was_arranged = False
        self._layout_to_restore = ""
        self._layout = WATCH  # chosen last
        self._titles: list[DockTitle] = []
        self._room: tuple[bool, ...] = ()  # what there was room for then
        self.setWindowTitle("ReLU Lab[*]")  # the mark shows unsaved work
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, self.tabPosition(Qt.DockWidgetArea.TopDockWidgetArea))
        self._arrange_menus()

    def add_bar(self, spec: BarSpec) -> None:
        """Add a bar, which can be neither moved nor hidden by accident."""
        bar = QToolBar(spec.title, self)
        bar.setObjectName(spec.key)
        bar.setMovable(False)
        bar.toggleViewAction().setVisible(False)
        bar.addWidget(spec.widget)
        self._bars.append(spec.widget)
        area = Qt.ToolBarArea.BottomToolBarArea if spec.below else Qt.ToolBarArea.TopToolBarArea
        self.addToolBar(area, bar)
        self.addToolBarBreak(area)
        if spec.shown_changed is not None:
            self._show_passing(bar, False)
            spec.shown_changed.connect(partial(self._show_passing, bar))

    def add_commands(self, commands: "Iterable[Command]") -> None:
        """Put ``commands`` and the window's own into their menus, in this order, group by group. To be called once,
        when every bar has its buttons."""
        everything = (*commands, *self._own_commands())
        for key, menu in self._menus.items():
            group = 0
            for command in sorted((one for one in everything if one.where == key), key=lambda one: one.group):
                if command.group != group:
                    menu.addSeparator()
                    group = command.group
                self.commands[command.key] = command
                command.setParent(self)
                command.refresh()
                menu.addAction(command)
                if command.submenu:
                    menu.addMenu(self._menus[command.submenu])
        self._menus["run"].addSeparator()
        for key in ("experiments", "processes", "threads"):
            self._menus["run"].addMenu(self._menus[key])
        for bar in self._bars:
            tab_through(bar)

    def add_dock(self, spec: DockSpec) -> QDockWidget:
        """Add a panel; ``arrange`` gives it its place."""
        dock = QDockWidget(spec.title, self)
        dock.setObjectName(f"dock-{spec.key}")
        dock.setWidget(spec.widget)
        from ui.widgets.dock_title import DockTitle

        self._form.watch(dock)
        title = DockTitle(dock, spec.menu)
        self._titles.append(title)
        title.doubleClicked.connect(partial(self.toggle_maximised, spec.key))
        dock.setTitleBarWidget(title)
        self._docks[spec.key] = dock
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        dock.hide()  # until it has its place: all of them stacked would be higher than the screen
        dock.toggleViewAction().triggered.connect(lambda shown: shown and self.bring_to_front(spec.key))
        self._menus["panels"].addAction(dock.toggleViewAction())
        return dock

    def dock(self, key: str) -> QDockWidget:
        """A dock by its key."""
        return self._docks[key]

    def bring_to_front(self, key: str) -> QDockWidget:
        """Show a dock before the others of its tabs."""
        dock = self._docks[key]
        dock.show()
        dock.raise_()
        return dock

    @Slot(str)
    def go_to(self, key: str) -> None:
        """Show a dock, and give it the focus."""
        if self._before_maximised is not None and not self._docks[key].isVisible():
            self.toggle_maximised(key)
        dock = self.bring_to_front(key)
        dock.activateWindow()  # where it floats
        enter(dock.widget())
        self.focus_ring.reveal()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Tab passes over what lies behind other panels."""
        moved = move_on(super().focusNextPrevChild, forwards)
        self.focus_ring.reveal()
        return moved

    def menu(self, key: str) -> QMenu:
        """A menu by its key: file, presets, comparisons, recent, edit, run, experiments, threads, bench, view, go-to,
        layouts, panels, themes, help.
        """
        return self._menus[key]

    def arrange(self, layout: str = WATCH) -> None:
        """Put every dock where it is in a built-in layout, for the present width of the window."""
        self._layout_to_restore = ""
        self._before_maximised = None
        if self.isVisible():  # in a hidden window Qt leaves tab bars of the arrangement before behind
            self._arrange_docks(layout)

    def fit(self) -> None:
        """The size of everything changed: arrange anew, where there is room for more panels now, or for fewer."""
        docks = Docks(self, self._docks)
        self._size.keep()
        if self._was_arranged and docks.room != self._room:
            self._before_maximised = None
            self._arrange_docks(self._layout)

    def toggle_maximised(self, key: str) -> None:
        """Show one dock alone, or everything as it was before."""
        before = self._before_maximised
        if before is not None:
            self._before_maximised = None
            self.restoreState(before, LAYOUT_VERSION)
        elif not self._docks[key].isFloating():
            self._before_maximised = self.saveState(LAYOUT_VERSION)
            for other, dock in self._docks.items():
                dock.setVisible(other == key)

    def show_frame(self, geometry: str) -> None:
        """Show the window at a saved place, empty: whoever waits for it sees it begin. It cannot be closed yet."""
        self._take_place(geometry)
        self._is_frame = True
        self.show()

    def show_first(self, key: str, layout: str) -> bool:
        """Show one dock in the frame where it will stand when all are there, if that is at the left."""
        self._stage, self.was_painted = f"{key} painted", False
        return show_design(self, self._docks[key], _bytes(layout), LAYOUT_VERSION)

    def restore(self, geometry: str, layout: str) -> None:
        """Take up a saved place and arrangement; where that fails, the first ones. A frame stays where it is."""
        was_frame, self._is_frame = self._is_frame, False
        if (rest := self.takeCentralWidget()) is not None:
            rest.deleteLater()
        if not was_frame:
            self._take_place(geometry)
        self._layout_to_restore = layout
        if self.isVisible():
            self._restore_docks()
        if was_frame:
            self.was_painted = False
            self.update()
        if self._close_wanted:
            QTimer.singleShot(0, self, self.close)

    def saved_geometry(self) -> str:
        """The place of the window, for ``restore``."""
        return _text(self.saveGeometry())

    def saved_layout(self) -> str:
        """The arrangement of the docks, for ``restore``."""
        return _text(self._before_maximised or self.saveState(LAYOUT_VERSION))

    def set_theme(self, palette: "Palette") -> None:
        """Take over the colours of ``palette``."""
        for command in self.commands.values():
            command.set_theme(palette)
        self.banner.set_theme(palette)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space trains and pauses wherever the focus has no use for it; Escape ends that one panel is alone."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat() and not self._is_frame:
            self.commands["train"].trigger()
        elif event.key() == Qt.Key.Key_Escape and self._before_maximised is not None:
            self.toggle_maximised("")
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.was_painted:
            return
        self.was_painted = True
        log.info(self._stage if self._is_frame else "painted")  # packaging/start_times.py looks for this
        if not self._is_frame:
            QTimer.singleShot(0, self, self.painted.emit)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_arranged and not self._is_frame:
            self._restore_docks()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._close_wanted = self._is_frame  # then it closes as soon as it is whole
        if self._is_frame or not self.may_close():
            event.ignore()
            return
        self._size.stop()
        self.closing.emit()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_file(event) and not self._is_frame:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.fileDropped.emit(_dropped_file(event))

    def _restore_docks(self) -> None:
        layout = self._layout_to_restore
        if not (layout and self.restoreState(_bytes(layout), LAYOUT_VERSION)):
            self._arrange_docks()
        self._was_arranged = True
        self._suit(Docks(self, self._docks))
        for bar, shown in self._passing.items():
            self._show_passing(bar, shown)

    def _arrange_docks(self, layout: str = WATCH) -> None:
        for dock in self._docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        docks = Docks(self, self._docks)
        LAYOUTS[layout].arrange(docks)
        self._layout = layout
        self._suit(docks)

    def _suit(self, docks: Docks) -> None:
        """Tabs side by side are whole, and scroll: cut ones would not say what the panels are."""
        self._room = docks.room
        for tabs in self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            tabs.setElideMode(Qt.TextElideMode.ElideNone)
            tabs.setUsesScrollButtons(True)
        for title in self._titles:
            title.fold(docks.is_small)

    def _take_place(self, geometry: str) -> None:
        if not (geometry and self.restoreGeometry(_bytes(geometry))):
            self.resize(self._first_size())

    def _first_size(self) -> QSize:
        screen = self.screen().availableGeometry() if self.screen() else QRect(0, 0, 1440, 900)
        return DEFAULT_SIZE.boundedTo(screen.size() - QSize(BORDER, BORDER)) if screen.width() else DEFAULT_SIZE

    def _show_passing(self, bar: QToolBar, shown: bool) -> None:
        self._passing[bar] = shown
        bar.setVisible(shown)

    def _arrange_menus(self) -> None:
        titles = {
            "file": self.tr("&File"),
            "edit": self.tr("&Edit"),
            "run": self.tr("&Run"),
            "bench": self.tr("&Bench"),
            "view": self.tr("&View"),
            "help": self.tr("&Help"),
        }
        for key, title in titles.items():
            self._menus[key] = self.menuBar().addMenu(title)
        for parent, key, title in (
            ("view", "go-to", self.tr("&Go to panel")),
            ("view", "layouts", self.tr("&Layout")),
            ("view", "panels", self.tr("&Panels")),
            ("view", "themes", self.tr("&Theme")),
            ("run", "experiments", self.tr("E&xperiments with many networks")),
            ("run", "processes", self.tr("Pro&cesses for maps")),
            ("run", "threads", self.tr("&Processor threads")),
            ("file", "presets", self.tr("&Presets")),
            ("presets", "comparisons", self.tr("&Side by side, trained in step")),
            ("file", "recent", self.tr("Open &recent")),
        ):
            self._menus[key] = QMenu(title, self._menus[parent])
        for key in ("go-to", "layouts", "panels", "themes"):
            self._menus["view"].addMenu(self._menus[key])
        self._menus["presets"].addMenu(self._menus["comparisons"])

    def _own_commands(self) -> "tuple[Command, ...]":
        from ui.shell.commands import Command

        first = self.tr("Put every panel back where it was at the first start")
        layouts = (
            Command(f"layout-{layout.key}", translate(CONTEXT, layout.title), translate(CONTEXT, layout.tip),
                    partial(self.arrange, layout.key), "layouts")
            for layout in LAYOUTS.values()
        )  # fmt: skip
        return (
            Command("quit", self.tr("&Quit"), self.tr("Close ReLU Lab"), self.close, "file", keys=("Ctrl+Q",), group=1),
            *panel_commands(self._docks, self.go_to),
            *layouts,
            Command("restore-layout", self.tr("&Restore layout"), first, self.arrange, "view", group=3),
        )


def _dropped_file(event: QDropEvent) -> str:
    """The path of the one local file that is being dropped, or nothing."""
    urls = event.mimeData().urls()
    return urls[0].toLocalFile() if len(urls) == 1 else ""


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode("ascii", "ignore")))


def _text(data: QByteArray) -> str:
    return bytes(data.toBase64().data()).decode("ascii")
