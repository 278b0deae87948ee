"""Findings and trials between the panels and the engine: what is tried, how far it is, what is taken over.

A trial belongs to the run that it was started from: another run puts it away.
"""

from PySide6.QtCore import QTimer, Slot

from relulab.diagnosis.cure import Cure
from relulab.diagnosis.diagnose import design_findings
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding
from relulab.errors import DataError, SpecError
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan
from relulab.session.history import RunHistory
from relulab.session.store import SessionStore
from relulab.training.requests import TrialRequest, TrialStatus
from ui.features.findings import FindingsPanel
from ui.features.findings.cards import Key
from ui.features.training.controller import RunController
from ui.live.polling import Polling
from ui.platform.translation import said
from ui.shell.commands import Controller

POLL_MS = 100
SETTLE_MS = 200  # after the last edit of the design


class FindingsController(Controller):
    """Wires a ``FindingsPanel`` to a trainer and to the design."""

    def __init__(
        self, panel: FindingsPanel, store: SessionStore, polling: Polling, run_controller: RunController
    ) -> None:
        super().__init__(polling)
        self._store = store
        self._shown = polling.shown
        self._panel = panel
        self._run_controller = run_controller
        self._closed = False
        self._before: TrialStatus | None = None  # the trial before: its status stays until the worker takes the next
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._look)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._judge_design)
        polling.runChanged.connect(self._show_run)
        polling.shown.changed.connect(self._show_run)
        run_controller.availabilityChanged.connect(self._judge_soon)
        panel.trialRequested.connect(self._start)
        panel.trialCancelled.connect(self._cancel)
        panel.designChosen.connect(run_controller.load)
        panel.fixRequested.connect(self._fix_design)

    def close(self) -> None:
        super().close()
        self._closed = True
        self._poll.stop()
        self._settle.stop()

    @Slot()
    @Slot(object)
    def _show_run(self, _run: RunHistory | None = None) -> None:
        """Another run has begun, or another one is shown."""
        if self._poll.isActive():
            self._cancel()
        self._panel.show_trial(None)

    @Slot(object, int, object)
    def _start(self, cure: Cure, seeds: int, spec: ExperimentSpec) -> None:
        run = self._shown.run
        if run is None or self._trainer is None or run.info.spec != spec:  # another run takes its place in the panel
            self._panel.show_trial(None)
            return
        title = said(cure.title)
        self._before = self._trainer.trial_status
        self._trainer.start_trial(TrialRequest(title, spec, cure.apply(spec), seeds or None), run.trial(title))
        self._poll.start()

    @Slot()
    def _cancel(self) -> None:
        self._poll.stop()
        if self._trainer is not None:
            self._trainer.cancel_trial()

    @Slot()
    def _look(self) -> None:
        status = self._trainer.trial_status if self._trainer is not None else None
        if status is None or status is self._before:
            return
        self._panel.show_trial(status)
        if status.done:
            self._poll.stop()

    @Slot()
    def _judge_soon(self) -> None:
        if not self._closed:
            self._settle.start()

    @Slot(object, object)
    def _fix_design(self, key: Key, cure: Cure) -> None:
        """Change the design as it is now. Where an edit has made the card an old one, only the card changes."""
        findings, design = self._judge_design(), self._run_controller.design
        offered = [offer.changes for finding in findings if finding.key == key for offer in finding.cures]
        if design is not None and cure.changes in offered:
            self._run_controller.change_design(cure.apply(design))

    @Slot()
    def _judge_design(self) -> tuple[Finding, ...]:
        """Say what can be said of a design that is not that of the run."""
        self._settle.stop()
        spec = self._run_controller.design
        if spec is None or not (self._run_controller.changed or self._store.current is None):
            self._panel.show_design(None)
            return ()
        try:
            findings = tuple(design_findings(Evidence.design(DesignPlan.of(spec))))
        except (SpecError, DataError):  # the design panel says why
            self._panel.show_design(None)
            return ()
        self._panel.show_design(spec, findings)
        return findings
