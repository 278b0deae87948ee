"""Matplotlib's figures, made for documents of many of them: ticks are made when they are drawn, as copies of the first.

An axis of matplotlib makes a tick of either kind, of five parts each, as soon as it is told anything about ticks, and
every further one from all settings anew. What is drawn is the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Tick, XAxis, YAxis
from matplotlib.figure import Figure as PlainFigure

TICKS = ("majorTicks", "minorTicks")  # that an axis makes when it is first asked for them
OWN_PARTS = ("gridline", "tick1line", "label1")  # of a tick; the others, at the opposite side, are never shown


class Figure(PlainFigure):
    """A figure whose axes make few ticks."""

    def add_subplot(self, *args: Any, **settings: Any) -> Axes:
        """Axes at a place of a grid, as matplotlib takes it."""
        axes: Axes = super().add_subplot(*args, **{"axes_class": _Axes} | settings)
        return axes


class _Few:
    """What an axis does otherwise than matplotlib's."""

    def set_tick_params(self, *args: Any, **settings: Any) -> None:
        axis: Any = super()
        with _no_new_ticks(self):
            axis.set_tick_params(*args, **settings)

    def set_clip_path(self, *args: Any, **settings: Any) -> None:
        axis: Any = super()
        with _no_new_ticks(self):
            axis.set_clip_path(*args, **settings)

    def _get_tick(self, major: bool) -> Tick:
        if known := vars(self).get(TICKS[0] if major else TICKS[1]):
            return _copied(known[0])
        axis: Any = super()
        tick: Tick = axis._get_tick(major)
        tick.set_clip_path(tick.axes.patch)
        return tick

    def _copy_tick_props(self, src: Tick, dest: Tick) -> None:
        """They are copies already."""


class _XAxis(_Few, XAxis):
    """Of steps, mostly."""


class _YAxis(_Few, YAxis):
    """Of what is measured."""


class _Axes(Axes):
    """Axes of such an x and y axis."""

    def _init_axis(self) -> None:
        new: Any = {"clear": False}  # the axes do it
        self.xaxis, self.yaxis = _XAxis(self, **new), _YAxis(self, **new)
        for side, axis in zip(("bottom", "top", "left", "right"), (self.xaxis,) * 2 + (self.yaxis,) * 2, strict=True):
            self.spines[side].register_axis(axis)


@contextmanager
def _no_new_ticks(axis: Any) -> Iterator[None]:
    """Ticks that are not there yet do not have to be told anything: they will be made of what the axis knows."""
    absent = [kind for kind in TICKS if kind not in vars(axis)]
    vars(axis).update({kind: [] for kind in absent})
    try:
        yield
    finally:
        for kind in absent:
            vars(axis).pop(kind, None)


def _copied(tick: Tick) -> Tick:
    """Another tick that looks the same."""
    new = copy(tick)
    for name in OWN_PARTS:
        setattr(new, name, copy(getattr(tick, name)))
    return new
