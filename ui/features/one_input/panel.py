"""One input, step by step: chosen, drawn or typed at the left, its way through the network at the right.

The panel draws what a controller has had computed; what is to be computed it asks for by signals.
"""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from relulab.session.history import RunHistory
from relulab.training.checkpoint import Checkpoint
from relulab.training.one_input import OneInput, Question
from relulab.training.telemetry import ChangeRecord, StepRecord
from relulab.views.film import ONE_INPUT
from relulab.views.one_input.answer import answer_bars, answer_words
from relulab.views.one_input.one_map import TITLE
from ui.features.one_input.backward_page import BackwardPage
from ui.features.one_input.bars import AnswerBars
from ui.features.one_input.forward_page import ForwardPage
from ui.features.one_input.one_map_page import OneMapPage
from ui.features.one_input.slopes_page import SlopesPage
from ui.features.one_input.source import Source
from ui.features.one_input.why_page import WhyPage
from ui.live.base import MOVING, LivePanel
from ui.platform.translation import said
from ui.widgets.explained import all_within, explained
from ui.widgets.palette import Palette
from ui.widgets.sizes import px
from ui.widgets.wrapped import WrappedLabel

SOURCE_WIDTH = 204  # pixels


class OneInputPanel(LivePanel):
    """``asked``: the user chose another input or page; ``outdated``: the run went on since the last look."""

    name = "one_input"
    explains = "way"
    footer_explains = "moment"
    drawn_from = (StepRecord, ChangeRecord, Checkpoint)
    interval = MOVING
    glances = False
    films = (ONE_INPUT,)
    asked = Signal()
    outdated = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        words = self.tr("As soon as the network is built, one input can be followed through it here.")
        super().__init__(self.tr("One input"), words, parent)
        self.source = Source()
        self.answer, self.bars = WrappedLabel(), AnswerBars()
        self.forward, self.why, self.backward = ForwardPage(), WhyPage(), BackwardPage()
        self.slopes, self.one_map = SlopesPage(), OneMapPage()
        self.pages = QTabWidget()
        self.look: OneInput | None = None
        self._problem = ""
        explained(self.answer, "answer")
        explained(self.bars, "confidence")
        all_within("way", self.forward, self.why, self.backward, self.slopes, self.one_map)
        self._fill()
        self.set_theme(self.palette_now)

    @property
    def question(self) -> Question | None:
        """What is to be computed for what is seen; None before there is a network."""
        question = self.source.question
        if question is None:
            return None
        page = self.pages.currentWidget()
        return replace(question, with_slopes=page is self.slopes, with_one_map=page is self.one_map)

    def begin(self, history: RunHistory) -> None:
        self.source.begin(history.info)

    def start_over(self) -> None:
        self.look, self._problem = None, ""

    def draw(self, history: RunHistory) -> bool:
        self.outdated.emit()
        return not self._problem and self.look is not None

    def show_look(self, history: RunHistory, found: OneInput | str) -> None:
        """Draw what was computed, or say why nothing can be, unless another run is shown by now."""
        if history is not self._history:
            return
        self._problem = found if isinstance(found, str) else ""
        if not isinstance(found, str):
            self.look = found
            self.answer.setText(said(answer_words(history.info, found)))
            self.answer.setVisible(bool(self.answer.text()))
            self.bars.show_bars(answer_bars(history.info, found))
            self._draw_page()
        self._show_state()

    def nothing_yet(self) -> str:
        if self._problem:
            return self._problem
        return self.tr("Following the input …") if self._history is not None else super().nothing_yet()

    def recolour(self, palette: Palette) -> None:
        for part in (self.source, self.bars, self.forward, self.why, self.backward, self.slopes, self.one_map):
            part.set_theme(palette)

    def sample_text(self) -> str:
        if self.look is None:
            return ""
        return self.tr("in float64, dropout off, at step {step:,}").format(step=self.look.step)

    def summary(self) -> str:
        bars = ", ".join(f"{bar.name} {bar.value}" for bar in self.bars.bars)
        return f"{self.answer.text()} {bars}. {self.sample_text()}".strip()

    def _show_state(self) -> None:
        """The body or the words, and the line below."""
        shows = not self._problem and self.look is not None
        self.empty.setText(self._empty_words())
        self._pages.setCurrentIndex(int(shows))
        self.footer.say([self.sample_text()] if shows else ())
        self._describe(self.summary() if shows else self.empty.text())

    @Slot()
    def _draw_page(self) -> None:
        page, history = self.pages.currentWidget(), self._history
        if self.look is not None and history is not None:
            assert isinstance(page, ForwardPage | WhyPage | BackwardPage | SlopesPage | OneMapPage)
            page.show_look(history.info, self.look)

    @Slot()
    def _turn_page(self) -> None:
        """What is known is shown at once; slopes and the one map are computed only where they are seen."""
        page, known = self.pages.currentWidget(), self.look.question if self.look is not None else None
        if known is not None and (known.with_slopes or page is not self.slopes):
            self._draw_page()
        self.asked.emit()

    def _fill(self) -> None:
        for title, page in (
            (self.tr("Forward"), self.forward),
            (self.tr("Why"), self.why),
            (self.tr("Backward"), self.backward),
            (self.tr("Slopes"), self.slopes),
            (said(TITLE), self.one_map),
        ):
            self.pages.addTab(page, title)
        self.pages.setDocumentMode(True)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 4, 0)
        for part in (self.source, self.answer, self.bars):
            column.addWidget(part)
        column.addStretch()
        area = _scrolling(left, self.tr("The input, and the answer"))
        area.setFixedWidth(px(SOURCE_WIDTH))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(area)
        row.addWidget(_scrolling(self.pages, self.tr("Step by step")), 1)
        self.set_body(body)
        self.source.asked.connect(self.asked)
        self.pages.currentChanged.connect(self._turn_page)


def _scrolling(body: QWidget, name: str) -> QScrollArea:
    area = QScrollArea()
    area.setAccessibleName(name)
    area.setWidget(body)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    return area
