"""What the five live panels have in common: an empty state in words, a body, a line about the sample, help.

The window calls ``show_history`` some ten times a second while a panel is visible. A panel draws the present state
of that history and nothing else: it keeps no measurements of its own.
"""

from dataclasses import replace
from importlib.resources import files
from time import monotonic

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QContextMenuEvent, QKeySequence, QPixmap, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QTextBrowser, QToolButton, QVBoxLayout, QWidget

from relulab.report.figures.figure import FigureKind
from relulab.session.history import RunHistory
from relulab.text import Text
from relulab.views.film import FILMED, scene_names
from relulab.views.parts import ShownRun, age_words, glance_words, left_out_words
from relulab.views.room import written
from ui.live.footer import Footer, room_for_words
from ui.platform.translation import said
from ui.plots.legend import LINE, MANY_ROWS, Legend
from ui.plots.overlay import Overlay, OverlayCurves, overlay_legend
from ui.plots.plot_pair import LinkedPlots
from ui.plots.scales import nice_ceiling
from ui.plots.snapshot import snapshot
from ui.widgets.contents import nest
from ui.widgets.explained import Shown, all_explained, explained_at
from ui.widgets.fitting import fit
from ui.widgets.labels import Label, set_tip
from ui.widgets.layouts import column
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.picture_menu import PictureMenu, Wish
from ui.widgets.sizes import px, px_size, share

STANDING, MOVING = 0.4, 0.06  # seconds between two drawings of curves and tables, and of pictures: ten come a second
READABLE = 0.25  # seconds that the line below a network that trains stays as it is: its number of steps would flicker
DESCRIBE_EVERY = 1.0  # seconds between two descriptions for screen readers
OVERLAY_LEGEND_ROWS = 4  # of many runs the run list is the legend
MARGIN = 6  # pixels around the content
HELP_SIZE = QSize(460, 420)


