"""``relulab train``: files, numbers, exit codes."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from relulab.cli.progress import ProgressBar
from relulab.experiment import ExperimentSpec
from tests.helpers.paths import ROOT

SHORT = ("--steps", "30", "--record-every", "10")


def test_four_files_tell_the_whole_run(call, folder: Path, read_strict) -> None:
    out = folder / "neuer Ordner" / "lauf"
    result = call("train", "moons-healthy", *SHORT, "--seed", "3", "--out", out)
    assert result.exit_code == 0, result.stderr
    assert "Finished after 30 steps" in result.stdout
    assert sorted(path.name for path in out.iterdir()) == [
        "experiment.json",
        "history.json",
        "summary.json",
        "weights.safetensors",
    ]

    summary = read_strict(out / "summary.json")
    assert summary["state"] == "finished"
    assert summary["steps"] == 30
    assert summary["epochs"] == pytest.approx(30 / 22)
    assert summary["seconds"] > 0
    assert summary["samples_per_s"] == pytest.approx(30 / 22 * 700 / summary["seconds"])
    assert 0.0 < summary["train_loss"] < 0.7
    assert 0.5 < summary["test_accuracy"] <= 1.0

    spec = ExperimentSpec.from_json((out / "experiment.json").read_text(encoding="utf-8"))
    assert (spec.data.seed, spec.model.seed, spec.training.seed) == (3, 3, 3)
    assert spec.training.steps == 30

    history = read_strict(out / "history.json")
    assert [layer["name"] for layer in history["layers"]] == ["1_dense", "2_dense", "output"]
    assert history["steps"]["step"] == [*range(31)], (
        "so short a run is judged at every step, and what is judged is kept"
    )
    assert all(len(row) == 3 for row in history["steps"]["gradient_norm"])
    assert history["steps"]["update_ratio"][0] == [None, None, None]
    assert "before the first step" in history["steps"]["update_ratio_reason"]
    assert history["probes"]["dead"][0][2] is None
    assert "no such state" in history["probes"]["dead_reason"]


def test_the_same_experiment_again_gives_the_same_losses(call, folder: Path, read_strict) -> None:
    call("train", "moons-healthy", *SHORT, "--out", folder / "a")
    call("train", folder / "a" / "experiment.json", *SHORT, "--out", folder / "b")
    call("train", "moons-healthy", *SHORT, "--seed", "1", "--out", folder / "c")
    a, b, c = (read_strict(folder / name / "history.json")["steps"]["loss"] for name in "abc")
    assert a == b
    assert a != c


def test_options_and_settings_reach_the_experiment(call, folder: Path, read_strict) -> None:
    settings = ("--set", "training.batch_size=700", "--set", "training.learning_rate=0.01")
    assert call("train", "moons-healthy", *settings, "--epochs", "3", "--out", folder).exit_code == 0
    assert read_strict(folder / "summary.json")["steps"] == 3
    spec = read_strict(folder / "experiment.json")
    assert spec["training"]["epochs"] == 3
    assert spec["training"]["learning_rate"] == 0.01


def test_a_regression_has_no_accuracy_and_says_so(call, folder: Path, read_strict) -> None:
    assert call("train", "sine-fit", *SHORT, "--set", "data.test_size=0", "--out", folder).exit_code == 0
    summary = read_strict(folder / "summary.json")
    assert summary["train_accuracy"] is None
    assert summary["train_accuracy_reason"] == "a regression has no accuracy"
    assert summary["test_loss"] is None
    assert summary["test_loss_reason"] == "there are no test samples"


@pytest.mark.parametrize(
    "arguments",
    [
        ("no-such-preset",),
        ("moons-healthy", "--epochs", "2", "--steps", "2"),
        ("moons-healthy", "--epochs", "0"),
        ("moons-healthy", "--device", "abacus"),
        ("moons-healthy", "--data-root", "no/such/folder"),
        ("moons-healthy", "--seed", "-1"),
        ("moons-healthy", "--record-every", "0"),
        ("digits-mlp", "--set", "model.layers.0.kind=dense"),  # a dense layer on an image, without Flatten
        ("moons-healthy", "--set", "model.layers.1.parameters.units=1000000000"),
    ],
)
def test_exit_code_2_for_bad_arguments_and_designs(call, folder: Path, arguments: tuple[str, ...]) -> None:
    result = call("train", *arguments, "--out", folder)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
    assert result.stderr.strip()


def test_exit_code_2_for_an_output_that_is_a_file(call, folder: Path) -> None:
    file = folder / "file"
    file.touch()
    assert call("train", "moons-healthy", "--out", file).exit_code == 2


def test_exit_code_3_for_missing_data(call, folder: Path) -> None:
    result = call("train", "mnist-mlp", "--data-root", folder, "--out", folder / "out")
    assert result.exit_code == 3
    assert "MNIST" in result.stderr


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_r9_results_of_an_earlier_run_stay_until_there_are_new_ones(call, folder: Path) -> None:
    """They used to go before it was known whether the next run can begin."""
    assert call("train", "moons-healthy", "--steps", 3, "--out", folder).exit_code == 0
    before = contents(folder)
    assert call("train", "mnist-mlp", "--data-root", folder, "--out", folder).exit_code == 3
    assert contents(folder) == before
    assert call("train", "sine-fit", "--steps", 3, "--out", folder).exit_code == 0
    after = contents(folder)
    assert after.keys() == before.keys()
    assert all(after[name] != before[name] for name in before)


@pytest.mark.parametrize("name", ["notes.txt", "summary.json", "experiment.json"])
def test_r9_a_folder_with_files_of_others_is_refused(call, folder: Path, name: str) -> None:
    (folder / name).write_text("{}" if name == "notes.txt" else "mine")
    before = contents(folder)
    result = call("train", "moons-healthy", "--steps", 3, "--out", folder)
    assert result.exit_code == 5
    assert name in result.stderr
    assert "empty folder" in result.stderr
    assert contents(folder) == before


@pytest.mark.parametrize("part", ["summary.json", "history.json", "weights.safetensors", "experiment.json"])
def test_r9_an_error_in_the_middle_leaves_the_earlier_results(call, folder: Path, monkeypatch, part: str) -> None:
    assert call("train", "moons-healthy", "--steps", 3, "--out", folder).exit_code == 0
    before = contents(folder)
    replace = Path.replace

    def fail(path: Path, target: Path) -> Path:
        if Path(target).name == part and Path(target).parent != folder:
            raise OSError(28, "No space left on device")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", fail)
    assert call("train", "sine-fit", "--steps", 3, "--out", folder).exit_code == 5
    assert contents(folder) == before


def wait_for_training(process: "subprocess.Popen[str]") -> None:
    assert process.stderr is not None
    while "step" not in (line := process.stderr.readline()):
        assert process.poll() is None, line


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
@pytest.mark.parametrize(
    "signals", [(signal.SIGTERM,), (signal.SIGINT, signal.SIGINT), (signal.SIGTERM, signal.SIGINT)]
)
def test_r9_signals_end_the_training_and_its_results_are_written(folder: Path, read_strict, signals) -> None:
    command = ["train", "moons-healthy", "--steps", "10000000", "--out", str(folder / "out")]
    with subprocess.Popen(
        [sys.executable, "-m", "relulab", *command], cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        wait_for_training(process)
        for number in signals:
            process.send_signal(number)
        process.communicate(timeout=240)
    assert process.returncode == 130
    assert sorted(contents(folder / "out")) == [
        "experiment.json",
        "history.json",
        "summary.json",
        "weights.safetensors",
    ]
    assert read_strict(folder / "out" / "summary.json")["state"] == "paused"


ENDED = """
import os, signal
from relulab.cli.interrupts import interrupts

