"""The training page: every field of a TrainingSpec, by clicks and keys."""

import pytest
from PySide6.QtCore import Qt

from relulab.catalog.losses import LOSSES
from relulab.catalog.optimizers import CLIPPINGS, OPTIMIZERS, SCHEDULES
from relulab.experiment import TrainingSpec
from tests.helpers.design_helpers import TRAINING, choose, has_flag, open_panel, type_number
from ui.features.design import DesignPanel
from ui.features.design.edits import edited


@pytest.fixture
def panel(qtbot) -> DesignPanel:
    return open_panel(qtbot, "moons-healthy", TRAINING)


def training(panel: DesignPanel) -> TrainingSpec:
    return panel.value().training


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("learning_rate", "1e-3", 0.001),
        ("batch_size", "64", 64),
        ("l1", "1e-5", 1e-5),
        ("l2", "0.01", 0.01),
        ("early_stopping", "7", 7),
        ("seed", "4294967295", 2**32 - 1),
    ],
)
def test_a_number_can_be_typed(qtbot, panel, field, typed, value):
    type_number(qtbot, panel.training.field((field,)).control, typed)
    assert getattr(training(panel), field) == value


@pytest.mark.parametrize(("field", "words"), [("l1", "None"), ("early_stopping", "Never")])
def test_zero_is_shown_as_a_word(qtbot, panel, field, words):
    control = panel.training.field((field,)).control
    type_number(qtbot, control, "5")
    type_number(qtbot, control, "0")
    assert getattr(training(panel), field) == 0
    assert (control.text(), control.lineEdit().placeholderText()) == ("", words)


@pytest.mark.parametrize(
    ("field", "registry"), [("optimizer", OPTIMIZERS), ("schedule", SCHEDULES), ("clipping", CLIPPINGS)]
)
def test_every_choice_can_be_made_and_its_parameters_edited(qtbot, panel, field, registry):
    editor = panel.training.field((field,))
    for key, entry in registry.items():
        choose(qtbot, editor.combo, key)
        assert getattr(training(panel), field).name == key
        for parameter in entry.parameters:
            row = editor.row(parameter.name)
            row.control.stepBy(-1)
            assert getattr(training(panel), field).parameters[parameter.name] == row.value() != parameter.default
        assert panel.problem is None


def test_only_losses_that_suit_the_task_are_offered(qtbot, panel):
    combo = panel.training.loss.combo

    def offered() -> set[str]:
        return {combo.itemData(row) for row in range(combo.count()) if has_flag(combo, row, Qt.ItemFlag.ItemIsEnabled)}

    assert offered() == set(LOSSES)  # two classes: all of them, binary too
    panel.open_preset("digits-mlp")
    assert "binary_cross_entropy" not in offered()
    panel.open_preset("sine-fit")
    assert offered() == {"mse", "l1"}
    choose(qtbot, combo, "l1")
    assert training(panel).loss == "l1"


def test_the_length_is_in_epochs_or_in_steps(qtbot, panel):
    field = panel.training.field(())
    type_number(qtbot, field.count, "12")
    assert (training(panel).epochs, training(panel).steps) == (12, None)
    choose(qtbot, field.unit, "steps")
    assert (training(panel).epochs, training(panel).steps) == (None, 500)
    type_number(qtbot, field.count, "9")
    assert (training(panel).epochs, training(panel).steps) == (None, 9)
    assert panel.undo_stack.undoText() == "Change training length"
    type_number(qtbot, field.count, "many")
    assert panel.problem.where == ("training", "steps")
    assert "“many”" in field.problem
    type_number(qtbot, field.count, "9")
    assert (panel.problem, field.problem) == (None, "")


def test_precision_is_a_choice(qtbot, panel):
    choose(qtbot, panel.training.field(("precision",)).combo, "float64")
    assert training(panel).precision == "float64"


def test_the_device_is_kept(qtbot, panel):
    panel.setValue(panel.value().replace(training=training(panel).replace(device="cuda:1")))
    type_number(qtbot, panel.training.field(("batch_size",)).control, "8")
    assert training(panel).device == "cuda:1"


def test_a_problem_unfolds_its_part(qtbot, panel):
    (section,) = [s for s, paths in panel.training._sections.items() if ("l2",) in paths]
    section.setExpanded(False)
    panel.training.mark(("l2",), "too large")
    assert section.expanded
    assert panel.training.field(("l2",)).problem == "too large"


def test_a_learning_rate_of_zero_is_refused(qtbot, panel):
    control = panel.training.field(("learning_rate",)).control
    type_number(qtbot, control, "0")
    assert panel.problem.where == ("training", "learning_rate")
    qtbot.keyClick(control, Qt.Key.Key_Up)
    assert panel.problem is None


def test_class_weights_are_chosen_for_classes_and_fall_back_for_a_number(qtbot, panel):
    row = panel.training.field(("class_weights",))
    assert row.isVisibleTo(panel)
    choose(qtbot, row.combo, "balanced")
    assert training(panel).class_weights == "balanced"
    assert panel.problem is None
    changed = edited(panel.value(), {("data", "dataset"): {"name": "sine"}})
    assert changed.training.class_weights == "none"
    panel.setValue(changed)
    assert not row.isVisibleTo(panel)
    assert panel.problem is None