class LivePanel(QWidget):
    """Base of the live panels.

    A subclass fills ``header`` with its toggles, gives its content to ``set_body`` and overrides those of
    ``start_over``, ``begin``, ``draw``, ``sample_text``, ``summary`` and ``recolour`` where it has something to say.
    ``name`` is the file of its help text in resources/help. ``figures`` are the keys in the catalogue of figures that
    show what the panel shows; ``exportWanted`` carries the panel and a ``Wish``. A panel that ``overlays`` draws the
    runs of its ``overlay`` together while there are any.
    """

    exportWanted = Signal(object, object)
    spoken_as = QAccessible.Role.Pane
    name = ""
    drawn_from: tuple[type, ...] = ()  # the kinds of records that are drawn, none for all
    interval = STANDING
    measured_by: type | None = None  # the kind of record that is drawn, where it can be old
    glances = True  # what is newer than the last record of that kind is drawn, too
    figures: tuple[str, ...] = ()
    films: tuple[str, ...] = ()  # what a film shows of it beside its figures
    overlays = False
    explains = "probe_set"  # the quantity that it shows: what its legend and its empty state are about
    footer_explains = "probe_set"  # what those words of the line below are about that do not name theirs

    def __init__(self, title: str, empty_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.palette_now: Palette = LIGHT
        self._themed: tuple[Palette, float] | None = None
        self.overlay: Overlay = ()
        self._training = self._ended = self._failed = self._building = False
        self._before_training = empty_text
        self._history: RunHistory | None = None
        self._described, self._read_until, self._left_out = -DESCRIBE_EVERY, 0.0, 0
        self.setAccessibleName(title)
        self._column = QVBoxLayout(self)
        self.header = QHBoxLayout()
        self.legend = Legend(line=LINE)
        self.footer = Footer(self.footer_explains)
        self.empty = Label(empty_text, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._pages = QStackedWidget()
        self.export_menu = PictureMenu(self)
        self._gap = QWidget()  # where the legend was, while it has a line of its own
        self._help_button = QToolButton(autoRaise=True)
        self.export_menu.aboutToShow.connect(self._allow_export)
        self.export_menu.wished.connect(self._want_export)
        self._assemble()

    def explained_entry(self, index: int) -> Shown | None:
        """What an entry of the legend stands for."""
        return Shown(self.explains)

    @property
    def help_text(self) -> str:
        """Markdown: what is seen, how to read it, what healthy looks like, over what it is measured."""
        return (files("resources") / "help" / f"{self.name}.md").read_text("utf-8")

    @property
    def is_empty(self) -> bool:
        """Whether the words of the empty state are shown instead of a drawing."""
        return self._pages.currentWidget() is self.empty

    def set_training(self, on: bool, ended: bool = False, failed: bool = False) -> None:
        """Whether a network is being trained: then nobody is asked to press Train; has ``ended``; did not start."""
        was_ended, self._ended, self._failed = self._ended, ended, failed
        if ended and not was_ended:
            self.refresh()  # axes end where it has ended
        if on != self._training:
            self._training = on
            if self.is_empty:
                self.empty.setText(self._empty_words())
            else:
                self._write_footer(True)

    def set_building(self, on: bool) -> None:
        """Whether the network is being built for which the panel was left empty."""
        self._building = on
        if self.is_empty:
            self.empty.setText(self._empty_words())

    def _empty_words(self) -> str:
        if self._building and self._history is None:
            return self.tr("Reading the data and building the network …")
        return self.tr("Nothing to show: this experiment did not start.") if self._failed else self.nothing_yet()

    def nothing_yet(self) -> str:
        """What is said while there is nothing to draw."""
        return self.tr("Measuring: the first numbers come in a moment.") if self._training else self._before_training

    def shown_runs(self) -> tuple[ShownRun, ...]:
        """The runs that are drawn, as figures name them."""
        if self._history is None:
            return ()
        if self.overlay:
            return tuple(shown for line in self.overlay for shown in line.shown_runs())
        return (ShownRun(self._history.title or self._history.info.spec.name, self._history),)

    def figure_kinds(self) -> tuple[FigureKind, ...]:
        """The figures that show what the panel shows. The first call imports matplotlib."""
        from relulab.report.figures.catalogue import FIGURES

        kinds = (FIGURES[key] for key in self.figures)
        return tuple(kind for kind in kinds if kind.several or not self.overlay)

    def picture(self) -> QPixmap:
        """What is on the screen: legend, drawing and the line about the sample, without controls."""
        body = self._pages.currentWidget()
        return snapshot([self.legend, *([body] if body else []), self.footer], self.palette_now.window)

    def show_history(self, history: RunHistory | None) -> None:
        """Draw the present state of ``history``; None, or one without measurements, shows the empty state."""
        other = history is not self._history
        if history is not None and other:
            self.start_over()
            self.begin(history)
        elif history is None and self._history is not None:
            self.start_over()
            self.legend.set_entries(())
        self._history = history
        drawn = self.draw_without_run() if history is None else self.draw(history)
        if not drawn:
            self.empty.setText(self._empty_words())
        changed = drawn == self.is_empty
        if changed:
            self._pages.setCurrentIndex(int(drawn))
        if changed or other or not (drawn and self._training) or monotonic() >= self._read_until:
            self._write_footer(drawn)
        if changed or not drawn or monotonic() - self._described >= DESCRIBE_EVERY:
            self._describe(self.summary() if drawn else self.empty.text())

    def show_overlay(self, overlay: Overlay, left_out: int = 0) -> None:
        """Draw these runs together from the next ``show_history`` on; none: the one run that is shown.

        ``left_out``: how many of the chosen runs cannot be compared with the one that is shown.
        """
        if not self.overlays:
            return
        self._left_out = left_out
        if overlay == self.overlay:
            return
        if bool(overlay) != bool(self.overlay):
            self.start_over()
            self._move_legend(beneath=bool(overlay))
        self.overlay = overlay
        self._limit_legend()
        if self._history is not None:
            self.begin(self._history)

    @Slot()
    def refresh(self) -> None:
        """Draw again, after a toggle."""
        self.show_history(self._history)

    @Slot()
    def begin_again(self) -> None:
        """Set up and draw again, after a choice or a new theme."""
        if self._history is not None:
            self.begin(self._history)
        self.refresh()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        if self._themed == (palette, share()):  # at the start most windows keep the colours that panels are made in
            return
        self.palette_now, self._themed = palette, (palette, share())
        muted = f"color: {palette.muted};"
        self.footer.setStyleSheet(muted)
        self.empty.setStyleSheet(muted)
        self.recolour(palette)
        self.begin_again()

    def start_over(self) -> None:
        """Forget what belongs to the run shown so far: a zoom, a range, a selection."""

    def axis_end(self, last: float) -> float:
        """Where an axis of steps ends: at the end of the run; while that grows it moves seldom, for that is dear."""
        return max(last, 1.0) if self._ended else nice_ceiling(max(last, 1.0))

    def begin(self, history: RunHistory) -> None:
        """Set up what stays the same during a run, in the present colours: names, lines, guides, legend."""

    def draw(self, history: RunHistory) -> bool:
        """Draw ``history``; False when it holds nothing for this panel yet."""
        return False

    def draw_without_run(self) -> bool:
        """Draw what can be shown before there is any run; False when that is nothing."""
        return False

    def recolour(self, palette: Palette) -> None:
        """Give the colours of ``palette`` to what the panel draws with."""

    def sample_text(self) -> Text | str:
        """Over what sample the panel measures, and how often."""
        return ""

    def summary(self) -> str:
        """What the panel shows at the moment, in words, for screen readers."""
        return written(self.sample_text(), said).words

    def spoken_value(self) -> str:
        """What a screen reader is told when it asks: of now, where the description is a second old, or a pause."""
        return self.empty.text() if self.is_empty else self.summary()

    def set_body(self, body: QWidget) -> None:
        """Show ``body`` whenever there is something to draw."""
        self._pages.addWidget(body)

    def add_control(self, control: QWidget) -> None:
        """Put a toggle or a choice into the header."""
        control.setMinimumHeight(px(LINE))
        self.header.insertWidget(self.header.count() - 3, control, 0, Qt.AlignmentFlag.AlignTop)

    def show_help(self) -> None:
        """Open the help text beside the work: the dialog blocks nothing, Escape closes it."""
        dialog = QDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("{panel}: how to read it").format(panel=self.title))
        text = QTextBrowser()
        text.setMarkdown(self.help_text)
        text.setAccessibleName(dialog.windowTitle())
        column(dialog, text)
        fit(dialog, px_size(HELP_SIZE))
        dialog.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._limit_legend()

    def _write_footer(self, drawn: bool) -> None:
        self._read_until = monotonic() + READABLE
        self.footer.say(self._footer_parts() if drawn else ())
        if self.footer.isHidden():
            set_tip(self._help_button, self.footer.text())

    def _footer_parts(self) -> list[Text | str]:
        parts = [self.sample_text()]
        if self._history is not None and not self.overlay:
            few = glance_words(self._history, self.measured_by) if self.glances else None
            parts = [*filter(None, (age_words(self._history, self.measured_by, glance=self.glances), few)), *parts]
        if self._left_out:
            parts.insert(0, left_out_words(self._left_out))
        return parts

    def _move_legend(self, *, beneath: bool) -> None:
        """Labels of runs are long: they get the whole width, beneath the controls."""
        self._gap.setVisible(beneath)
        place = self.header.indexOf(self._gap)
        if beneath:
            self.header.removeWidget(self.legend)
            self._column.insertWidget(1, self.legend)
        else:
            self._column.removeWidget(self.legend)
            self.header.insertWidget(place, self.legend, 1)

    def _limit_legend(self) -> None:
        rows, lines = room_for_words(self.height())
        self.legend.set_most_rows(min(rows, OVERLAY_LEGEND_ROWS if self.overlay else MANY_ROWS))
        self.footer.set_most_lines(lines)
        self.footer.setVisible(rows == MANY_ROWS or share() <= 1)  # large letters: it goes behind the question mark

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.export_menu.popup(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.refresh()

    def _assemble(self) -> None:
        self.header.addWidget(self.legend, 1)
        self.header.addWidget(self._gap, 1)
        self._gap.hide()
        self.header.addWidget(self._help_button, 0, Qt.AlignmentFlag.AlignTop)
        self.header.setSpacing(8)
        self._help_button.setObjectName("help")
        self._help_button.setText("?")
        set_tip(self._help_button, self.tr("How to read this panel (F1)"))
        self._help_button.setAccessibleName(self.tr("Help on {panel}").format(panel=self.title))
        self._help_button.clicked.connect(self.show_help)
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_F1), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.show_help)
        explained_at(self.legend, self._explained_in_legend)
        all_explained("probe_set", self.empty)
        self._pages.addWidget(self.empty)
        self._column.setContentsMargins(MARGIN, 2, MARGIN, 4)
        self._column.setSpacing(2)
        nest(self._column, self.header)
        self._column.addWidget(self._pages, 1)
        self._column.addWidget(self.footer)

    @Slot()
    def _allow_export(self) -> None:
        figures = bool(self.shown_runs()) and bool(self.figures)
        film = bool(self.shown_runs()) and bool({*scene_names(self.figures), *self.films} & FILMED.keys())
        self.export_menu.allow(picture=not self.is_empty, numbers=figures, film=film)

    @Slot(object)
    def _want_export(self, wish: Wish) -> None:
        self.exportWanted.emit(self, wish)

    def _explained_in_legend(self, at: QPoint | None) -> Shown | None:
        index = self.legend.entry_at(at)
        shown = None if index is None else self.explained_entry(index)
        return None if shown is None or index is None else replace(shown, area=self.legend.area_of(index))

    def _describe(self, text: str) -> None:
        self._described = monotonic()
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)


