"""What stands at the axes of plots."""

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from ui.plots.axes import Axes


def ticks_of(axes: Axes, side: str) -> list[str]:
    """The words at the ticks of an axis, ``left`` or ``bottom``."""
    (level,) = axes.plot.axes[side]._tickLevels or ([],)
    return [words for _, words in level]


def in_view(window: QWidget) -> list[Axes]:
    """The axes in a window of which something is seen."""
    return [axes for axes in window.findChildren(Axes) if not axes.plot.viewport().visibleRegion().isEmpty()]


def missing_names(window: QWidget) -> Iterator[str]:
    """Which names or units of axes that are seen in ``window`` are missing, cut or out of view."""
    for axes in in_view(window):
        named = [(axes._y_name, axes._y_title), *([(axes._x_title, axes._x_name)] if axes._x_shown else [])]
        for label, name in named:
            if not name:
                continue
            seen = label.isVisible() and axes.plot.rect().contains(label.geometry().center())
            if not seen or label.text() != name:
                yield f"{name!r} of {axes.plot.accessibleName()!r}: {label.text()!r}, {label.geometry()}"
        ticks = ticks_of(axes, "left")
        if not ticks or not all(tick.endswith(axes._y_unit) for tick in ticks):
            yield f"ticks of {axes.plot.accessibleName()!r}: {ticks}"
