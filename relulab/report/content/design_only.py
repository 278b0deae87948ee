"""A design that was never trained, in the shape of a run, so that it can be drawn like one."""

import numpy as np

from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset, Description, Split
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan
from relulab.session.history import RunHistory
from relulab.training.telemetry import RunStarted
from relulab.views.parts import ShownRun


def untrained_run(spec: ExperimentSpec) -> ShownRun:
    """The design without samples and measurements. Raises SpecError, and DataError where its data cannot be read."""
    plan = DesignPlan.of(spec)
    nothing = _nothing(plan.description)
    dataset = Dataset(plan.description, nothing, nothing, nothing)
    started = RunStarted(spec, plan.layout, dataset, probe_samples=0, validation_samples=0, device=spec.training.device)
    return ShownRun(spec.name, RunHistory(started))


def _nothing(description: Description) -> Split:
    inputs = np.zeros((0, *description.input_shape), np.float32)
    if description.task is Task.CLASSIFICATION:
        return Split(inputs, np.zeros(0, np.int64))
    return Split(inputs, np.zeros((0, description.outputs), np.float32))
