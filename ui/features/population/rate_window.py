"""The learning-rate test in a window of its own: two strips, what they mean, and a rate to take over."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from relulab.population.standing import Standing, Told
from relulab.views.many.kept import rate_title, rate_words
from relulab.views.many.rate_test import RATE_TEST_TITLE, RateTest
from ui.features.population.many_window import ManyWindow, headline_font
from ui.features.population.rate_plot import RatePlot
from ui.platform.translation import said
from ui.widgets.contents import nest
from ui.widgets.explained import all_explained
from ui.widgets.labels import Label, set_tip
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.sizes import px


class RateWindow(ManyWindow):
    """``trainWanted`` asks for a test of the design as it is now, ``rateWanted`` carries the rate to take over."""

    trainWanted = Signal()
    rateWanted = Signal(float)

    def __init__(self, parent: QWidget, palette: Palette = LIGHT) -> None:
        super().__init__(parent, RATE_TEST_TITLE)
        self.test: RateTest | None = None
        self._background = palette.background
        self.headline, self.reasons, self.strip = Label(wordWrap=True), Label(wordWrap=True), Label(wordWrap=True)
        self.plot = RatePlot()
        self.use, self.again, self.stop = (
            QPushButton(),
            QPushButton(self.tr("&Test again")),
            QPushButton(self.tr("&Stop")),
        )
        all_explained("rate_test", self.headline, self.reasons, self.strip, self.plot, self.use)
        self._arrange()
        self._connect()
        self.set_theme(palette)
        self.show_busy(False)

    def begin(self, test: RateTest) -> None:
        """Show another test, of which nothing is known yet."""
        self.test = test
        self.problem.set_text("")
        self.strip.setText(self.tr("Point at the picture: its numbers stand here."))
        self.name_after(test.spec.name)
        self.refresh()

    def take(self, told: Told) -> None:
        if self.test is not None:
            self.test.take(told)
            if isinstance(told, Standing) and told.reason and not len(told.moments):
                self.problem.set_text(told.reason)

    @Slot()
    def refresh(self) -> None:
        test = self.test
        suggestion = test.suggestion if test is not None else None
        self.use.setVisible(suggestion is not None)
        self.offer_to_keep(possible=test is not None and test.is_complete)
        if test is None:
            return
        if suggestion is not None:
            self.use.setText(self.tr("&Use {rate}").format(rate=f"{suggestion:g}"))
        self.headline.setText(said(test.headline))
        self.reasons.setText(said(test.reasons))
        self.setAccessibleDescription(f"{self.headline.text()} {self.reasons.text()}".strip())
        self.plot.show_test(test)

    def show_busy(self, busy: bool) -> None:
        self.stop.setVisible(busy)
        self.again.setVisible(not busy)

    def set_theme(self, palette: Palette) -> None:
        self._background = palette.background
        self.plot.set_theme(palette)

    @Slot(float)
    def _say(self, rate: float) -> None:
        if self.test is not None and self.test.runs:
            self.strip.setText(said(self.test.at(rate)))

    @Slot()
    def _use(self) -> None:
        if self.test is not None and self.test.suggestion is not None:
            self.rateWanted.emit(self.test.suggestion)

    @Slot()
    def _keep(self) -> None:
        if self.test is not None:
            self.pin(rate_title(self.test), rate_words(self.test), [self.plot], self._background)

    def _connect(self) -> None:
        self.plot.pointed.connect(self._say)
        self.use.clicked.connect(self._use)
        self.again.clicked.connect(self.trainWanted)
        self.stop.clicked.connect(self.stopWanted)
        self.keep.clicked.connect(self._keep)

    def _arrange(self) -> None:
        self.headline.setFont(headline_font(self.headline.font()))
        self.reasons.setProperty("role", "muted")
        set_tip(self.use, self.tr("Set this learning rate in the design"))
        self.strip.setMinimumHeight(px(38))
        words = QVBoxLayout()
        words.addWidget(self.headline)
        words.addWidget(self.reasons)
        head = QHBoxLayout()
        nest(head, words, 1)
        for button in (self.use, self.keep, self.again, self.stop):
            button.setAutoDefault(False)
            head.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 10)
        nest(layout, head)
        layout.addWidget(self.problem)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.strip)
        self.fit()
