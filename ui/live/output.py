"""What the network computes: a decision boundary, a fitted curve, or its answers to samples."""

from time import monotonic
from typing import Any, Protocol, get_args

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QStackedWidget, QWidget

from relulab.report.figures.figure import FigureKind
from relulab.session.history import RunHistory
from relulab.text import Text, joined
from relulab.training.telemetry import Answers, Picture
from relulab.views.network.layout import Cell
from relulab.views.network.view import NetworkView
from relulab.views.output import ClassesOutput, CurveOutput, OutputView, PlaneOutput, ScatterOutput, output_view
from relulab.views.regions import FILLED, REGIONS, kinks_of, kinks_words
from ui.live.base import MOVING, LivePanel
from ui.live.output_regions import OutputRegions
from ui.platform.translation import said
from ui.plots.classes_view import ClassesView
from ui.plots.fit_views import CurveView, ScatterView
from ui.plots.legend import ElidedText, LegendEntry, Sample
from ui.plots.network.large import LargeUnit
from ui.plots.plane_plot import PlaneView
from ui.widgets.explained import Shown, all_explained, explained
from ui.widgets.labels import set_tip
from ui.widgets.layouts import column
from ui.widgets.palette import Palette

ASK_EVERY = 0.5  # seconds: two dozen images cost a network of convolutions some milliseconds


class PictureView(Protocol):
    """Shows one kind of output. ``begin`` comes before the first one of a run and after a change of theme."""

    @property
    def widget(self) -> QWidget: ...

    def begin(self, output: Any, palette: Palette) -> None: ...

    def show(self, output: Any) -> None: ...

    def legend(self) -> tuple[LegendEntry, ...]: ...


