"""The panel of a comparison: two to six runs that are drawn together, side by side on equal axes."""

from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from relulab.session.history import RunHistory
from relulab.text import Text, joined, telling, text
from relulab.training.telemetry import EvaluationRecord, Picture, ProbeRecord
from relulab.views.compare import COMPARE_TITLE, CompareView
from relulab.views.parts import DROPOUT_OFF
from relulab.views.room import Leaves, leaving
from ui.features.compare.sheet import CompareSheet
from ui.live.base import STANDING, LivePanel
from ui.platform.translation import said
from ui.widgets.contents import nest
from ui.widgets.explained import all_explained, all_within
from ui.widgets.labels import Label, set_tip
from ui.widgets.palette import Palette

ASKED = joined(
    (
        joined((text("pictures: newest of each run"), DROPOUT_OFF), ", "),
        leaving(Leaves.USUAL, text("point at them to read")),
    ),
    "; ",
)
MORE = text("{runs:more run is|more runs are} not shown")


class ComparePanel(LivePanel):
    """``runsWanted``: the list of runs is to be shown, to choose from. ``stepWanted``: train these designs in step."""

    name = "compare"
    footer_explains = "not_drawn"
    drawn_from = (EvaluationRecord, ProbeRecord, *get_args(Picture))
    interval = STANDING
    figures = ("compare",)
    overlays = True
    runsWanted = Signal()
    stepWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        empty = self.tr(
            "Nothing to compare yet. Tick two to six runs in the list of runs, or choose a comparison from the menu "
            "File, Presets: they stand side by side here, on equal axes."
        )
        super().__init__(said(COMPARE_TITLE), empty, parent)
        self.headline, self.common = Label(wordWrap=True), Label(wordWrap=True)
        self.sheet = CompareSheet()
        self.choose = QPushButton(self.tr("Choose runs"))
        self.in_step = QPushButton(self.tr("Train in step"))
        all_explained("run", self.headline, self.common)
        all_within("output", self.sheet)
        self._arrange()
        self.set_theme(self.palette_now)

    def draw(self, history: RunHistory) -> bool:
        view = CompareView(self.shown_runs())
        self.in_step.setVisible(not view.is_empty and not self._training)
        if view.is_empty:
            return False
        self.headline.setText(said(view.headline))
        self.common.setText(said(view.common))
        self.sheet.show_view(view)
        return True

    def recolour(self, palette: Palette) -> None:
        self.sheet.set_theme(palette)

    def sample_text(self) -> Text | str:
        view = self.sheet.view
        if view is None:
            return ""
        left_out = [telling("not_drawn", MORE.filled(runs=view.left_out))] if view.left_out else []
        return joined([*left_out, ASKED], " · ")

    def summary(self) -> str:
        return self.sheet.words()

    def _arrange(self) -> None:
        self.headline.setObjectName("coach-title")  # letters that grow with all others
        self.common.setProperty("role", "muted")
        self.choose.clicked.connect(self.runsWanted)
        self.in_step.clicked.connect(self.stepWanted)
        set_tip(self.in_step, self.tr("Train these designs once more, each a step when the others have made it"))
        self.in_step.hide()
        set_tip(self.choose, self.tr("Show the list of runs, where runs are ticked to be compared"))
        self.legend.hide()
        self.add_control(self.choose)
        self.add_control(self.in_step)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.headline)
        words.addWidget(self.common)
        nest(self.header, words, 100, at=0)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(2, 2, 2, 0)
        layout.addWidget(self.sheet)
        self.set_body(body)
