"""Out of the lab from the window: what is offered and why not, the dialog, the process, and what is said of it."""

import csv
import errno
import os
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from safetensors.numpy import load_file

from relulab.experiment.presets import load_preset
from relulab.export.formats import FORMATS, Need
from relulab.training.state import State
from relulab.training.telemetry import StepRecord
from tests.helpers.labs import MINUTES_3, SECONDS_30, moons, open_lab, press, train, wait_for
from ui.features.export.controller import ExportDialog
from ui.platform.settings import Settings
from ui.widgets.banner import ERROR, INFO, SUCCESS


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


def paused(qtbot, lab):
    train(qtbot, lab)
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.PAUSED)


def dialog_of(lab):
    lab.window.commands["export"].trigger()
    return lab.window.findChildren(ExportDialog)[-1]


def choose(qtbot, dialog, key):
    dialog.choices[key].setChecked(True)
    press(qtbot, dialog.save_button)


def exported(qtbot, lab, key, path):
    with qtbot.waitSignal(lab.exports.exporter.written, timeout=MINUTES_3):
        lab.exports.write(key, str(path))


def test_the_dialog_offers_every_format_and_says_what_is_missing(qtbot, lab, monkeypatch):
    entry = FORMATS["onnx"]
    absent = replace(entry, packages=("nothing_of_this_name",))
    monkeypatch.setitem(FORMATS._entries, "onnx", absent)
    dialog = dialog_of(lab)
    assert list(dialog.choices) == list(FORMATS)
    for key, choice in dialog.choices.items():
        assert choice.isEnabled() == (FORMATS[key].need is Need.DESIGN)
    assert "press Train first" in dialog.choices["safetensors"].accessibleDescription()
    dialog.reject()
    paused(qtbot, lab)
    dialog = dialog_of(lab)
    assert [key for key, choice in dialog.choices.items() if not choice.isEnabled()] == ["onnx"]
    assert dialog.choices["onnx"].accessibleDescription().endswith("Install it with: pip install relulab[onnx]")
    dialog.reject()


def test_a_design_that_cannot_work_has_no_code(qtbot, lab):
    lab.run_controller.edit(None)
    dialog = dialog_of(lab)
    assert "it says why at the field" in dialog.choices["pytorch"].accessibleDescription()
    assert not dialog.save_button.isEnabled()
    dialog.reject()


def test_the_menu_writes_a_script_of_the_design(qtbot, lab, tmp_path, monkeypatch):
    path = tmp_path / "mein Übungsblatt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    with qtbot.waitSignal(lab.exports.exporter.written, timeout=MINUTES_3):
        choose(qtbot, dialog_of(lab), "pytorch")
        assert lab.window.banner.level == INFO
    assert lab.window.banner.level == SUCCESS
    text = path.with_suffix(".py").read_text("utf-8")
    assert "Tiny moons" in text
    assert "FIRST_LOSSES" in text


def test_the_trained_network_leaves_while_training_goes_on(qtbot, lab, tmp_path):
    train(qtbot, lab)
    before = lab.trainer.status.step
    exported(qtbot, lab, "safetensors", tmp_path / "weights.safetensors")
    assert lab.trainer.status.state is State.RUNNING
    assert lab.trainer.status.step > before
    shapes = sorted(array.shape for array in load_file(tmp_path / "weights.safetensors").values())
    assert shapes == [(2,), (2, 6), (6,), (6, 2)]


def test_the_newest_weights_of_the_run_that_is_shown(qtbot, lab, tmp_path):
    paused(qtbot, lab)
    exported(qtbot, lab, "safetensors", tmp_path / "weights.safetensors")
    checkpoint = lab.session_controller.model.snapshot(None, lab.trainer).runs[-1].checkpoints[-1]
    written = load_file(tmp_path / "weights.safetensors")
    assert written.keys() == checkpoint.network.keys()
    assert all((written[name] == array).all() for name, array in checkpoint.network.items())