class CurvePanel(LivePanel):
    """A panel with curves over the steps: of the run that is shown, or of several that are drawn together.

    A subclass gives ``set_plots`` its plots, and for each what it compares of several runs; it overrides ``draw_run``.
    """

    overlays = True

    def set_plots(self, plots: LinkedPlots, *compared: OverlayCurves) -> None:
        """Draw into these plots."""
        self._plots, self._compared, self._last_step = plots, compared, 0

    def set_training(self, on: bool, ended: bool = False, failed: bool = False) -> None:
        self._plots.in_turns = on
        super().set_training(on, ended, failed)

    def begin(self, history: RunHistory) -> None:
        for curves in self._compared:
            curves.begin(self.overlay, self.palette_now)
        self.legend.set_entries(overlay_legend(self.overlay, self.palette_now))

    def draw(self, history: RunHistory) -> bool:
        if not self.overlay:
            return self.draw_run(history)
        last = [curves.put() for curves in self._compared]
        if np.isnan(last).all():
            return False
        self._last_step = int(np.nanmax(last))
        self._plots.redraw(self.axis_end(self._last_step))
        return True

    def draw_run(self, history: RunHistory) -> bool:
        """Draw ``history`` alone; False when it holds nothing for this panel yet."""
        return False

    def start_over(self) -> None:
        self._plots.start_over()

    def recolour(self, palette: Palette) -> None:
        self._plots.set_theme(palette)

    def summary(self) -> str:
        return self._plots.reading.read(self._last_step).text
