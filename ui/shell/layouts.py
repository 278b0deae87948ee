"""The arrangements of the panels that come with the lab: to watch, diagnose, look at images, compare, all of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QSizePolicy, QWidget

from ui.platform.translation import QT_TRANSLATE_NOOP
from ui.widgets.sizes import px

CONTEXT = "Layouts"
DESIGN_WIDTH = 360
DESIGN_LEAST = 320  # a window that is made narrower takes its room from the plots first: fields cannot be squeezed
WIDE_FROM = 1250  # pixels of width for panels beside each other; below it they are tabbed
SPACIOUS_FROM = 1500
SMALL_BELOW = 700  # pixels of width below which no panel stands beside another, the design neither
LOW_BELOW = 560  # pixels of height below which no panel stands above another
TALL_FROM = 780  # pixels of height from which a picture of the network has room above another panel
SIDE, SIDE_SHARE = 300, 0.235  # width of the output beside the network, in a narrow and of a spacious window

ACROSS, DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


class Docks:
    """The docks of a window by key, and ways to put them."""

    def __init__(self, window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
        self._window, self._docks = window, docks
        self.width = window.width()

    @property
    def is_wide(self) -> bool:
        return self.width >= px(WIDE_FROM) and not self.is_low

    @property
    def is_low(self) -> bool:
        return self._window.height() < px(LOW_BELOW)

    @property
    def is_tall(self) -> bool:
        return self._window.height() >= px(TALL_FROM)

    @property
    def is_small(self) -> bool:
        return self.width < px(SMALL_BELOW)

    @property
    def design_width(self) -> int:
        return px(DESIGN_WIDTH if self.width >= px(SPACIOUS_FROM) else DESIGN_LEAST)

    @property
    def room(self) -> tuple[bool, ...]:
        """What decides about the arrangement: as long as it stays the same, nothing is arranged anew."""
        return self.is_wide, self.is_low, self.is_small, self.is_tall

    def one_stack(self, *front: str) -> None:
        """Every panel a tab of one stack, those in ``front`` first: there is room for one, and it is whole."""
        last = ("design", "runs", "inspector")
        order = [*front, *(key for key in self._docks if key not in (*front, *last)), *last]
        order = [key for key in order if key in self._docks]
        self._docks["design"].setMinimumWidth(0)
        self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self._docks[order[0]])
        self.tabs(*order)
        for dock in self._docks.values():
            dock.show()
        self._docks[order[0]].raise_()

    def begin(self, first: str) -> None:
        """The design at the left, behind it the runs and the inspector; ``first`` right of them."""
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self._docks["design"].setMinimumWidth(px(DESIGN_LEAST))
        self._window.addDockWidget(left, self._docks["design"])
        self.tabs("design", "runs", "inspector")
        self._window.addDockWidget(right, self._docks[first])

    def row(self, *keys: str) -> None:
        """Put these beside the first of them, from left to right."""
        self._split(keys, ACROSS)

    def stack(self, *keys: str) -> None:
        """Put these below the first of them, from top to bottom."""
        self._split(keys, DOWN)

    def tabs(self, *keys: str) -> None:
        """Put these behind the first of them."""
        for front, behind in pairwise(keys):
            self._window.tabifyDockWidget(self._docks[front], self._docks[behind])

    def show(self, front: tuple[str, ...], hidden: tuple[str, ...] = ()) -> None:
        """Show all but the ``hidden``, those in ``front`` before their tabs: hidden docks take no room."""
        for key, dock in self._docks.items():
            dock.setVisible(key not in hidden)
        for key in ("design", *front):
            self._docks[key].raise_()

    def share(self, orientation: Qt.Orientation, **sizes: int) -> None:
        """Give neighbouring docks sizes in this proportion."""
        self._window.resizeDocks([self._docks[key] for key in sizes], list(sizes.values()), orientation)

    def _split(self, keys: tuple[str, ...], orientation: Qt.Orientation) -> None:
        for before, after in pairwise(keys):
            self._window.splitDockWidget(self._docks[before], self._docks[after], orientation)


def _watch(docks: Docks) -> None:
    """The network large in the middle, at its right the output over the loss."""
    hidden = ("units", "histograms", "gradients", "compare")
    docks.begin("network")
    if docks.is_low:
        docks.tabs("network", "loss", "output", "findings", "one_input", *hidden)
        docks.show(("network",), hidden)
        docks.share(ACROSS, design=docks.design_width, network=docks.width - docks.design_width)
        return
    if not docks.is_wide:
        docks.stack("network", "loss")
        docks.tabs("network", "one_input")
        docks.tabs("loss", "output", "findings", *hidden)
        docks.show(("network", "loss"), hidden)
        docks.share(ACROSS, design=docks.design_width, network=docks.width - docks.design_width)
        docks.share(DOWN, network=5, loss=3)  # with less the picture of a wide network would not be drawn
        return
    docks.row("network", "output")
    docks.stack("output", "loss")
    docks.tabs("loss", "findings", *hidden)
    docks.tabs("network", "one_input")
    docks.show(("network", "loss"), hidden)
    side = px(SIDE) if docks.width < px(SPACIOUS_FROM) else round(SIDE_SHARE * docks.width)
    docks.share(ACROSS, design=docks.design_width, network=docks.width - docks.design_width - side, output=side)
    docks.share(DOWN, output=1, loss=1)


def _diagnose(docks: Docks) -> None:
    """Units, gradients, histograms and findings, two by two."""
    hidden = ("network", "output", "one_input", "compare")
    docks.begin("units")
    if docks.is_low:
        docks.tabs("units", "findings", "gradients", "histograms", "loss", *hidden)
        docks.show(("units",), hidden)
        docks.share(ACROSS, design=docks.design_width, units=docks.width - docks.design_width)
        return
    docks.stack("units", "histograms")
    if docks.is_wide:
        docks.row("units", "gradients")
        docks.row("histograms", "findings")
        docks.tabs("gradients", "loss", *hidden)
        docks.show(("gradients",), hidden)
        half = (docks.width - docks.design_width) // 2
        docks.share(ACROSS, design=docks.design_width, units=half, gradients=half)
        docks.share(ACROSS, histograms=half, findings=half)
    else:
        docks.tabs("units", "gradients", "loss", *hidden)
        docks.tabs("histograms", "findings")
        docks.show(("units", "findings"), hidden)
        docks.share(ACROSS, design=docks.design_width, units=docks.width - docks.design_width)
    docks.share(DOWN, units=1, histograms=1)


def _images(docks: Docks) -> None:
    """Maps in the network, samples and confusion matrix in the output."""
    hidden = ("units", "histograms", "gradients", "findings", "loss", "compare")
    docks.begin("network")
    if docks.is_low or not (docks.is_wide or docks.is_tall):
        docks.tabs("network", "output", "one_input", *hidden)
        docks.show(("network",), hidden)
        docks.share(ACROSS, design=docks.design_width, network=docks.width - docks.design_width)
        return
    if docks.is_wide:
        docks.row("network", "output")
        half = (docks.width - docks.design_width) // 2
        docks.tabs("output", *hidden)
        docks.tabs("network", "one_input")
        docks.show(("network", "output"), hidden)
        docks.share(ACROSS, design=docks.design_width, network=half, output=half)
    else:
        docks.stack("network", "output")
        docks.tabs("output", *hidden)
        docks.tabs("network", "one_input")
        docks.show(("network", "output"), hidden)
        docks.share(ACROSS, design=docks.design_width, network=docks.width - docks.design_width)
        docks.share(DOWN, network=1, output=1)


def _all(docks: Docks) -> None:
    """Every panel: in a wide window a grid, in a narrow one two stacks of tabs."""
    docks.begin("loss")
    if docks.is_low:
        docks.tabs("loss", "output", "network", "one_input", "findings", "units", "histograms", "gradients", "compare")
        docks.show(("loss",))
        docks.share(ACROSS, design=docks.design_width, loss=docks.width - docks.design_width)
        return
    if not docks.is_wide:
        docks.stack("loss", "findings")
        docks.tabs("loss", "output", "network", "one_input", "compare")
        docks.tabs("findings", "units", "histograms", "gradients")
        docks.show(("loss", "findings"))
        docks.share(ACROSS, design=px(DESIGN_WIDTH), loss=docks.width - px(DESIGN_WIDTH))
        docks.share(DOWN, loss=1, findings=1)
        return
    docks.stack("loss", "gradients")
    docks.row("loss", "output", "findings")
    docks.row("gradients", "units", "histograms")
    docks.tabs("output", "network", "one_input", "compare")
    docks.show(("output",))
    third = (docks.width - px(DESIGN_WIDTH)) // 3
    docks.share(ACROSS, design=px(DESIGN_WIDTH), loss=third, output=third, findings=third)
    docks.share(ACROSS, gradients=third, units=third, histograms=third)
    docks.share(DOWN, loss=1, gradients=1)


@dataclass(frozen=True, slots=True)
class Layout:
    """One arrangement: ``place`` puts docks that lie nowhere yet, where there is room for several."""

    key: str
    title: str
    tip: str
    first: tuple[str, ...]  # the panels in front where there is room for one
    place: Callable[[Docks], None]

    def arrange(self, docks: Docks) -> None:
        """Put the docks, beside and above each other as far as there is room."""
        if docks.is_small:
            docks.one_stack(*self.first)
        else:
            self.place(docks)


def _compare(docks: Docks) -> None:
    """The comparison alone, the list of runs at its left."""
    hidden = ("network", "output", "loss", "findings", "units", "histograms", "gradients", "one_input")
    docks.begin("compare")
    docks.tabs("compare", *hidden)
    docks.show(("runs", "compare"), hidden)
    docks.share(ACROSS, design=docks.design_width, compare=docks.width - docks.design_width)


WATCH, COMPARE, ALL = "watch", "compare", "all"
LAYOUTS = {
    layout.key: layout
    for layout in (
        Layout(
            WATCH,
            QT_TRANSLATE_NOOP("Layouts", "&Watch"),
            QT_TRANSLATE_NOOP("Layouts", "The network large, with its output and the loss"),
            ("network", "loss", "output", "findings"),
            _watch,
        ),
        Layout(
            "diagnose",
            QT_TRANSLATE_NOOP("Layouts", "&Diagnose"),
            QT_TRANSLATE_NOOP("Layouts", "Units, gradients, histograms and findings"),
            ("units", "findings", "gradients", "histograms"),
            _diagnose,
        ),
        Layout(
            "images",
            QT_TRANSLATE_NOOP("Layouts", "&Images"),
            QT_TRANSLATE_NOOP("Layouts", "The maps of the network beside samples and confusion matrix"),
            ("network", "output"),
            _images,
        ),
        Layout(
            COMPARE,
            QT_TRANSLATE_NOOP("Layouts", "&Compare"),
            QT_TRANSLATE_NOOP("Layouts", "The ticked runs side by side, beside the list of runs"),
            ("compare",),
            _compare,
        ),
        Layout(
            ALL,
            QT_TRANSLATE_NOOP("Layouts", "&All"),
            QT_TRANSLATE_NOOP("Layouts", "Every panel beside the others"),
            ("loss", "output", "findings"),
            _all,
        ),
    )
}


def show_design(window: QMainWindow, dock: QDockWidget, layout: QByteArray, version: int) -> bool:
    """Show the only ``dock`` there is yet where it will stand, at the left; False where a saved ``layout`` differs."""
    docks, rest = Docks(window, {"design": dock}), QWidget()  # which takes the room of all the others
    if docks.is_small:
        return False
    rest.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    window.setCentralWidget(rest)
    rest.show()
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    dock.show()
    docks.share(ACROSS, design=docks.design_width)
    shown = (layout.isEmpty() or window.restoreState(layout, version)) and not dock.isFloating() and not dock.isHidden()
    shown = shown and window.dockWidgetArea(dock) is Qt.DockWidgetArea.LeftDockWidgetArea
    dock.setVisible(shown)
    return shown
