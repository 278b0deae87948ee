"""Session files of every version that people have: they open with all they hold, training goes on, and saving again
loses nothing. ``golden_session.py`` made them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relulab.data.loading import load_dataset
from relulab.diagnosis.findings import Finding, Severity
from relulab.errors import SessionError
from relulab.experiment import ExperimentSpec
from relulab.session.file import container
from relulab.session.file.container import MIGRATIONS, VERSION
from relulab.session.file.files import load_session, save_session
from relulab.session.model import SessionModel
from relulab.session.session import RunRecord, Session
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from relulab.training.state import State
from relulab.training.telemetry import CurvePicture, PlanePicture, ProbeRecord, StepRecord
from relulab.training.trainer import Trainer
from tests.helpers.golden_session import DYING, golden_session
from tests.helpers.packing import pack, unpack, write
from tests.helpers.sessions import png

GOLDEN = Path(__file__).parent / "golden"
NEXT_LOSSES = {24: [0.6853513122, 0.6869236231, 0.7012996078], 36: [0.7261833549, 0.6944603323, 0.7067434788]}
SECONDS = 60.0


@pytest.fixture(params=range(1, VERSION + 1))
def golden(request) -> Path:
    return GOLDEN / f"v{request.param}.relulab"


@pytest.fixture
def session(golden) -> Session:
    return load_session(golden)


def test_every_version_has_a_golden_file_and_a_way_to_the_next():
    assert {path.stem for path in GOLDEN.iterdir()} == {f"v{n}" for n in range(1, VERSION + 1)}
    assert set(MIGRATIONS) == set(range(1, VERSION))
    assert all(path.stat().st_size < 120_000 for path in GOLDEN.iterdir())


def test_what_people_wrote(session):
    assert (session.title, session.author) == ("Golden session", "Ada Löwe")
    assert session.notes == "Why do ReLUs die?\n\n– because $x \\le 0$"
    assert [design.name for design in session.experiments] == ["Too fast – zu schnell", "Experiment"]
    (picture,) = session.pictures
    assert (picture.title, picture.note, picture.run) == ("Two pixels", "pinned at step 36", "0badcafe")
    first, second = session.runs
    assert (first.key, first.name, first.colour, first.hidden) == ("0badcafe", "Too fast – zu schnell", 2, False)
    assert first.notes == "Units die before step 24.\n½ of them 🙂"
    assert (second.key, second.name, second.colour, second.hidden) == ("00c0ffee", "The sine, again", 5, True)
    assert (second.parent, second.branched_at, second.test_loss) == ("0badcafe", 24, 0.25)
    assert (first.started, first.environment["torch"]) == ("2026-11-21T10:00:00+00:00", "2.13.0")


def test_what_was_measured(session, golden):
    first, second = session.runs
    assert (first.state, second.state) == (State.PAUSED, State.FINISHED)
    assert second.message.startswith("12 steps in")
    steps, losses = first.history.columns(StepRecord, "step", "loss")
    recorded = [0, 1, 2, 3, 5, 6, 9, 10, 12, 15, 18, 20, 21, 24, 27, 30, 33, 36]
    if golden.stem != "v1":  # there, judged steps are recorded too
        recorded = sorted({*recorded, *range(0, 37, 2)})
    assert steps.tolist() == recorded
    assert losses[0] == pytest.approx(2.9978919)
    if golden.stem == "v1":
        assert losses[6] == pytest.approx(0.99035309)
    assert first.history.rows(ProbeRecord) == len(recorded)
    penalty = "L2" if golden.stem == "v1" else "L2 penalty"
    assert [change.what for change in first.history.changes] == ["learning rate", penalty]
    assert isinstance(first.history.picture, PlanePicture)
    assert isinstance(second.history.picture, CurvePicture)
    assert first.history.info.spec.model.layers[1].kind == "dropout"
    (trial,) = first.history.trials
    assert (trial.title, trial.info.spec.training.learning_rate) == ("Learning rate 0.01", 0.01)
    assert trial.columns(StepRecord, "step")[0][-1] == 12


def test_what_was_found(session):
    first, second = session.runs
    found = {finding.rule: finding for finding in first.history.findings.current}
    assert found.keys() == {"updates_too_large", "first_loss"}
    assert found["first_loss"].severity is Severity.WARNING
    assert "a network that only guesses has 0.693" in str(found["first_loss"].explanation)
    (fix,) = found["first_loss"].cures
    assert fix.apply(first.spec).model.layers[1].kind == "batch_norm"
    assert [(finding.rule, finding.ended) for finding in first.history.findings.ended] == [("first_loss", 20)]
    assert second.history.findings.current[0].rule == "healthy"
    certificate = first.history.certificate(0, 0)
    assert (certificate.died_in, certificate.bias_after) == (7, pytest.approx(-8.1428213))


@pytest.mark.parametrize("step", NEXT_LOSSES)
def test_training_goes_on_from_every_checkpoint(session, step):
    run = session.runs[0]
    assert [checkpoint.step for checkpoint in run.checkpoints] == [24, 36]
    checkpoint = next(checkpoint for checkpoint in run.checkpoints if checkpoint.step == step)
    dataset = load_dataset(run.spec.data)
    run.data.check(dataset)
    going_on = TrainingRun.resumed(checkpoint, dataset, record=run.history.up_to(step).append)
    assert [going_on.step() for _ in NEXT_LOSSES[step]] == pytest.approx(NEXT_LOSSES[step], rel=1e-4)


def test_a_window_goes_on_with_it_and_saves_it_again(session, tmp_path):
    """The first run, opened as a window does: what it had is still there, and what it learned since is added."""
    store = SessionStore()
    model = SessionModel(store)
    model.open(Session(title=session.title, runs=session.runs[:1]))
    with Trainer(store.append, threads=1) as trainer:
        trainer.resume(model.resumption())
        trainer.wait({State.PAUSED}, SECONDS)
        assert trainer.status.step == 36
        trainer.step_batch()
        trainer.wait({State.PAUSED}, SECONDS)
        save_session(model.snapshot(None, trainer), tmp_path / "again.relulab")
    (run,) = load_session(tmp_path / "again.relulab").runs
    assert kept(run) == kept(session.runs[0])
    assert [checkpoint.step for checkpoint in run.checkpoints] == [24, 36, 37]
    assert run.history.columns(StepRecord, "step")[0][-1] == 37


def test_a_run_that_is_saved_opened_and_trained_to_its_end_gets_the_verdicts_of_the_whole_run(tmp_path):
    """T1: byte for byte, whatever was judged before it was saved."""
    spec = ExperimentSpec.parse(DYING)
    said = []
    for pause in (None, 24):
        store = SessionStore()
        model = SessionModel(store)
        with Trainer(store.append, threads=1) as trainer:
            trainer.prepare(spec)
            trainer.wait({State.READY}, SECONDS)
            if pause:
                for _ in range(pause):
                    trainer.step_batch()
                trainer.wait({State.PAUSED}, SECONDS)
                save_session(model.snapshot(spec, trainer), tmp_path / "paused.relulab")
        if pause:
            store = SessionStore()
            model = SessionModel(store)
            model.open(load_session(tmp_path / "paused.relulab"))
        with Trainer(store.append, threads=1) as trainer:
            if pause:
                trainer.resume(model.resumption())
                trainer.wait({State.PAUSED}, SECONDS)
            else:
                trainer.prepare(spec)
                trainer.wait({State.READY}, SECONDS)
            trainer.train()
            trainer.wait({State.FINISHED}, SECONDS)
            findings = store.current.findings
            said.append([repr(shown(finding)) for finding in (*findings.current, *findings.ended)])
    assert said[0] == said[1]
    assert said[0], "a run of which nothing is said would show nothing"


def shown(finding: Finding) -> tuple[object, ...]:
    """All that is read of a finding."""
    texts = (str(finding.explanation), str(finding.why), str(finding.sample))
    return finding.key, finding.severity, *texts, finding.measured, finding.units, finding.began, finding.ended


def kept(run: RunRecord) -> tuple[object, ...]:
    return run.key, run.name, run.notes, run.colour, run.history.changes, len(run.history.trials)


def said_the_same(data: bytes, again: bytes) -> bool:
    """Whether a JSON part says what it said, designs in their present version.

    A field that came later and may be missing is there, and empty.
    """
    return _the_same(in_present_version(json.loads(data)), in_present_version(json.loads(again)))


def _the_same(before: Any, after: Any) -> bool:
    if isinstance(before, dict) and isinstance(after, dict):
        later = after.keys() - before
        return before.keys() <= after.keys() and not any(after[name] for name in later) and _all_same(before, after)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and _all_same(dict(enumerate(before)), dict(enumerate(after)))
    return before == after


def _all_same(before: dict[Any, Any], after: dict[Any, Any]) -> bool:
    return all(_the_same(value, after[key]) for key, value in before.items())


def in_present_version(document: Any) -> Any:
    if isinstance(document, list):
        return [in_present_version(one) for one in document]
    if isinstance(document, dict) and "schema_version" in document:
        return json.loads(ExperimentSpec.from_json(json.dumps(document)).to_json())
    return {name: in_present_version(one) for name, one in document.items()} if isinstance(document, dict) else document


def test_it_is_saved_again_as_it_was(golden, tmp_path):
    """A change of the format without a new version would strand the files that people have."""
    save_session(load_session(golden), tmp_path / "again.relulab")
    before, after = unpack(golden.read_bytes()), unpack((tmp_path / "again.relulab").read_bytes())
    assert before.keys() == after.keys()
    for name, data in before.items():
        same = said_the_same(data, after[name]) if name.endswith(".json") else data == after[name]
        assert same, name


def test_a_run_of_the_present_version_is_judged_by_what_it_was_judged_by(session, golden):
    moments = session.runs[0].history.recorded().moments
    if golden.stem == "v1":
        assert moments == ()
    else:
        assert [moment.step for moment in moments] == [0, 1, *range(2, 6, 2), 5, *range(6, 37, 2)]
        assert session.runs[0].checkpoints[-1].moments == moments
        assert moments[0].unit_status.dtype == np.uint8


def test_the_maker_of_golden_files_makes_such_a_file(tmp_path):
    save_session(golden_session(png()), tmp_path / "new.relulab")
    made = unpack((tmp_path / "new.relulab").read_bytes())
    assert made.keys() == unpack((GOLDEN / f"v{VERSION}.relulab").read_bytes()).keys()


def test_migrations_are_made_one_after_the_other(tmp_path, monkeypatch):
    """As if the present version were two younger: one renamed a part, the next a field inside it."""
    done = []

    def rename_part(readers) -> None:
        done.append(1)
        readers["session.json"] = readers.pop("pictures/9999.png")

    def rename_field(readers) -> None:
        done.append(2)
        document = json.loads(readers["session.json"]())
        document["title"] = document.pop("heading")
        readers["session.json"] = lambda: json.dumps(document).encode()

    parts = unpack((GOLDEN / f"v{VERSION}.relulab").read_bytes())
    document = json.loads(parts.pop("session.json"))
    document["heading"] = document.pop("title")
    old = pack(parts | {"pictures/9999.png": json.dumps(document).encode()}, version=VERSION)
    monkeypatch.setitem(MIGRATIONS, VERSION, rename_part)
    monkeypatch.setitem(MIGRATIONS, VERSION + 1, rename_field)
    with pytest.raises(SessionError):
        load_session(write(tmp_path, old))
    assert not done, "a file of the present version is left alone"
    monkeypatch.setattr(container, "VERSION", VERSION + 2)
    assert load_session(write(tmp_path, old)).title == "Golden session"
    assert done == [1, 2]
    with pytest.raises(SessionError, match=f"knows {VERSION + 2}"):
        load_session(write(tmp_path, pack(unpack(old), version=VERSION + 3)))