def test_only_the_run_that_is_shown_is_handed_over(qtbot, lab, tmp_path):
    paused(qtbot, lab)
    lab.run_controller.new_seed()
    wait_for(qtbot, lab, State.READY)
    paused(qtbot, lab)
    first, second = lab.store.runs
    for run in (second, first):
        lab.polling.shown.show_run(run)
        session = lab.session_controller.snapshot_of(lab.polling.shown.run)()
        assert [record.spec.model.seed for record in session.runs] == [run.info.spec.model.seed]
    exported(qtbot, lab, "history-csv", tmp_path / "history")
    with (tmp_path / "history" / "steps.csv").open(encoding="utf-8") as file:
        losses = [float(row["loss"]) for row in csv.DictReader(file)]
    assert losses == pytest.approx(first.columns(StepRecord, "loss")[0].tolist())


def test_a_folder_of_its_own_each_time(qtbot, lab, tmp_path, monkeypatch):
    paused(qtbot, lab)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path))
    for name in ("Tiny moons history-csv", "Tiny moons history-csv 2"):
        with qtbot.waitSignal(lab.exports.exporter.written, timeout=MINUTES_3):
            choose(qtbot, dialog_of(lab), "history-csv")
        assert (tmp_path / name / "steps.csv").is_file()


@pytest.mark.parametrize("answer", [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes])
def test_a_file_that_is_there_is_not_replaced_unasked(qtbot, lab, tmp_path, monkeypatch, answer):
    """The ending is added behind the back of the dialog, which asked about another name."""
    path = tmp_path / "sheet.py"
    path.write_text("mine")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path.with_suffix("")), ""))
    asked = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.text()) or answer.value)
    choose(qtbot, dialog_of(lab), "pytorch")
    qtbot.waitUntil(lambda: bool(asked) and not lab.exports.exporter.busy, timeout=MINUTES_3)
    assert (path.read_text("utf-8") == "mine") == (answer == QMessageBox.StandardButton.No)


def test_what_goes_wrong_is_told(qtbot, lab, tmp_path):
    lab.run_controller.edit(load_preset("mnist-mlp"))
    exporter = lab.exports.exporter
    with qtbot.waitSignal(exporter.failed, timeout=MINUTES_3):
        lab.exports.write("notebook", str(tmp_path / "x.ipynb"))
        lab.exports.write("pytorch", str(tmp_path / "y.py"))
    assert "already" in lab.window.banner.message
    with qtbot.waitSignal(exporter.failed, timeout=MINUTES_3):
        pass
    assert lab.window.banner.level == ERROR
    assert "MNIST is not on this machine" in lab.window.banner.message
    assert not list(tmp_path.glob("*.ipynb"))


def test_a_run_that_is_gone_is_told(qtbot, lab, tmp_path):
    paused(qtbot, lab)
    gone = lab.session_controller.snapshot_of(lab.store.current)
    lab.store.adopt(())

    with qtbot.waitSignal(lab.exports.exporter.failed, timeout=SECONDS_30) as failed:
        lab.exports.exporter.write_file("Weights", str(tmp_path / "x"), lambda _folder, _progress: gone())
    assert "no longer there" in failed.args[0]


def test_no_room_for_the_copy_is_told(qtbot, lab, tmp_path, monkeypatch):
    def full(**_arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("ui.platform.child_process.TemporaryDirectory", full)
    lab.exports.write("pytorch", str(tmp_path / "x.py"))
    assert lab.window.banner.level == ERROR
    assert "No space left on device" in lab.window.banner.message
    assert not lab.exports.exporter.busy


@pytest.mark.parametrize("started", [False, True], ids=["while it is prepared", "while it is written"])
def test_closing_the_window_ends_an_export(qtbot, lab, tmp_path, started):
    exporter = lab.exports.exporter
    lab.exports.write("pytorch", str(tmp_path / "x.py"))
    assert exporter.busy
    if started:
        qtbot.waitUntil(lambda: exporter._process.busy, timeout=SECONDS_30)
    lab.window.close()
    assert not exporter.busy
    assert not exporter._process.busy
    assert not (tmp_path / "x.py").exists()
