"""Nothing is raised out of undo and redo, whatever is typed, and a design without a forecast can be trained.

FAULTS R1: two designs whose weights began at 1e300 ended the window at the next edit.
"""

import sys

import pytest
from PySide6.QtCore import Qt

from relulab.experiment import ExperimentSpec
from tests.helpers.design_helpers import open_panel, type_number
from tests.helpers.designs import dense, experiment
from ui.features.design import review as reviewing
from ui.features.design.review import review
from ui.widgets.number_field import NumberField

ACTIVATIONS = ("relu", "tanh", "gelu", "softplus", "selu", "softmax", "identity")


def exploding(size: float, units: int = 4, depth: int = 8, activation: str = "relu") -> ExperimentSpec:
    weights = {"name": "constant", "parameters": {"value": size}}
    return experiment(*[dense(units, activation, initialization=weights)] * depth)


def field_of(panel, title: str) -> NumberField:
    return next(f for f in panel.network.findChildren(NumberField) if f.isVisible() and f._parameter.title == title)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_r1_designs_that_explode_can_be_edited_undone_and_redone(qtbot, activation):
    panel = open_panel(qtbot, exploding(0.5))
    start = panel.value()
    for size in (1e38, -1e38, 3e37):
        panel.setValue(exploding(size, activation=activation))
        panel.name.setFocus()
        qtbot.keyClicks(panel.name, "x")
    assert panel.problem is None
    for _ in range(panel.undo_stack.count()):
        panel.undo_stack.undo()
    assert panel.value() == start
    for _ in range(panel.undo_stack.count()):
        panel.undo_stack.redo()
    assert panel.value().model.layers[0].initialization.parameters["value"] == 3e37


@pytest.mark.parametrize("typed", ["1e300", "-1e300", "1e39", "nan", "inf", "9" * 400])
def test_r1_a_number_beyond_32_bits_is_refused_at_the_field(qtbot, typed):
    panel = open_panel(qtbot, exploding(0.5, depth=1))
    panel.network.reveal(("layers", 0))
    field = field_of(panel, "Value")
    type_number(qtbot, field, typed)
    assert field.problem
    assert len(field.problem) < 120
    assert panel.value().model.layers[0].initialization.parameters["value"] == 0.5
    assert panel.problem is not None


def test_r14_a_range_that_goes_downwards_is_marked_at_its_field(qtbot):
    falling = {"name": "uniform", "parameters": {"low": 2.0, "high": 1.0}}
    panel = open_panel(qtbot, experiment(dense(4, initialization=falling)))
    assert panel.problem.where == ("model", "layers", 0, "initialization", "parameters", "high")
    assert "Highest must be at least 2" in panel.banner.accessibleName()
    assert panel.banner.text() == "Something under Network has to be changed."
    panel.show_problem()
    field = field_of(panel, "Highest")
    assert "Highest must be at least 2" in field.accessibleDescription()
    assert field.hasFocus()
    type_number(qtbot, field, "3")
    assert panel.problem is None


@pytest.fixture
def caught(monkeypatch):
    """What was told as an exception that nobody caught."""
    told = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: told.append(error))
    return told


def test_r1_an_exception_while_a_design_is_shown_leaves_the_stack_as_it_should_be(qtbot, caught, monkeypatch):
    panel = open_panel(qtbot, exploding(0.5))
    first = panel.value()
    second, third = exploding(1.0), exploding(2.0)

    def broken(_spec):
        raise OverflowError("(34, 'Numerical result out of range')")

    monkeypatch.setattr(panel.network, "setValue", broken)
    panel.setValue(second)
    panel.setValue(third)
    panel.undo_stack.undo()
    panel.undo_stack.redo()
    assert [type(error) for error in caught] == [OverflowError] * 4
    monkeypatch.undo()
    panel.undo_stack.undo()
    panel.undo_stack.undo()
    assert panel.value() == first
    panel.undo_stack.redo()
    assert panel.value() == second


@pytest.mark.parametrize("where", ["forecast", "check_experiment"])
@pytest.mark.parametrize("error", [OverflowError("too large"), MemoryError(), RecursionError("deep"), KeyError("x")])
def test_r1_a_review_never_raises(monkeypatch, where, error):
    def broken(*_arguments):
        raise error

    monkeypatch.setattr(reviewing, where, broken)
    found = review(exploding(1.0))
    assert found.forecast is None
    assert (found.problem is None) == (where == "forecast")


def test_r1_a_design_without_a_forecast_can_be_trained(qtbot, monkeypatch):
    monkeypatch.setattr(reviewing, "forecast", lambda plan: 1 / 0)
    panel = open_panel(qtbot, exploding(0.5))
    with qtbot.waitSignal(panel.specChanged):
        panel.name.setFocus()
        qtbot.keyClick(panel.name, Qt.Key.Key_X)
    assert panel.problem is None