class OutputPanel(LivePanel):
    """One view per kind of picture; the newest picture of a run chooses which.

    ``answersWanted``: the images in view are to be answered by the network as it is now. ``sampleChosen``: a sample of
    the validation set was clicked; ``pointChosen``: a point of the plane (x, y), or None beside it;
    ``cellChosen``: a cell of the confusion matrix (true, predicted), or None.
    """

    drawn_from = (*get_args(Picture), Answers)
    interval = MOVING
    answersWanted = Signal()
    sampleChosen = Signal(int)
    pointChosen = Signal(object)
    cellChosen = Signal(object)
    name = "output"
    explains = "output"
    figures = ("output", "regions")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Output"), self.tr("Press Train to see what the network computes."), parent)
        classes = ClassesView()
        self.views: dict[type[OutputView], PictureView] = {
            PlaneOutput: PlaneView(),
            CurveOutput: CurveView(),
            ClassesOutput: classes,
            ScatterOutput: ScatterView(),
        }
        self._classes, self._classes_view = classes.widget, classes
        classes.thumbnails.clicked.connect(self.sampleChosen)
        classes.matrix.reader.pressed.connect(self.cellChosen)
        plane: Any = self.views[PlaneOutput].widget
        plane.reader.pressed.connect(self.pointChosen)
        self.regions = OutputRegions(plane, self)
        self.regions_button, self.filled_button = QCheckBox(said(REGIONS)), QCheckBox(said(FILLED))
        self.note = ElidedText()
        self.large = LargeUnit()
        self.part = QComboBox()
        self._stack = QStackedWidget()
        self._begun: object = None
        self._output: OutputView | None = None
        self._ask_from = 0.0
        self._explain()
        self._fill()
        self.set_theme(self.palette_now)

    def _explain(self) -> None:
        """The pictures by their axes, the matrix and the images as a whole."""
        for view in self.views.values():
            if (axes := getattr(view.widget, "axes", None)) is not None:
                axes.explain("output")
        explained(self._classes_view.matrix, "confusion")
        explained(self._classes_view.thumbnails, "confidence")
        all_explained("regions", self.note, self.large)

    def explained_entry(self, index: int) -> Shown | None:
        is_kinks = self.legend.entries[index].sample is Sample.DIAMONDS
        return Shown("kinks") if is_kinks else super().explained_entry(index)

    def figure_kinds(self) -> tuple[FigureKind, ...]:
        """Its regions only where the network has some, which takes some milliseconds to know."""
        runs = self.shown_runs()
        return tuple(kind for kind in super().figure_kinds() if kind.key != "regions" or kind.draw(runs) is not None)

    def start_over(self) -> None:
        self.regions.hide()

    def begin(self, history: RunHistory) -> None:
        self._begun = None  # the view gets ready with the first picture, which says which view it is

    def draw(self, history: RunHistory) -> bool:
        picture = history.picture
        if picture is None:
            return False
        self.measured_by = type(picture)
        output = output_view(history.info, picture, history.answers)
        view = self.views[type(output)]
        if self._begun is not view:
            self._begun = view
            view.begin(output, self.palette_now)
            self._stack.setCurrentWidget(view.widget)
        view.show(output)
        self._output = output
        self._tell_legend()
        self._offer_parts()
        self._draw_regions(output, picture)
        if isinstance(output, ClassesOutput) and output.description.is_image:
            self._ask()
        return True

    def set_training(self, on: bool, ended: bool = False, failed: bool = False) -> None:
        was = self._training
        super().set_training(on, ended, failed)
        if was and not on:
            self.refresh()  # what stands still is worked out to its end

    def recolour(self, palette: Palette) -> None:
        self.regions.set_theme(palette)
        self.large.set_theme(palette)
        self.note.setStyleSheet(f"color: {palette.muted};")

    def _draw_regions(self, output: OutputView, picture: object) -> None:
        """The regions of the network over its plane, where the user wants them."""
        is_plane = isinstance(output, PlaneOutput)
        self.regions_button.setVisible(is_plane)
        self.filled_button.setVisible(is_plane and self.regions_button.isChecked())
        if isinstance(output, PlaneOutput) and self.regions_button.isChecked():
            self.regions.show(output, picture, self._training)
        elif not self.note.isHidden():
            self.regions.hide()
            self._tell_regions()

    @Slot()
    def _tell_regions(self) -> None:
        """Others are drawn, or none."""
        words = said(self.regions.words())
        self.note.set_text(words)
        self.note.setVisible(bool(words))
        self._tell_legend()

    def _tell_legend(self) -> None:
        view = next((view for view in self.views.values() if view is self._begun), None)
        if view is not None:
            self.legend.set_entries((*view.legend(), *self.regions.legend()))

    @Slot(object, object)
    def show_unit(self, view: NetworkView | None, cell: Cell | None) -> None:
        """Show a unit of the network in the place of the output, or with None the output again."""
        pointed = view is not None and cell is not None
        if view is not None and cell is not None:
            self.large.show_unit(view, cell)
            self._stack.setCurrentWidget(self.large)
        elif self._output is not None:
            self._stack.setCurrentWidget(self.views[type(self._output)].widget)
        self.legend.setVisible(not pointed)  # and the line below: both are about the output
        self.footer.setVisible(not pointed)

    def _ask(self) -> None:
        """Have the images in view answered anew while the network learns; what comes is drawn as everything new."""
        if self._training and monotonic() >= self._ask_from:
            self._ask_from = monotonic() + ASK_EVERY
            self.answersWanted.emit()

    def nothing_yet(self) -> str:
        return (self._history.no_picture if self._history is not None else "") or super().nothing_yet()

    def sample_text(self) -> Text | str:
        if self._output is None:
            return ""
        kinks = kinks_of(self._output) if isinstance(self._output, CurveOutput) else None
        return joined((self._output.sample, *([kinks_words(kinks)] if kinks is not None else [])), " · ")

    def summary(self) -> str:
        return said(self._output.in_words(self.shown_runs()[0].label)) if self._output is not None else ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._offer_parts()

    def _offer_parts(self) -> None:
        """In a narrow panel samples and matrix do not fit beside each other: let the user choose."""
        classes = self._classes
        self.part.setVisible(self._stack.currentWidget() is classes and classes.has_choice and not self.is_empty)

    def _fill(self) -> None:
        for view in self.views.values():
            self._stack.addWidget(view.widget)
        self._stack.addWidget(self.large)
        self.part.addItems([self.tr("samples"), self.tr("confusion matrix")])
        self.part.setAccessibleName(self.tr("What is shown of the classes"))
        self.part.currentIndexChanged.connect(self._classes.choose)
        self.part.hide()
        set_tip(self.regions_button, self.tr("Draw the lines at which the units of each layer bend"))
        self.regions_button.toggled.connect(self.refresh)
        self.regions_button.hide()
        set_tip(self.filled_button, self.tr("Shade every other region, by which units are on in it"))
        self.filled_button.toggled.connect(self.regions.set_filled)
        self.filled_button.hide()
        self.regions.changed.connect(self._tell_regions)
        self.note.hide()
        self.add_control(self.part)
        switches = QWidget()
        column(switches, self.regions_button, self.filled_button)
        self.add_control(switches)
        body = QWidget()
        column(body, self._stack, self.note)
        self.set_body(body)
