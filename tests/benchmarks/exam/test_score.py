"""How the exam is scored: what counts as seen, as the cause and as first, and how seeds become experiments."""

from dataclasses import replace

import pytest

from benchmarks.exam.experiments import Experiment
from benchmarks.exam.score import OURS, Judge, Mark, Rating, Share, mark, rebuilt, summarize
from benchmarks.exam.sitting import Found, Sitting
from relulab.experiment import ExperimentSpec

SPEC = ExperimentSpec.parse({})
ILL = Experiment("ill", SPEC, "dead nodes", True, frozenset({"dead_layer"}), frozenset({"dead_nodes"}))
TWIN = Experiment("ill-twin", SPEC, ill="ill")
RUN = Sitting("ill", 0, 0.5, None, (), (), {})


def found(*findings: str) -> Sitting:
    """A run with these warnings; ``rule:severity`` says another severity."""
    pairs = [(*finding.split(":"), "warning")[:2] for finding in findings]
    return replace(RUN, findings=tuple(Found(rule, severity) for rule, severity in pairs))


def judge(name: str, at_end: bool = False) -> Judge:
    return next(judge for judge in rebuilt(at_end) if judge.name == name)


@pytest.mark.parametrize(
    ("findings", "rating"),
    [
        ((), Rating(False, False, False)),
        (("dead_layer:info", "healthy:healthy"), Rating(False, False, False)),
        (("dead_layer",), Rating(True, True, True)),
        (("dead_layer:error",), Rating(True, True, True)),
        (("plateau", "dead_layer"), Rating(True, True, False)),
        (("non_finite:error", "dead_layer"), Rating(True, True, True)),
        (("non_finite:error",), Rating(True, False, False)),
        (("plateau:info", "dead_layer"), Rating(True, True, True)),
        (("plateau",), Rating(True, False, False)),
    ],
)
def test_our_findings_are_rated(findings: tuple[str, ...], rating: Rating) -> None:
    assert OURS.rate(ILL, found(*findings)) == rating


def test_findings_that_ended_are_no_hits() -> None:
    assert OURS.rate(ILL, replace(RUN, ended=("dead_layer",))) == Rating(False, False, False)


@pytest.mark.parametrize(
    ("said", "rating", "at_end"),
    [
        ({}, Rating(False, False, False), Rating(False, False, False)),
        ({"dying_relu": (10, True)}, Rating(True, True, True), Rating(True, True, True)),
        ({"dying_relu": (10, False)}, Rating(True, True, True), Rating(False, False, False)),
        (
            {"dying_relu": (10, True), "slow_convergence": (5, False)},
            Rating(True, True, False),
            Rating(True, True, True),
        ),
        ({"slow_convergence": (5, True)}, Rating(True, False, False), Rating(True, False, False)),
    ],
)
def test_alarms_of_other_tools_are_rated(said: dict[str, tuple[int, bool]], rating: Rating, at_end: Rating) -> None:
    run = replace(RUN, alarms={"AUTOTRAINER": said})
    assert judge("AUTOTRAINER").rate(ILL, run) == rating
    assert judge("AUTOTRAINER", at_end=True).rate(ILL, run) == at_end


def test_a_row_looks_at_its_own_conditions_only() -> None:
    run = replace(RUN, alarms={"DeepDiagnosis": {"zero_gradient": (1, True)}})
    assert judge("DeepDiagnosis").rate(ILL, run) == Rating(True, False, False)
    assert judge("DeepDiagnosis, zero gradients left out").rate(ILL, run) == Rating(False, False, False)


def test_a_tool_is_not_scored_on_what_it_cannot_judge() -> None:
    runs = [replace(RUN, alarms={})] * 3
    assert judge("AUTOTRAINER").rate(ILL, RUN) is None
    assert mark(judge("AUTOTRAINER"), ILL, runs) is None
    assert summarize(judge("AUTOTRAINER"), [ILL], runs).detected.total == 0


@pytest.mark.parametrize(("hits", "counts"), [(0, False), (1, False), (2, True), (3, True)])
def test_an_experiment_counts_by_the_majority_of_its_seeds(hits: int, counts: bool) -> None:
    runs = [found("dead_layer")] * hits + [RUN] * (3 - hits)
    twins = [replace(run, experiment="ill-twin") for run in runs]
    assert mark(OURS, ILL, runs) == Mark(3, hits, hits, hits)
    summary = summarize(OURS, [ILL, TWIN], [*runs, *twins])
    assert [s.count for s in (summary.detected, summary.right, summary.first, summary.alarms)] == [int(counts)] * 4
    assert [s.total for s in (summary.detected, summary.right, summary.first, summary.alarms)] == [1] * 4
    assert summary.precision == Share(int(counts), 2 * counts)


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(24, 28, 0.69, 0.94), (20, 28, 0.53, 0.85), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (81, 263, 0.255, 0.366)],
)
def test_intervals_are_wilsons(count: int, total: int, low: float, high: float) -> None:
    """The last: Newcombe 1998, table I, whose interval without correction is .2553 to .3662."""
    assert Share(count, total).interval == pytest.approx((low, high), abs=0.005)
