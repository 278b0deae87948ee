"""Every command is one object that menus, buttons and the list of shortcuts read."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QToolButton

from relulab.training.state import State
from relulab.views.compare_pairs import MATCHED
from relulab.views.many.experiments import EXPERIMENTS
from tests.helpers.labs import SECONDS_30, moons, open_lab, wait_for
from ui.shell.commands import Command, native
from ui.shell.help import shortcuts_text
from ui.shell.reach import KEYS

# In this order; others may stand between them.
IN_MENUS = {
    "file": ["new", "open", "save", "save-as", "report", "kept", "export", "film", "quit"],
    "edit": ["undo", "redo"],
    "run": [
        *("train", "batch", "epoch", "stop", "reset", "seed"),
        *("earlier", "later", "now", "play", "play-back", "branch"),
    ],
    "bench": ["activations", "own-points", "hand-built"],
    "view": ["compare", "start-page", "text-larger", "text-smaller", "text-normal", "restore-layout"],
    "help": ["help", "tour", "shortcuts", "explain", "log", "about"],
    "go-to": [f"panel-{key}" for key in KEYS],
    "layouts": ["layout-watch", "layout-diagnose", "layout-images", "layout-compare", "layout-all"],
    "experiments": [f"experiment-{key}" for key in EXPERIMENTS],
    "comparisons": [f"compare-{key}" for key in MATCHED],
}


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons()) as lab:
        yield lab


def possible(lab):
    """Which commands can be used now of those that change the run, the moment or the design; all follow their rules."""
    commands = lab.window.commands
    assert {key: command.isEnabled() for key, command in commands.items()} == {
        key: command.enabled() for key, command in commands.items()
    }
    return {key for key in (*IN_MENUS["run"], *IN_MENUS["edit"]) if commands[key].isEnabled()}


def test_each_is_once_in_its_menu_in_order(lab):
    placed = []
    for key, commands in IN_MENUS.items():
        actions = [action for action in lab.window.menu(key).actions() if isinstance(action, Command)]
        assert all(action is lab.window.commands[action.key] and action.where == key for action in actions)
        assert [action.group for action in actions] == sorted(action.group for action in actions)
        assert [action.key for action in actions if action.key in commands] == commands
        placed += [action.key for action in actions]
    assert placed == list(lab.window.commands)
    declared = [command.key for controller in lab.controllers for command in controller.commands]
    assert len(declared) == len(set(declared))
    assert set(declared) <= set(placed)


def test_no_key_means_two_things(lab):
    keys = [key.toString() for command in lab.window.commands.values() for key in command.shortcuts()]
    assert len(keys) == len(set(keys))
    assert "Esc" not in keys, "the banner's and the tour's"
    assert "F1" not in keys, "the help of a panel"


def test_each_says_what_it_does(lab):
    for command in lab.window.commands.values():
        assert command.statusTip()
        shown = f" ({native(command.keys[0])})" if command.keys else ""
        assert command.toolTip() == command.statusTip() + shown


def test_the_list_of_shortcuts_has_the_keys_of_the_commands_and_no_others(lab):
    rows = [row.strip("| ").split(" | ") for row in shortcuts_text(lab.window.commands.values()).splitlines()[2:]]
    told = {what: keys.replace("*", "").split(", ") for keys, what in rows}
    with_keys = [command for command in lab.window.commands.values() if command.keys]
    assert [what for _, what in rows[: len(with_keys)]] == [command.statusTip() for command in with_keys]
    for command in with_keys:
        assert told.pop(command.statusTip()) == [native(keys) for keys in command.keys]
        assert set(command.keys) <= set(command.shortcuts())
    assert sorted(keys for (keys,) in told.values()) == sorted(native(QKeySequence(k)) for k in KEYS_WITHOUT_A_MENU)


KEYS_WITHOUT_A_MENU = ("Space", "Tab", "Alt+Up", "Alt+Down", "Alt+PgUp", "Alt+PgDown", "F1", "Esc", *"FOT1+")


def test_buttons_are_the_commands(lab):
    buttons = [button for button in lab.window.findChildren(QToolButton)
               if isinstance(button.defaultAction(), Command)]  # fmt: skip
    assert {button.defaultAction().key for button in buttons} == {
        "train", "go-on", "seeds", "map", "batch", "epoch", "stop", "reset", "seed", "now", "play", "play-back",
        "branch", "film",
    }  # fmt: skip
    for button in buttons:
        assert button.defaultAction() is lab.window.commands[button.defaultAction().key]


def test_what_can_be_done_in_every_state_of_a_run(qtbot, lab):
    assert lab.status.state is State.EMPTY
    assert possible(lab) == set()
    preparing = []  # a state that passes is no state to wait for
    lab.polling.stateChanged.connect(
        lambda status: preparing.append(possible(lab)) if status.state is State.PREPARING else None
    )
    lab.start_engine()
    wait_for(qtbot, lab, State.READY)
    assert preparing
    assert preparing[0] <= {"train", "batch", "epoch", "seed"}
    assert possible(lab) == {"train", "batch", "epoch", "seed"}
    lab.window.commands["train"].trigger()
    wait_for(qtbot, lab, State.RUNNING)
    assert lab.window.commands["train"].text() == "&Pause"
    assert possible(lab) >= {"train", "stop", "reset", "seed"}
    assert not possible(lab) & {"batch", "epoch", "now", "undo", "redo"}
    qtbot.waitUntil(lambda: {"earlier", "branch"} <= possible(lab), timeout=SECONDS_30)
    lab.window.commands["train"].trigger()
    wait_for(qtbot, lab, State.PAUSED)
    assert lab.window.commands["train"].text() == "&Train"
    past = {"branch", "earlier", "play", "play-back"}
    run = {"train", "batch", "epoch", "stop", "reset", "seed"} | past
    assert possible(lab) == run
    lab.window.commands["earlier"].trigger()
    qtbot.waitUntil(lambda: lab.polling.shown.step is not None, timeout=SECONDS_30)
    assert possible(lab) - {"earlier"} == (run - {"earlier"}) | {"later", "now"}
    lab.window.commands["now"].trigger()
    assert possible(lab) == run
    lab.window.commands["stop"].trigger()
    wait_for(qtbot, lab, State.FINISHED)
    assert possible(lab) == {"train", "reset", "seed"} | past


def test_a_run_that_diverged_or_failed_can_be_begun_again(qtbot, lab):
    lab.start_engine()
    wait_for(qtbot, lab, State.READY)
    lab.run_controller.load(moons(learning_rate=1e6, optimizer="sgd"))
    wait_for(qtbot, lab, State.READY)
    lab.window.commands["train"].trigger()
    wait_for(qtbot, lab, State.DIVERGED)
    assert {"train", "reset", "seed"} <= possible(lab)
    assert not possible(lab) & {"batch", "epoch", "stop"}
    lab.run_controller.load(moons(device="cuda:77"))
    wait_for(qtbot, lab, State.FAILED)
    assert {"train", "batch", "epoch", "reset", "seed"} <= possible(lab)
    assert "stop" not in possible(lab)


def test_undo_and_redo_follow_the_design(qtbot, lab):
    undo, redo = lab.window.commands["undo"], lab.window.commands["redo"]
    assert (undo.text(), redo.text()) == ("&Undo", "&Redo")
    lab.design.open_preset("spiral")
    assert undo.text().startswith("&Undo Open")
    assert possible(lab) & {"undo", "redo"} == {"undo"}
    undo.trigger()
    assert redo.text().startswith("&Redo Open")
    assert possible(lab) & {"undo", "redo"} == {"redo"}


def test_a_key_does_what_its_command_does(qtbot, lab):
    lab.window.activateWindow()
    qtbot.waitActive(lab.window)
    qtbot.keyClick(lab.window, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    assert [box.windowTitle() for box in QApplication.topLevelWidgets() if box.isVisible() and box is not lab.window]