with interrupts() as interrupted:
    stepped = interrupted.between(lambda run, loss: None)
    stepped(None, 0.0)
    os.kill(os.getpid(), signal.SIGTERM)
    try:
        stepped(None, 0.0)
    except KeyboardInterrupt:
        print("written")
for number in (signal.SIGTERM, signal.SIGINT):
    os.kill(os.getpid(), number)
print("said")
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
def test_r9_a_signal_behind_the_results_changes_nothing() -> None:
    ended = subprocess.run([sys.executable, "-c", ENDED], cwd=ROOT, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout.split()) == (0, ["written", "said"]), ended.stderr


@pytest.mark.skipif(os.name == "nt", reason="the shell closes streams in another way")
def test_r15_closed_streams_are_no_error(folder: Path) -> None:
    line = f'exec "{sys.executable}" -m relulab train moons-healthy --steps 3 --out out >&- 2>&-'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run(["sh", "-c", line], cwd=folder, env=environment, timeout=240).returncode == 0
    assert (folder / "out" / "summary.json").exists()


def test_r15_letters_that_are_no_text_are_refused_in_words(call, folder: Path) -> None:
    result = call("train", "moons-healthy", "--set", "name=a\udcff", "--out", folder)
    assert result.exit_code == 2
    assert "no text" in result.stderr


