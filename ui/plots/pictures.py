"""One drawer per kind of picture that a network's output can be shown as; the output panel picks by type."""

from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from relulab.views.output import ClassesOutput, CurveOutput, OutputView, PlaneOutput, ScatterOutput
from ui.plots.classes_view import ClassesView
from ui.plots.fit_views import CurveView, ScatterView
from ui.plots.legend import LegendEntry
from ui.plots.plane_view import PlaneView
from ui.widgets.palette import Palette


class PictureView(Protocol):
    """Shows one kind of output. ``begin`` comes before the first one of a run and after a change of theme."""

    @property
    def widget(self) -> QWidget: ...

    def begin(self, output: Any, palette: Palette) -> None: ...

    def show(self, output: Any) -> None: ...

    def legend(self) -> tuple[LegendEntry, ...]: ...


def picture_views() -> dict[type[OutputView], PictureView]:
    """A drawer for every kind of output."""
    return {
        PlaneOutput: PlaneView(),
        CurveOutput: CurveView(),
        ClassesOutput: ClassesView(),
        ScatterOutput: ScatterView(),
    }
