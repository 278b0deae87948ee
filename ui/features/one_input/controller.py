"""One input between the window and the engine: what the panel asks is computed in a thread of its own, on a copy of
the weights of the moment that is shown.

A wish of the user is computed at once; what a run that trains makes new is looked at as seldom as it costs.
"""

from __future__ import annotations

from time import thread_time
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QDockWidget

from relulab.data.dataset import Progress
from relulab.errors import ReluLabError, SessionError
from relulab.experiment import ExperimentSpec
from relulab.session.history import RunHistory
from relulab.session.looking_back import weights_at
from relulab.session.store import SessionStore
from relulab.training.kept_weights import MomentWeights
from relulab.training.one_input import OneInput, Question
from relulab.training.state import State
from relulab.views.one_input.one_map import replaced_words
from ui.features.one_input import OneInputPanel
from ui.features.training.controller import RunController
from ui.live.output import OutputPanel
from ui.live.polling import Polling
from ui.platform.jobs import Job
from ui.platform.translation import said, translate
from ui.shell.commands import Controller
from ui.widgets.banner import SUCCESS, Banner

if TYPE_CHECKING:
    from relulab.introspection.one_map import OneMap
    from relulab.training.one_input_reader import OneInputReader

PATIENCE = 10.0  # seconds for a copy of the weights: the trainer may be measuring a large network
SHARE = 0.02  # of a processor while a run trains
LONGEST_REST = 5.0  # seconds


class OneInputController(Controller):
    """Wires a ``OneInputPanel`` in ``dock`` to what is shown, to a trainer, and to clicks into the ``output``."""

    def __init__(
        self, panel: OneInputPanel, polling: Polling, store: SessionStore, output: OutputPanel, dock: QDockWidget,
        run_controller: RunController, banner: Banner,
    ) -> None:  # fmt: skip
        super().__init__(polling)
        self._panel = panel
        self._shown = polling.shown
        self._store = store
        self._dock = dock
        self._run_controller = run_controller
        self._banner = banner
        self._job: Job | None = None
        self._again = False
        self._cell: tuple[int, int] | None = None  # of the confusion matrix, of which a sample is wanted
        self._reader: tuple[RunHistory, OneInputReader] | None = None  # touched by one job at a time
        self._cost = 0.0
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._look)
        panel.asked.connect(self._look)
        panel.outdated.connect(self._look_later)
        panel.one_map.replaceWanted.connect(self._replace)
        output.sampleChosen.connect(self._choose_sample)
        output.pointChosen.connect(self._choose_point)
        output.cellChosen.connect(self._choose_cell)

    def close(self) -> None:
        super().close()
        self._rest.stop()
        if self._job is not None:
            self._job.close()
            self._job = None

    @Slot(object, object)
    def _replace(self, design: ExperimentSpec, one: OneMap) -> None:
        """Show and build the design that is one layer."""
        self._run_controller.load(design)
        self._banner.show_message(SUCCESS, said(replaced_words(one)))

    @Slot(int)
    def _choose_sample(self, index: int) -> None:
        """An image was clicked: bring the panel to the front with it."""
        self._bring_to_front()
        self._panel.source.choose(index)

    @Slot(object)
    def _choose_cell(self, cell: tuple[int, int] | None) -> None:
        """A cell of the confusion matrix was clicked: follow the first of its samples, where there is one."""
        if cell is not None:
            self._cell = cell
            self._bring_to_front()
            self._look()

    def _bring_to_front(self) -> None:
        self._dock.show()
        self._dock.raise_()

    @Slot(object)
    def _choose_point(self, point: tuple[float, float] | None) -> None:
        """A point of the plane was clicked, which has other uses, too: it is followed where that is seen."""
        if point is not None and not self._panel.visibleRegion().isEmpty():
            self._panel.source.choose_point(np.array(point, np.float32))

    @Slot()
    def _look_later(self) -> None:
        """The run went on: look again when the last look has cost little enough for the time since."""
        if self._job is None and not self._rest.isActive():
            trains = self._trainer is not None and self._trainer.status.state is State.RUNNING
            rest = min(self._cost / SHARE, LONGEST_REST) if trains and self._panel.look is not None else 0.0
            self._rest.start(round(1000 * rest))

    @Slot()
    def _look(self) -> None:
        """At once; a look that is under way is followed by another."""
        self._rest.stop()
        shown, question = self._shown, self._panel.question
        history, run, step = shown.history, shown.run, shown.step
        if history is None or run is None or question is None or self._trainer is None:
            return
        if [one.history for one in self._panel.shown_runs()] != [history]:
            return  # the chosen input is one of the run before yet; drawn, the panel asks again
        if self._job is not None:
            self._again = True
            return
        self._again = False
        found: list[OneInput | int] = []
        cell, self._cell = self._cell, None

        def work(_progress: Progress) -> None:
            began = thread_time()
            found.append(self._computed(run, step, question, cell))
            self._cost = thread_time() - began

        self._job = Job.begin(
            work, self, lambda: self._end(history, found[0]), lambda error: self._end(history, _in_words(error))
        )

    def _computed(
        self, run: RunHistory, step: int | None, question: Question, cell: tuple[int, int] | None
    ) -> OneInput | int:
        """In the thread of the job, with the weights of ``run`` after ``step`` steps, or with None as it is now.

        A look, or of a ``cell`` the number of a sample in it.
        """
        import torch

        from relulab.training.one_input_reader import OneInputReader

        torch.set_num_threads(1)  # of this thread: the others are the run's
        weights = self._weights(run, step)
        if self._reader is None or self._reader[0] is not run:
            self._reader = run, OneInputReader(run.info)
        self._reader[1].take(weights)
        sample = None if cell is None else self._reader[1].first_taken_for(*cell)
        return self._reader[1].look(question) if sample is None else sample

    def _weights(self, run: RunHistory, step: int | None) -> MomentWeights:
        """Of the run that the trainer works on a copy, else those of a checkpoint."""
        trainer, weights = self._trainer, None
        if step is None and trainer is not None and run is self._store.trained:
            weights = trainer.weights(PATIENCE)
        else:
            weights = weights_at(run, step)
        if weights is None:
            raise SessionError(translate("OneInput", "The weights of this moment were not kept."))
        return weights

    def _end(self, history: RunHistory, found: OneInput | int | str) -> None:
        """Show what was found, or why nothing could be; then what was asked for meanwhile."""
        self._job = None
        if isinstance(found, int):
            self._panel.source.choose(found)
        else:
            self._panel.show_look(history, found)
        if self._again or history is not self._shown.history:  # of another run than the one that is shown by now
            self._look()


def _in_words(error: Exception) -> str:
    return str(error) if isinstance(error, ReluLabError) else translate("OneInput", "This input cannot be followed.")
