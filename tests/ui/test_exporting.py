"""Code from the window: the File menu's action, the process that writes it, and what is said when it fails."""

import pytest
from labs import moons, open_lab, wait_for
from PySide6.QtWidgets import QFileDialog

from relulab.spec.presets import load_preset
from relulab.training.state import State
from ui.settings import Settings
from ui.widgets.banner import ERROR, SUCCESS


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


def choose(monkeypatch, path, kind="PyTorch script (*.py)"):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), kind))


def test_the_menu_writes_a_script_of_the_design(qtbot, lab, tmp_path, monkeypatch):
    path = tmp_path / "mein Übungsblatt"
    choose(monkeypatch, path)
    with qtbot.waitSignal(lab.code_export.exported, timeout=60_000):
        lab.window.actions_by_key["export-code"].trigger()
    assert lab.window.banner.level == SUCCESS
    text = path.with_suffix(".py").read_text("utf-8")
    assert "Tiny moons" in text
    assert "FIRST_LOSSES" in text


def test_what_goes_wrong_is_told(qtbot, lab, tmp_path):
    missing = load_preset("mnist-mlp")
    with qtbot.waitSignal(lab.code_export.failed, timeout=60_000):
        lab.code_export.write(missing, str(tmp_path / "x.ipynb"), "")
        lab.code_export.write(missing, str(tmp_path / "y.py"), "")
    assert "already" in lab.window.banner.message
    with qtbot.waitSignal(lab.code_export.failed, timeout=60_000):
        pass
    assert lab.window.banner.level == ERROR
    assert "MNIST is not on this machine" in lab.window.banner.message
    assert not list(tmp_path.glob("*.ipynb"))


def test_closing_the_window_ends_an_export(qtbot, lab, tmp_path):
    lab.code_export.write(lab.design.value(), str(tmp_path / "x.py"), "")
    assert lab.code_export.busy
    lab.window.close()
    assert not lab.code_export.busy
    assert not (tmp_path / "x.py").exists()
