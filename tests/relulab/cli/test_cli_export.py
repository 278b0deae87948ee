"""``relulab export``: what it takes, what it writes, how it refuses."""

import csv
from pathlib import Path

import pytest

from relulab.data.loading import load_dataset
from relulab.experiment.presets import load_preset
from relulab.export.formats import FORMATS
from relulab.session.file.files import load_session, save_session
from relulab.session.session import DataFingerprint, RunRecord, Session
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from relulab.training.schedule import MeasurementSchedule

SHORT = ("--set", "training.epochs=2")


@pytest.mark.parametrize("key", FORMATS)
def test_every_format_of_a_preset(key: str, call, folder: Path) -> None:
    if key in ("onnx", "tensorboard"):
        pytest.importorskip(key)
    out = folder / "neuer Ordner" / f"Netz 1{FORMATS[key].suffix}"
    result = call("export", "moons-healthy", "--format", key, *SHORT, "--out", out)
    assert result.exit_code == 0, result.stderr
    assert str(out) in result.stdout
    assert out.is_file() if FORMATS[key].suffix else any(out.iterdir())
    assert ("Training" in result.stdout) == (key not in ("pytorch", "notebook"))


def test_settings_and_seed_reach_the_script(call, folder: Path) -> None:
    call("export", "moons-healthy", "--format", "pytorch", *SHORT, "--seed", 7, "--out", folder / "a.py")
    text = (folder / "a.py").read_text(encoding="utf-8")
    assert "MODEL_SEED = 7" in text
    assert "2 epochs" in text


def test_predictions_with_the_weights_of_an_earlier_training(call, folder: Path) -> None:
    call("train", "moons-healthy", *SHORT, "--out", folder)
    weights = ("--weights", folder / "weights.safetensors")
    assert (
        call("export", "moons-healthy", "--format", "predictions", *weights, "--out", folder / "a.csv").exit_code == 0
    )
    call("export", "moons-healthy", "--format", "predictions", *SHORT, "--out", folder / "b.csv")
    assert (folder / "a.csv").read_text() == (folder / "b.csv").read_text()


def session_of(path: Path, steps: int = 30) -> TrainingRun:
    """A saved session with one run and its checkpoint."""
    store, spec = SessionStore(), load_preset("moons-healthy")
    run = TrainingRun(spec, load_dataset(spec.data), recording=MeasurementSchedule.every(5), record=store.append)
    run.measure_start()
    run.run_until(steps)
    assert store.current is not None
    record = RunRecord("one", store.current, DataFingerprint.of(run.dataset), checkpoints=(run.checkpoint(),))
    save_session(Session(runs=(record,)), path)
    return run


def test_a_session_gives_its_own_weights_history_and_code(call, folder: Path) -> None:
    run = session_of(folder / "s é.relulab")
    for key, name in (("predictions", "p.csv"), ("history-csv", "h"), ("pytorch", "x.py")):
        result = call("export", folder / "s é.relulab", "--format", key, "--out", folder / name)
        assert result.exit_code == 0, result.stderr
        assert "Training" not in result.stdout
    with (folder / "h" / "steps.csv").open(encoding="utf-8") as file:
        assert [int(row["step"]) for row in csv.DictReader(file)] == [0, 1, 2, 5, 10, 15, 20, 22, 25, 30]
    with (folder / "p.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    right = sum(row["true"] == row["predicted"] for row in rows) / len(rows)
    assert right == pytest.approx(run.test()[1])


def two_runs(path: Path) -> None:
    """A saved session with two runs of one name and different lengths."""
    session_of(path, 30)
    long = load_session(path).runs[0]
    session_of(path, 10)
    save_session(Session(runs=(long, *load_session(path).runs)), path)


def test_any_run_of_a_session(call, folder: Path) -> None:
    path = folder / "two.relulab"
    two_runs(path)
    long, short = load_session(path).runs
    for chosen, steps in ((("--run", "1"), 30), (("--run", long.key), 30), (("--run", short.key), 10), ((), 10)):
        out = folder / f"h{'-'.join(chosen)}"
        result = call("export", path, "--format", "history-csv", "--out", out, *chosen)
        assert result.exit_code == 0, result.stderr
        with (out / "steps.csv").open(encoding="utf-8") as file:
            assert int(list(csv.DictReader(file))[-1]["step"]) == steps
    for name, problem in (("one", "2 runs are named 'one'"), ("3", "no run '3'"), ("0", "no run '0'")):
        result = call("export", path, "--format", "history-csv", "--out", folder / "x", "--run", name)
        assert result.exit_code == 5
        assert problem in result.stderr
        assert f"1 'one' ({long.key}), 2 'one' ({short.key})" in result.stderr
    assert call("export", "moons-healthy", "--format", "pytorch", "--out", folder / "x", "--run", "1").exit_code == 2
    assert not (folder / "x").exists()


def test_wrong_calls_are_explained(call, folder: Path) -> None:
    session_of(folder / "s.relulab", 2)
    save_session(Session(), folder / "empty.relulab")
    (folder / "w").write_bytes(b"no weights")
    cases = [
        (("moons-healthy", "--format", "word"), 2, "export format named 'word'"),
        (("moons-healthy", "--format", "pytorch", "--weights", folder / "w"), 2, "not made from weights"),
        (("moons-healthy", "--format", "predictions", "--weights", folder / "w"), 2, "holds no weights"),
        ((folder / "s.relulab", "--format", "pytorch", "--seed", 1), 2, "exported as it is"),
        ((folder / "empty.relulab", "--format", "pytorch"), 5, "no run that could be exported"),
        (("exploding", "--format", "predictions"), 4, "Nothing was exported"),
    ]
    for arguments, code, words in cases:
        result = call("export", *arguments, "--out", folder / "out")
        assert result.exit_code == code, result.stderr
        assert words in " ".join(result.stderr.replace("│", " ").split())
        assert not (folder / "out").exists()


def test_the_history_of_a_run_that_diverged_is_exported(call, folder: Path) -> None:
    assert call("export", "exploding", "--format", "history-csv", "--out", folder / "h").exit_code == 0
    assert (folder / "h" / "steps.csv").is_file()