def test_exit_code_4_for_a_run_that_diverges(call, folder: Path, read_strict) -> None:
    result = call("train", "exploding", "--out", folder)
    assert result.exit_code == 4
    summary = read_strict(folder / "summary.json")
    assert summary["state"] == "diverged"
    assert "Try a smaller learning rate" in summary["message"]
    for name in ("train_loss", "test_loss", "test_accuracy"):
        assert summary[name] is None
        assert "diverged" in summary[f"{name}_reason"]
    assert (folder / "weights.safetensors").exists()
    read_strict(folder / "history.json")


def test_exit_code_5_where_results_cannot_be_written(call, folder: Path) -> None:
    blocked = folder / "file"
    blocked.touch()
    result = call("train", "moons-healthy", "--out", blocked / "below")
    assert result.exit_code == 5
    assert "could not be written" in result.stderr


def test_exit_code_5_for_cuda_that_is_not_there(call, folder: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    result = call("train", "moons-healthy", *SHORT, "--device", "cuda", "--out", folder)
    assert result.exit_code == 5
    assert "Choose 'cpu'" in result.stderr
    assert call("train", "moons-healthy", *SHORT, "--device", "auto", "--out", folder).exit_code == 0


def test_a_fault_of_ours_is_one_sentence(call, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relulab.api.train", lambda *_, **__: 1 / 0)
    result = call("train", "moons-healthy", "--out", folder)
    assert result.exit_code == 5
    assert "ZeroDivisionError" in result.stderr
    assert "Traceback" not in result.stderr
    monkeypatch.setenv("RELULAB_TRACEBACK", "1")
    assert "Traceback" in call("train", "moons-healthy", "--out", folder).stderr


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "relulab", *map(str, arguments)]


def test_a_process_of_its_own_needs_no_qt(folder: Path, read_strict) -> None:
    arguments = map(str, ("-m", "relulab", "train", "moons-healthy", *SHORT, "--out", folder))
    code = f"import runpy, sys; sys.argv = {['-m', *list(arguments)[2:]]!r}; sys.modules['PySide6'] = None\n"
    code += "runpy.run_module('relulab', run_name='__main__', alter_sys=False)"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert "100 %" in ended.stderr
    assert read_strict(folder / "summary.json")["steps"] == 30


@pytest.mark.parametrize("start", ["relulab", "ui.startup.launch"])
def test_ctrl_c_before_the_command_line_is_imported_shows_no_traceback(start: str) -> None:
    code = (
        "import runpy, sys\n"
        "class Pressed:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'relulab.cli.main': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Pressed()); sys.argv = ['relulab', 'presets']\n"
        f"runpy.run_module({start!r}, run_name='__main__', alter_sys=False)"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr.strip()) == (130, "Stopped.")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_keeps_what_was_learned(folder: Path, read_strict) -> None:
    arguments = command("train", "digits-mlp", "--steps", "3000000", "--out", folder)
    with subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        wait_for_training(process)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=240)
        assert process.returncode == 130
    summary = read_strict(folder / "summary.json")
    assert summary["state"] == "paused"
    assert 0 < summary["steps"] < 3_000_000
    assert (folder / "weights.safetensors").exists()


@pytest.mark.skipif(shutil.which("script") is None, reason="needs the tool 'script' to make a terminal")
def test_a_terminal_shows_a_bar_in_one_line(folder: Path) -> None:
    inner = " ".join(f"'{part}'" for part in command("train", "moons-healthy", "--steps", "300", "--out", folder))
    ended = subprocess.run(["script", "-qec", inner, "/dev/null"], cwd=ROOT, capture_output=True, timeout=240)
    assert ended.returncode == 0
    assert b"\r[" in ended.stdout
    assert b"[########################] 100 %" in ended.stdout


def test_loading_shows_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    bar = ProgressBar()
    bar.loading(1, 0, "of unknown length")
    for done in (1, 5, 6, 100):
        bar.loading(done, 100, "Downloading")
    bar.finish()
    shown = capsys.readouterr().err.splitlines()
    assert [line.split("%")[0].split()[-1] for line in shown] == ["1", "100"]
