"""Packaging: what can be told without building a bundle."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from relulab.data.datasets import DATASETS
from relulab.experiment import ExperimentSpec
from relulab.selftest import DATA_SETS, FEATURES, run_check
from relulab.selftest.self_test_runs import SelfTestError, check_falling, short_experiment
from tests.helpers.paths import ROOT
from ui.startup.launch import is_document


def module(name: str):
    """A script of packaging/, which is no package."""
    sys.path.insert(0, str(ROOT / "packaging"))
    try:
        spec = importlib.util.spec_from_file_location(f"packaging_{name}", ROOT / "packaging" / f"{name}.py")
        loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
        return loaded
    finally:
        sys.path.remove(str(ROOT / "packaging"))


def report(**details):
    checks = [{"group": "feature", "name": name, "passed": True, "detail": text} for name, text in details.items()]
    return {"checks": checks}


def test_reports_that_say_the_same_have_no_differences():
    assert module("compare_reports").differences(report(svd="1.5"), report(svd="1.5")) == []


@pytest.mark.parametrize(
    ("bundle", "words"),
    [
        (report(svd="1.6"), "svd differs"),
        (report(), "not checked in the package"),
        (report(svd="1.5", qr="2"), "not checked from source"),
    ],
)
def test_reports_that_differ_are_told_apart(bundle, words):
    (found,) = module("compare_reports").differences(report(svd="1.5"), bundle)
    assert words in found


def test_a_check_that_fails_in_both_reports_is_a_difference():
    failing = report(svd="broken")
    failing["checks"][0]["passed"] = False
    assert len(module("compare_reports").differences(failing, failing)) == 2


def test_whatever_is_raised_is_a_failed_check():
    def work():
        raise OSError("no such library")

    check = run_check("feature", "svd", work)
    assert not check.passed
    assert "no such library" in check.detail


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")  # torch.func still uses it itself
@pytest.mark.parametrize("name", [name for name in FEATURES if name != "child process"])
def test_each_feature_works_from_source(name):
    assert FEATURES[name]()


def test_every_built_in_data_set_is_trained():
    assert set(DATA_SETS) == {entry.key for entry in DATASETS.values() if not entry.downloadable} - {
        "csv",
        "own_images",
    }
    for name in DATA_SETS:
        assert isinstance(short_experiment(DATASETS[name]), ExperimentSpec)
    assert "the loss fell" in DATA_SETS["moons"]()


class Losses:
    """A history of probe losses alone."""

    def __init__(self, *losses):
        self.losses = np.array(losses)

    def columns(self, kind, *names):
        return (self.losses,)


def test_a_loss_that_rises_fails_the_self_test():
    history: Any = Losses(2.0, 3.0, 1.0)
    check_falling(history)
    for losses in ((1.0, 2.0), (1.0, float("nan")), (1.0, 1.0)):
        history = Losses(*losses)
        with pytest.raises(SelfTestError, match="did not fall"):
            check_falling(history)


def test_a_double_click_opens_files_and_commands_stay_commands(tmp_path):
    file = tmp_path / "Séance 1.RELULAB"
    file.touch()
    assert is_document(str(file))
    assert not is_document("train")
    assert is_document(str(tmp_path / "absent.relulab"))  # the window says that it is not there


def test_a_folder_that_is_too_large_is_refused(tmp_path):
    project = module("project")
    (tmp_path / "large").write_bytes(bytes(2_000_000))
    (tmp_path / "link").symlink_to(tmp_path / "large")
    assert project.size_mb(tmp_path) == 2.0
    with pytest.raises(project.PackagingError, match="at most 1 MB"):
        project.check_size(tmp_path, 1)


def test_licenses_of_what_is_delivered_are_listed():
    text = module("licences").document()
    for words in (
        "torch ",
        "PySide6_Essentials",
        "GNU LESSER GENERAL PUBLIC LICENSE",
        "numpy",
        "OpenBLAS",
        "PyInstaller",
    ):
        assert words in text, words
    assert "\npytest " not in text
    assert str(ROOT) not in text


@pytest.mark.skipif(shutil.which("makeself") is None, reason="makeself makes the .run, on Linux")
class TestRunFile:
    """With a stand-in for the program, into a home with a space, an accent and letters that desktop entries quote."""

    @pytest.fixture
    def home(self, tmp_path):
        home = tmp_path / "Élève $1 100%"
        home.mkdir()
        return home

    def call(self, home, file, *options, code=0, **variables):
        environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C", "TMPDIR": "/nowhere", **variables}
        command = ["sh", str(file), *options]
        result = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True)
        assert result.returncode == code, result.stdout + result.stderr
        return result.stdout + result.stderr

    def test_it_installs_upgrades_and_uninstalls(self, home, tmp_path):
        program = home / ".local" / "lib" / "relulab"
        self.call(home, stand_in_installer(tmp_path, "1"))
        assert subprocess.run([home / ".local" / "bin" / "relulab"], capture_output=True, text=True).stdout == "1\n"
        entry = (home / ".local" / "share" / "applications" / "relulab.desktop").read_text("utf-8")
        assert f'Exec="{tmp_path}/Élève \\\\$1 100%%/.local/lib/relulab/relulab" %f' in entry
        assert "TryExec" not in entry

        (program / "only-in-1").touch()
        interrupted = program.with_name("relulab.new.1")
        interrupted.mkdir()
        self.call(home, stand_in_installer(tmp_path, "2"), "--quiet")
        assert not (program / "only-in-1").exists()
        assert not interrupted.exists()
        assert (program / "relulab").read_text().endswith("echo 2\n")

        self.call(home, program / "uninstall.sh")
        assert [path for path in home.rglob("*relulab*") if not path.is_dir()] == []
        assert not program.exists()

    def test_a_damaged_file_changes_nothing(self, home, tmp_path):
        installer = stand_in_installer(tmp_path, "1")
        self.call(home, installer)
        data = bytearray(stand_in_installer(tmp_path, "2").read_bytes())
        data[-20] ^= 1
        (tmp_path / "damaged.run").write_bytes(data)
        for options in ((), ("--check",)):
            assert "checksum" in self.call(home, tmp_path / "damaged.run", *options, code=2)
        assert (home / ".local" / "lib" / "relulab" / "relulab").read_text().endswith("echo 1\n")

    def test_it_goes_where_it_is_told_to(self, home, tmp_path):
        self.call(home, stand_in_installer(tmp_path, "1"), RELULAB_PREFIX="le labo")
        assert (home / "le labo" / "lib" / "relulab" / "relulab").stat().st_mode & 0o777 == 0o755
        assert not (home / ".local").exists()

    def test_what_it_did_not_install_is_left_alone(self, home, tmp_path):
        mine = home / ".local" / "lib" / "relulab" / "mine.txt"
        mine.parent.mkdir(parents=True)
        mine.touch()
        assert "left alone" in self.call(home, stand_in_installer(tmp_path, "1"), code=1)
        assert [path.name for path in mine.parents[1].iterdir()] == ["relulab"], "and nothing is left beside it"
        assert mine.exists()


def stand_in_installer(folder, says):
    program = folder / f"stand-in {says}" / "relulab"
    program.mkdir(parents=True)
    (program / "relulab").write_text(f"#!/bin/sh\necho {says}\n")
    (program / "relulab").chmod(0o755)
    installer = folder / f"installer-{says}.run"
    module("runfile").archive(program, installer)
    return installer


def test_the_self_test_passes_from_source(tmp_path):
    """The real window in a process of its own; its report and its picture are written."""
    target = tmp_path / "Résultats d'été" / "report.json"
    command = [
        sys.executable,
        "-m",
        "ui.startup.launch",
        "self-test",
        "--report",
        str(target),
        "--png",
        str(tmp_path / "a.png"),
    ]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8")
    found = json.loads(target.read_text("utf-8"))
    assert result.returncode == 0, result.stdout + result.stderr
    assert found["passed"]
    assert {check["group"] for check in found["checks"]} == {"feature", "data set", "window", "session"}
    details = {check["name"]: check["detail"] for check in found["checks"]}
    assert "loss" in details["figures"]
    assert "PDF" in details["reports"]
    assert (tmp_path / "a.png").stat().st_size > 20_000
