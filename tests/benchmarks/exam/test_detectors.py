"""Each condition of each rebuilt detector fires where it must, and stays silent just beside that."""

from collections.abc import Sequence
from typing import Any

import pytest

from benchmarks.exam.detector import Detector
from benchmarks.exam.detectors import DETECTORS
from tests.benchmarks.exam.cases import autotrainer, deepdiagnosis, deeplocalize, neuralint, sagemaker, umlaut
from tests.helpers.exam_courses import Case, HandMade, a_plan, healthy_layers

FILES = (autotrainer, deepdiagnosis, deeplocalize, neuralint, sagemaker, umlaut)
CASES = [case for file in FILES for case in file.CASES]


def held(tool: type[Detector], look: str, shown: Sequence[Any]) -> set[str]:
    """The conditions that held at some time."""
    detector = tool()
    for given in shown:
        for name in look.split("+"):
            getattr(detector, name)(given)
    return {key for key, answer in detector.answers.items() if answer.first is not None}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_condition_fires_where_it_must(case: Case) -> None:
    assert case.condition in held(case.tool, case.look, case.fires)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_condition_is_silent_beside_it(case: Case) -> None:
    assert case.condition not in held(case.tool, case.look, case.silent)


@pytest.mark.parametrize("tool", DETECTORS, ids=lambda tool: tool.name)
def test_every_condition_has_a_case(tool: type[Detector]) -> None:
    assert {case.condition for case in CASES if case.tool is tool} == set(tool.conditions)


@pytest.mark.parametrize("tool", DETECTORS, ids=lambda tool: tool.name)
def test_nothing_fires_on_a_healthy_course(tool: type[Detector]) -> None:
    detector = tool()
    detector.before(a_plan())
    for step in (10, 20, 30):
        course = HandMade(healthy_layers(step), step=step, epoch=step // 10, is_last=step == 30)
        detector.after_step(course)
        detector.after_epoch(course)
    assert not {key for key, answer in detector.answers.items() if answer.first is not None}


def test_an_answer_stands_while_it_holds_when_it_is_asked() -> None:
    detector = deepdiagnosis.CASES[0].tool()
    stands = []
    for step, holds in enumerate([False, True, False, True], 1):
        detector.ask("dead_node", holds, step)
        stands.append(detector.answers["dead_node"].stands)
    assert stands == [False, True, False, True]
    assert detector.answers["dead_node"].first == 2
    detector.ask("dead_node", True, 5)  # two layers at one step: one of them is enough
    detector.ask("dead_node", False, 5)
    assert detector.answers["dead_node"].stands
