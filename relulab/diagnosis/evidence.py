"""What a rule may look at: the design, the data, the present moment of a run and the moments before it.

The training layer fills in moments from its records:

    evidence = Evidence.of(plan, dataset, probe_samples)
    for ...:
        evidence = evidence.then(Moment(step=..., loss=..., dead=...))
        findings = diagnosis.observe(evidence)

An evidence without a moment is a design that nobody has built yet; the rules that read only the design
work on it already.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial, wraps
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np

from relulab.catalog.activations import ACTIVATIONS, Activation
from relulab.data.dataset import Dataset, Description
from relulab.diagnosis.baselines import Baselines, baselines_of
from relulab.diagnosis.data_statistics import DataStatistics, measured_statistics, usual_statistics
from relulab.diagnosis.forecast import Forecast, forecast
from relulab.diagnosis.moment import Floats, Moment, measured_fields, unmeasured
from relulab.experiment import ExperimentSpec
from relulab.model.layout import Layout, MeasuredLayer
from relulab.model.plan import DesignPlan

Answer = TypeVar("Answer")


def once(question: "Callable[[Evidence], Answer]") -> "Callable[[Evidence], Answer]":
    """A question that several rules ask of the same moment is worked out for the first of them."""
    return _remembered(question, attrgetter("answers"))


def once_a_run(question: "Callable[[Evidence], Answer]") -> "Callable[[Evidence], Answer]":
    """A question to which design and data alone have the answer is worked out at the first moment of a run."""
    return _remembered(question, attrgetter("of_run"))


def _remembered(
    question: "Callable[[Evidence], Answer]", where: "Callable[[Evidence], dict[Hashable, Any]]"
) -> "Callable[[Evidence], Answer]":
    @wraps(question)
    def answer(evidence: "Evidence") -> Answer:
        answers = where(evidence)
        if question in answers:
            known: Answer = answers[question]
            return known
        found = answers[question] = question(evidence)
        return found

    return answer


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Everything that the rules judge by. ``history`` holds the moments before the present one, oldest first.

    ``peak_update`` (L,): the greatest update : weight ratio (log10) of any moment so far; empty before the first.
    ``best``: the moment with the lowest validation loss so far. ``compare`` gives the baselines,
    ``foresee`` the forecast. ``answers``: what was worked out of this moment already, by the question (see ``once``);
    ``of_run``: of design and data alone.
    """

    plan: DesignPlan
    facts: DataStatistics
    foresee: Callable[[], Forecast]
    probe_samples: int = 0
    moment: Moment | None = None
    history: tuple[Moment, ...] = ()
    peak_update: Floats = field(default_factory=unmeasured)
    best: Moment | None = None
    compare: Callable[[], Baselines | None] = lambda: None
    of_run: dict[Hashable, Any] = field(default_factory=dict)
    answers: dict[Hashable, Any] = field(default_factory=dict)

    @classmethod
    def design(cls, plan: DesignPlan, facts: DataStatistics | None = None) -> "Evidence":
        """A design before it is built, by default on data of the usual scale."""
        facts = facts or usual_statistics(plan.spec, plan.description)
        return cls(plan, facts, cache(partial(forecast, plan, facts)))

    @classmethod
    def of(cls, plan: DesignPlan, dataset: Dataset, probe_samples: int, beside: Sequence[Dataset] = ()) -> "Evidence":
        """A design with its data, before the first moment. ``probe_samples``: size of the probe set. ``beside``: data
        sets of others that will be compared with simple methods, too.
        """
        return replace(
            cls.design(plan, measured_statistics(plan.spec, dataset)),
            probe_samples=probe_samples,
            answers={},
            compare=partial(baselines_of, dataset, plan.spec.training.loss, beside),
        )

    @property
    def forecast(self) -> Forecast:
        """What is to be expected of the design on data of this scale."""
        return self.foresee()

    @property
    def baselines(self) -> Baselines | None:
        """What simple methods reach on these data; None where there are no data, or none to validate with."""
        return _baselines(self)

    @property
    def spec(self) -> ExperimentSpec:
        return self.plan.spec

    @property
    def description(self) -> Description:
        """The shape of the data."""
        return self.plan.description

    @property
    def layout(self) -> Layout:
        return self.plan.layout

    def then(self, moment: Moment) -> "Evidence":
        """The evidence one moment later."""
        better = self.best is None or moment.validation_loss < self.best.validation_loss
        return Evidence(  # ``replace`` takes longer than some rules
            plan=self.plan,
            facts=self.facts,
            foresee=self.foresee,
            probe_samples=self.probe_samples,
            moment=moment,
            history=self.moments,
            peak_update=_peak(self.peak_update, moment.update_ratio),
            best=moment if better and moment.has("validation_loss") else self.best,
            compare=self.compare,
            of_run=self.of_run,
        )

    @property
    def now(self) -> Moment:
        """The present moment, where there is known to be one."""
        assert self.moment is not None, "this evidence is a design without a run"
        return self.moment

    @property
    def measured(self) -> frozenset[str]:
        """The fields of the present moment that were measured."""
        return _measured(self)

    @property
    def first(self) -> Moment | None:
        """The oldest moment: step 0 of a run that was watched from its start."""
        return self.history[0] if self.history else self.moment

    @property
    def moments(self) -> tuple[Moment, ...]:
        """All moments that are kept, oldest first, the present one last."""
        return self.history if self.moment is None else (*self.history, self.moment)

    @property
    def hidden(self) -> tuple[int, ...]:
        """Positions of the hidden layers in the layout."""
        return self.layout.hidden

    @property
    def bent(self) -> tuple[int, ...]:
        """Positions of the hidden layers that have an activation; of all hidden layers in a linear stack."""
        return self.layout.bent

    @property
    def weighted(self) -> tuple[int, ...]:
        """Positions of the layers with a weight matrix or filters, the output layer last."""
        return self.layout.weighted

    def layer(self, position: int) -> MeasuredLayer:
        """The measured layer at a position of the layer arrays."""
        return self.layout.layers[position]

    def activation(self, position: int) -> Activation:
        """Catalogue entry of the activation of the layer at this position."""
        return ACTIVATIONS[self.layer(position).activation]


def _peak(before: Floats, now: Floats) -> Floats:
    if not before.size or not now.size:
        return now if now.size else before
    return np.fmax(before, now)


@once
def _measured(evidence: Evidence) -> frozenset[str]:
    return frozenset() if evidence.moment is None else measured_fields(evidence.moment)


@once
def _baselines(evidence: Evidence) -> Baselines | None:
    return evidence.compare()
