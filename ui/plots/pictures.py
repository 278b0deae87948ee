"""One view per kind of picture that a network's output can be shown as; the output panel picks by type."""

from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from relulab.session.store import RunInfo
from relulab.training.telemetry import ClassesPicture, CurvePicture, Picture, PlanePicture, ScatterPicture
from ui.plots.classes_view import ClassesView
from ui.plots.fit_views import CurveView, ScatterView
from ui.plots.legend import LegendEntry
from ui.plots.plane_view import PlaneView
from ui.widgets.palette import Palette


class PictureView(Protocol):
    """Shows one kind of picture. ``begin`` comes before the first picture of a run and after a change of theme."""

    @property
    def widget(self) -> QWidget: ...

    def begin(self, info: RunInfo, palette: Palette) -> None: ...

    def show(self, picture: Any) -> None: ...

    def legend(self) -> tuple[LegendEntry, ...]: ...

    def sentence(self, picture: Any) -> str: ...


def picture_views() -> dict[type[Picture], PictureView]:
    """A view for every kind of picture."""
    return {
        PlanePicture: PlaneView(),
        CurvePicture: CurveView(),
        ClassesPicture: ClassesView(),
        ScatterPicture: ScatterView(),
    }
