"""What is wrong with a run, the evidence, the reason, and cures that can be tried with one click.

The panel judges nothing itself: the findings come with the history, those about a design that has not been
built are given to it, and trials are asked for by signals.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from relulab.diagnosis.causes import in_order
from relulab.diagnosis.cure import Cure
from relulab.diagnosis.findings import Finding
from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.formatting import signed
from relulab.session.history import RunHistory
from relulab.text import Text, joined, text
from relulab.training.requests import SEVERAL_SEEDS, SHORT_SECONDS, TrialStatus
from relulab.training.telemetry import FindingsRecord
from relulab.views.colours import ink_on
from relulab.views.findings import SEVERITIES, count_text, lasted
from relulab.views.many.ready import ReadyTable, table_for
from relulab.views.parts import colour_of
from relulab.views.room import Leaves, leaving
from ui.features.findings.card import FindingCard
from ui.features.findings.cards import CardColumn, Key
from ui.features.findings.cure_button import ShownCure
from ui.features.findings.trial_box import TrialBox
from ui.live.base import LivePanel
from ui.platform.translation import ENGINE, said, translate
from ui.plots.legend import LegendEntry, Sample
from ui.widgets.combo import Combo, Item
from ui.widgets.explained import explained
from ui.widgets.focus import tab_through
from ui.widgets.labels import set_tip
from ui.widgets.palette import Palette
from ui.widgets.section import Section
from ui.widgets.wrapped import WrappedLabel

AUTOMATIC = 0  # as many seeds as take no time
SEEDS = (AUTOMATIC, 1, 3, 5)
MARGIN = 4  # pixels between the cards and the scroll bar
SPANS_AT_MOST = 3  # of one finding that came and went, the newest
APPEARS = leaving(Leaves.USUAL, text("a finding appears when it holds at several planned steps in a row"))


class FindingsPanel(LivePanel):
    """Findings of the run, causes first, and of a design that differs from it.

    ``trialRequested`` carries a ``Cure``, the number of seeds (``AUTOMATIC``: the trial decides) and the spec of the
    run that the cure was offered for, which may not be the newest any more;
    ``trialCancelled`` ends a trial; ``designChosen`` carries the changed spec of a trial that somebody wants to go on
    with; ``fixRequested`` the key of a finding about the design, and the cure that the design is to get;
    ``tableRequested`` the spec of the run and the table that tries the cures of a finding on many starts of it.
    """

    name = "findings"
    explains = footer_explains = "finding"
    drawn_from = (FindingsRecord,)
    measured_by = FindingsRecord
    trialRequested = Signal(object, int, object)
    trialCancelled = Signal()
    designChosen = Signal(object)
    fixRequested = Signal(object, object)
    tableRequested = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Findings"), "", parent)
        self.seeds = Combo()
        self.of_run = CardColumn(self.tr("Try"))
        self.of_design = CardColumn(self.tr("Change"))
        self.trial = TrialBox()
        self.design_section = Section(self.tr("Your changed design"))
        self.earlier_section = Section(self.tr("Earlier"))
        self.earlier = WrappedLabel()
        explained(self.earlier, "finding")
        self.area = QScrollArea()
        self._content = QVBoxLayout()
        self._record: FindingsRecord | None = None
        self._spec = self._trial_spec = ExperimentSpec()
        self._host: FindingCard | None = None
        self._known_cures: dict[Key, tuple[tuple[Cure, ...], ExperimentSpec, tuple[ShownCure, ...]]] = {}
        self._design: tuple[ExperimentSpec, tuple[Finding, ...]] | None = None
        self._fill()
        self.set_theme(self.palette_now)

    def show_design(self, spec: ExperimentSpec | None, findings: Sequence[Finding] = ()) -> None:
        """What is wrong with a design that differs from the run; None where there is no such design."""
        wrong = [finding for finding in in_order(findings) if finding.severity.is_illness]
        self._design = None if spec is None else (spec, tuple(wrong))
        self._show_design()
        self.refresh()

    def show_trial(self, status: TrialStatus | None) -> None:
        """How far the trial is, or what came of it; None puts it away."""
        if status is None:
            self._close_trial()
        elif self.trial.offer is not None and status != self.trial.status:
            self.trial.show_status(status)
            if status.done:
                QTimer.singleShot(0, self, self._reveal_trial)

    def start_over(self) -> None:
        self._record = None
        self._close_trial()
        self.of_run.show_findings((), lambda finding: (), self.palette_now)
        self.legend.set_entries(())
        self.earlier_section.hide()

    def begin(self, history: RunHistory) -> None:
        self._spec = history.info.spec

    def draw(self, history: RunHistory) -> bool:
        record = history.findings
        if record is not None and record is not self._record:
            self._record = record
            self._show_run(record)
        said = record is not None and bool(record.current or record.ended)
        return self.draw_without_run() or said or self.trial.offer is not None

    def draw_without_run(self) -> bool:
        return self._design is not None and bool(self._design[1])

    def recolour(self, palette: Palette) -> None:
        self._record = None
        self.trial.set_theme(palette)
        self._show_design()

    def sample_text(self) -> Text:
        if self._record is None:
            return text("Said of the design alone, before any training")
        return joined((text("Judged at step {step:,}", step=self._record.step), APPEARS), "; ")

    def summary(self) -> str:
        findings = in_order(self._record.current) if self._record is not None else ()
        return "; ".join(_name(finding) for finding in findings)

    def _show_run(self, record: FindingsRecord) -> None:
        findings = in_order(record.current)
        self.of_run.show_findings(findings, lambda finding: self._offers(finding, self._spec), self.palette_now)
        self.of_run.offer_tables(table_for)
        tab_through(self.area)
        if self._host is not None and self._host not in self.of_run.cards:
            self._place_trial(None)  # its finding has ended; the trial has not
        self.legend.set_entries(self._counts(findings))
        self.earlier_section.setVisible(bool(record.ended))
        self.earlier.setText("\n".join(_ended_lines(record.ended)))

    def nothing_yet(self) -> str:
        """Why there is no finding."""
        if self._training and (self._record is None or self._record.step == 0):
            return self.tr("Nothing to say yet: the network has just begun to learn.")
        if self._record is None or self._record.step == 0:
            return self.tr("Nothing to say yet. Press Train: what goes wrong, and what goes well, is said here.")
        text = self.tr(
            "No finding at step {step:,}: nothing is wrong enough to be named, and the loss is not yet low enough to "
            "call the network healthy."
        )
        return text.format(step=self._record.step)

    def _show_design(self) -> None:
        spec, findings = self._design if self._design is not None else (self._spec, ())
        self.of_design.show_findings(findings, lambda finding: self._offers(finding, spec), self.palette_now)
        self.design_section.setVisible(bool(findings))

    def _counts(self, findings: Sequence[Finding]) -> tuple[LegendEntry, ...]:
        """How many causes of each severity there are, worst first."""
        counts = Counter(finding.severity for finding in findings if not finding.because)
        entries = []
        for severity, style in SEVERITIES.items():
            if counts[severity]:
                name = said(count_text(severity, counts[severity]))
                colour = colour_of(style.role, self.palette_now)
                entries.append(LegendEntry(name, (colour,), Sample.CELL, symbol=style.symbol, ink=ink_on(colour)))
        return tuple(entries)

    def _offers(self, finding: Finding, spec: ExperimentSpec) -> tuple[ShownCure, ...]:
        """The cures in words; worked out again only where the cures are others than before."""
        known = self._known_cures.get(finding.key)
        if known is None or known[0] is not finding.cures or known[1] is not spec:
            offers = []
            for cure in finding.cures:
                with suppress(SpecError):  # it was meant for another design
                    changes = tuple(signed(str(one)) for one in cure.differences(spec))
                    offers.append(ShownCure(cure, said(cure.title), changes))
            known = self._known_cures[finding.key] = (finding.cures, spec, tuple(offers))
        return known[2]

    @Slot(object, object)
    def _try(self, offer: ShownCure, card: FindingCard) -> None:
        self._trial_spec = self._spec
        seeds = int(self.seeds.value())
        self.trial.begin(offer, seeds)
        self._place_trial(card)
        self.trial.show()
        QTimer.singleShot(0, self, self._reveal_trial)  # when it has its place
        self.trialRequested.emit(offer.cure, seeds, self._spec)

    @Slot(object)
    def _ask_table(self, table: ReadyTable) -> None:
        self.tableRequested.emit(self._spec, table)

    @Slot()
    def _use_trial(self) -> None:
        if self.trial.offer is not None:
            self.designChosen.emit(self.trial.offer.cure.apply(self._trial_spec))

    @Slot(object, object)
    def _fix_design(self, offer: ShownCure, card: FindingCard) -> None:
        if card.finding is not None:
            self.fixRequested.emit(card.finding.key, offer.cure)

    @Slot()
    def _cancel_trial(self) -> None:
        self._close_trial()
        self.trialCancelled.emit()

    @Slot()
    def _close_trial(self) -> None:
        self.trial.offer = None
        self.trial.hide()
        self._place_trial(None)

    def _place_trial(self, card: FindingCard | None) -> None:
        """Into the card that it was started from, or above all cards."""
        self._host = card
        if card is not None:
            card.host(self.trial)
        else:
            self._content.insertWidget(0, self.trial)

    @Slot()
    def _reveal_trial(self) -> None:
        if self.trial.isVisible():
            self.area.ensureWidgetVisible(self.trial)

    def _seeds_in_words(self, count: int) -> str:
        if count == AUTOMATIC:
            return self.tr("seeds: auto")
        return self.tr("1 seed") if count == 1 else self.tr("{count} seeds").format(count=count)

    def _fill(self) -> None:
        self.seeds.set_items(Item(str(count), self._seeds_in_words(count)) for count in SEEDS)
        self.seeds.setValue(str(SEEDS[0]))
        self.seeds.setAccessibleName(self.tr("Seeds of a trial"))
        set_tip(
            self.seeds,
            self.tr(
                "How often a trial is repeated, each time with other weights and batches; auto: {several} times "
                "where a run takes less than {seconds:.0f} s, else once"
            ).format(several=SEVERAL_SEEDS, seconds=SHORT_SECONDS),
        )
        self.add_control(self.seeds)
        self.of_run.wanted.connect(self._try)
        self.of_run.tableWanted.connect(self._ask_table)
        self.of_design.wanted.connect(self._fix_design)
        self.trial.cancelled.connect(self._cancel_trial)
        self.trial.chosen.connect(self._use_trial)
        self.trial.closed.connect(self._close_trial)
        self.trial.hide()
        self.design_section.body.addWidget(self.of_design)
        self.earlier_section.body.addWidget(self.earlier)
        self.earlier_section.setExpanded(False)
        self.earlier_section.hide()
        self.earlier.setProperty("role", "muted")
        content = QWidget()
        content.setLayout(self._content)
        self._content.setContentsMargins(0, 0, MARGIN, 0)
        for part in (self.trial, self.design_section, self.of_run, self.earlier_section):
            self._content.addWidget(part)
        self._content.addStretch()
        self.area.setWidget(content)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_body(self.area)


def _ended_lines(ended: Sequence[Finding]) -> list[str]:
    """``Dead layer, 3 Dense: step 120 to 340, step 500 to 620``, what ended last on top."""
    times: dict[str, list[str]] = {}
    for finding in reversed(ended):
        times.setdefault(_name(finding), []).append(said(lasted(finding)))
    return [f"{name}: {', '.join(reversed(spans[:SPANS_AT_MOST]))}" for name, spans in times.items()]


def _name(finding: Finding) -> str:
    """``Dead layer, 3 Dense``."""
    return ", ".join(part for part in (translate(ENGINE, finding.title), finding.layer_title) if part)
