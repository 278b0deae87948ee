"""What is asked before a branch: one change, or none, and nothing that cannot change in the middle of a run."""

import pytest
from PySide6.QtCore import Qt

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from tests.helpers.recording import EVERY_MOMENT
from ui.features.timeline.branching import LENGTH, NOTHING, RATE, BranchDialog
from ui.widgets.form import part

SPEC = ExperimentSpec.parse(
    {
        "name": "Moons",
        "data": {"dataset": "moons", "train_size": 100},
        "model": {"layers": ["dense", "dropout", {"kind": "dense", "activation": "prelu"}]},
        "training": {"batch_size": 20, "epochs": 6, "optimizer": "adam", "learning_rate": 0.02},
    }
)


@pytest.fixture(scope="module")
def store():
    store = SessionStore()
    run = TrainingRun(SPEC, load_dataset(SPEC.data), recording=EVERY_MOMENT, record=store.append)
    run.measure_start()
    run.run_until(30)
    run.instruments.measure_all()
    return store


@pytest.fixture
def ask(qtbot, store):
    def ask(step=12):
        checkpoint = next(c for c in store.current.checkpoints if c.step == step)
        dialog = BranchDialog(store.current.info, checkpoint, per_epoch=5.0)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return ask


def keys(dialog):
    combo = dialog.combo
    return [combo.itemData(index) for index in range(combo.count())]


def edit(dialog, key, value):
    """Choose what to change and enter another value."""
    dialog.choose(key)
    path = tuple(int(step) if step.isdigit() else step for step in key.split("."))
    field = dialog.form.field(path)
    assert field.isVisible()
    field.control.setValue(value)
    field.control.edited.emit(value)
    return path


def test_what_can_change_is_offered(ask):
    offered = keys(ask())
    assert offered[0] == NOTHING
    assert {RATE, LENGTH, "training.optimizer", "training.clipping", "training.l2"} < set(offered)
    assert {"model.layers.0.activation", "model.layers.1.parameters.rate", "model.output.activation"} < set(offered)
    assert "model.layers.2.activation" not in offered, "a PReLU has a weight of its own"


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (RATE, 0.5, "learning rate 0.02 → 0.5"),
        ("training.l2", 0.01, "L2 penalty 0 → 0.01"),
        ("training.early_stopping", 3, "early stopping 0 → 3"),
        ("model.layers.1.parameters.rate", 0.1, "layer 2: drop rate 0.5 → 0.1"),
    ],
)
def test_one_change_is_said_and_carried(qtbot, ask, key, value, words):
    dialog = ask()
    path = edit(dialog, key, value)
    assert words in dialog.outcome.text()
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.accept_button.click()
    assert part(chosen.args[0], path) == value


def test_the_rate_can_be_typed_at_once(qtbot, ask):
    dialog = ask()
    assert dialog.focusWidget() is dialog.form.field(("training", "learning_rate")).control
    qtbot.keyClicks(dialog.focusWidget(), "0.3")
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    assert dialog.spec.training.learning_rate == 0.3
    assert not dialog.isVisible(), "Return takes it"


def test_only_one_thing_changes(ask):
    dialog = ask()
    edit(dialog, RATE, 0.5)
    edit(dialog, "training.l2", 0.01)
    assert (dialog.spec.training.learning_rate, dialog.spec.training.l2) == (0.02, 0.01)
    dialog.choose(NOTHING)
    assert dialog.spec == SPEC
    assert "exactly the steps" in dialog.outcome.text()
    assert dialog.accept_button.isEnabled()


def test_another_optimizer_forgets(ask):
    dialog = ask()
    dialog.choose("training.optimizer")
    editor = dialog.form.field(("training", "optimizer"))
    editor._chosen("momentum")
    assert dialog.spec.training.optimizer.name == "momentum"
    assert "empty memory" in dialog.outcome.text()
    editor.row("momentum").control.edited.emit(0.5)
    assert dialog.spec.training.optimizer.parameters == {"momentum": 0.5}


def test_at_the_end_of_a_run_a_branch_goes_on(ask):
    dialog = ask(30)
    assert not dialog.problem.text(), "it does not open with an error"
    assert dialog.accept_button.isEnabled()
    assert "length 6 epochs → 9 epochs" in dialog.outcome.text()
    edit(dialog, RATE, 0.5)
    assert dialog.spec.training.epochs == 9
    assert "learning rate 0.02 → 0.5" in dialog.outcome.text()
    dialog.choose(LENGTH)
    length = dialog.form.field(("training",)).count
    length.edited.emit(6)
    assert not dialog.accept_button.isEnabled()
    assert "train longer, or branch from an earlier moment" in dialog.problem.text()
    length.edited.emit(8)
    assert dialog.accept_button.isEnabled()
    assert "6 epochs → 8 epochs" in dialog.outcome.text()


def test_what_is_no_value_cannot_be_taken(ask):
    dialog = ask()
    dialog.choose(RATE)
    row = dialog.form.field(("training", "learning_rate"))
    control = row.control
    control.lineEdit().setText("fast")
    control._read()
    assert not dialog.accept_button.isEnabled()
    assert row.problem
    dialog.choose("training.l1")
    assert dialog.accept_button.isEnabled(), "what was typed there does not count"
