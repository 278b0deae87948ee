"""What is saved comes back: every number, type and text, and the training goes on from it."""

import dataclasses
import math
import os
import subprocess
import sys
import threading
import time
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load

from relulab.data.loading import load_dataset
from relulab.errors import DataError, SessionError
from relulab.experiment import ExperimentSpec
from relulab.experiment.live_settings import LIVE_FIELDS
from relulab.session import atomic, history, limits
from relulab.session.file import files
from relulab.session.file.container import Container, write_container
from relulab.session.file.files import ChangedOnDiskError, FileMark, encode, load_session, open_session, save_session
from relulab.session.file.schema import TRAINING_TENSORS, CheckpointDocument, RunDocument
from relulab.session.file.tables import PICTURES_BY_KIND, SERIES
from relulab.session.history import HistorySnapshot, RunHistory
from relulab.session.session import DataFingerprint, RunRecord, Session
from relulab.training.checkpoint import Checkpoint
from relulab.training.run import TrainingRun
from relulab.training.telemetry import Picture, RunStarted, ScatterPicture, StepRecord
from tests.helpers.paths import ROOT
from tests.helpers.sessions import assert_same_run, assert_same_session, trained


@pytest.fixture
def path(tmp_path):
    return tmp_path / "Größe ½.relulab"


def test_a_session_comes_back_exactly(rich, path):
    save_session(rich, path)
    assert_same_session(rich, load_session(path))


def test_what_came_back_is_saved_the_same_again(rich, path, rich_bytes):
    path.write_bytes(rich_bytes)
    save_session(load_session(path), path)
    with zipfile.ZipFile(BytesIO(rich_bytes)) as first, zipfile.ZipFile(path) as second:
        names = set(first.namelist()) - {"manifest.json"}  # which holds the time
        assert names == set(second.namelist()) - {"manifest.json"}
        assert all(first.read(name) == second.read(name) for name in names)


def test_an_empty_session(path):
    save_session(Session(), path)
    assert_same_session(Session(), load_session(path))


def test_numbers_that_are_not_finite_keep_their_bits(path):
    run = trained("curve", 4)
    recorded = run.history.recorded()
    columns = {kind: {name: column.copy() for name, column in c.items()} for kind, c in recorded.columns.items()}
    odd = np.array([0x7FF8000000000001, 0xFFF0000000000000, 0x7FF0000000000000, 0x8000000000000000], np.uint64)
    columns[StepRecord]["loss"][:4] = odd.view(np.float64)
    run = dataclasses.replace(
        run,
        history=RunHistory.restored(run.history.info, HistorySnapshot(columns, moments=recorded.moments)),
        seconds=math.inf,
    )
    save_session(Session(runs=(run,)), path)
    (again,) = load_session(path).runs
    assert_same_run(run, again)
    assert again.history.columns(StepRecord, "loss")[0][:4].view(np.uint64).tolist() == odd.tolist()
    assert again.seconds == math.inf


def test_a_scatter_picture(path):
    run = trained("curve", 2)
    run.history.append(ScatterPicture(2, np.arange(3, dtype=np.float32), np.ones(3, np.float32)))
    save_session(Session(runs=(run,)), path)
    assert_same_run(run, load_session(path).runs[0])


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("kind", ["plane", "curve", "classes"])
def test_training_goes_on_from_a_file_as_if_it_had_never_stopped(kind, which, path):
    record = trained(kind)
    spec = record.spec
    save_session(Session(runs=(record,)), path)
    straight = TrainingRun.resumed(record.checkpoints[which], load_dataset(spec.data))
    expected = [straight.step() for _ in range(8)]
    (again,) = load_session(path).runs
    dataset = load_dataset(again.spec.data)
    again.data.check(dataset)
    checkpoint = again.checkpoints[which]
    run = TrainingRun.resumed(checkpoint, dataset, record=again.history.up_to(checkpoint.step).append)
    assert [run.step() for _ in range(8)] == expected


def test_a_run_in_a_file_is_the_uninterrupted_run(path):
    """From the first step to the last: one run straight, the other through a file in the middle."""
    record = trained("plane", 12)
    save_session(Session(runs=(record,)), path)
    (again,) = load_session(path).runs
    spec = record.spec
    straight = TrainingRun(spec, load_dataset(spec.data))
    straight.run_until(6)
    straight.change(learning_rate=0.01, l2=0.001)
    straight.run_until(12)
    expected = [straight.step() for _ in range(20)]
    resumed = TrainingRun.resumed(again.checkpoints[-1], load_dataset(again.spec.data))
    assert [resumed.step() for _ in range(20)] == expected


def test_other_data_than_those_of_the_run_are_noticed():
    record = trained("plane", 2)
    other = load_dataset(record.spec.data.replace(seed=99))
    record.data.check(load_dataset(record.spec.data))
    with pytest.raises(DataError, match="changed"):
        record.data.check(other)


def test_a_run_whose_history_grows_while_it_is_saved(path):
    """The history of a run in training is copied part by part; the file is whole all the same."""
    spec = ExperimentSpec.parse({"data": {"dataset": "moons", "train_size": 60}, "training": {"steps": 100_000}})
    histories: list[RunHistory] = []
    run = TrainingRun(spec, load_dataset(spec.data), record=lambda r: _route(histories, r))
    run.measure_start()
    stop = threading.Event()

    def work() -> None:
        while not (stop.is_set() or run.finished):
            run.step()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for _ in range(20):
            record = RunRecord("live", histories[0], DataFingerprint.of(run.dataset))
            save_session(Session(runs=(record,)), path)
            load_session(path)
    finally:
        stop.set()
        worker.join()


def _route(histories: list[RunHistory], record) -> None:
    if isinstance(record, RunStarted):
        histories.append(RunHistory(record))
    histories[-1].append(record)


def test_findings_out_of_a_file_can_be_tried(rich, path):
    save_session(rich, path)
    finding = load_session(path).runs[0].history.findings.current[0]
    assert str(finding.explanation) == "50% of the units {never} fire."
    assert finding.cures[0].apply(rich.runs[0].spec).training.learning_rate == 0.1


def test_every_field_of_every_record_has_a_place_in_the_file():
    for kind, fields in SERIES.values():
        assert fields.keys() == {field.name for field in dataclasses.fields(kind)}
    assert {kind for kind, _ in SERIES.values()} == set(history.SERIES)
    assert {kind for kind, _ in PICTURES_BY_KIND.values()} == set(Picture.__args__)
    for kind, fields in PICTURES_BY_KIND.values():
        kept = {field.name for field in dataclasses.fields(kind)} - {"stack"}  # checkpoints have the network's weights
        assert {"step", *fields} == kept


def test_every_field_of_runs_and_checkpoints_has_a_place_in_the_file():
    fields = {field.name for field in dataclasses.fields(Checkpoint)} - {"settings", "moments"} | set(LIVE_FIELDS)
    assert {"network", *TRAINING_TENSORS, *CheckpointDocument.model_fields} == fields
    fields = {field.name for field in dataclasses.fields(RunRecord)}
    assert fields - {"key", "history"} <= RunDocument.model_fields.keys()
    fields = {field.name for field in dataclasses.fields(HistorySnapshot)}
    assert fields - {"columns", "moments", "weights"} <= RunDocument.model_fields.keys()


def test_opening_needs_no_torch(rich_bytes, path):
    path.write_bytes(rich_bytes)
    code = "import sys, pathlib; from relulab.session.file.files import load_session; "
    code += "load_session(pathlib.Path(sys.argv[1])); sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, check=True)


def test_plain_tools_can_read_the_parts(rich, rich_bytes, path):
    """numpy reads the arrays straight out of the file; safetensors loads the weights."""
    path.write_bytes(rich_bytes)
    run = rich.runs[0]
    with np.load(path, allow_pickle=False) as arrays:
        loss = arrays[f"runs/{run.key}/steps/loss"]
    assert loss.tolist() == run.history.columns(StepRecord, "loss")[0].tolist()
    with zipfile.ZipFile(path) as archive:
        step = run.checkpoints[0].step
        weights = load(archive.read(f"runs/{run.key}/checkpoints/{step:012}/weights.safetensors"))
    assert weights.keys() == run.checkpoints[0].network.keys()


def test_a_file_that_somebody_else_changed_is_not_overwritten(small, path):
    mark = save_session(small, path)
    assert open_session(path)[1] == mark
    mine = save_session(small, path, mark)
    theirs = dataclasses.replace(small, notes="theirs")
    save_session(theirs, path, mine)
    with pytest.raises(ChangedOnDiskError, match="another window"):
        save_session(small, path, mine)
    assert load_session(path).notes == "theirs"


def test_the_same_content_with_another_date_is_no_change_and_a_file_that_is_gone_is_none(small, path):
    mark = save_session(small, path)
    path.touch()
    assert mark.still_holds(path)
    save_session(small, path, mark)
    path.unlink()
    save_session(small, path, mark)
    assert path.exists()


def test_a_change_that_keeps_size_and_date_is_noticed(small, path):
    mark = save_session(small, path)
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    os.utime(path, (mark.modified, mark.modified))
    with pytest.raises(ChangedOnDiskError):
        save_session(small, path, mark)


def test_links_are_followed_and_permissions_kept(small, tmp_path):
    target, link = tmp_path / "target.relulab", tmp_path / "link.relulab"
    save_session(small, target)
    target.chmod(0o640)
    link.symlink_to(target)
    save_session(dataclasses.replace(small, notes="new"), link)
    assert link.is_symlink()
    assert load_session(target).notes == "new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_places_that_cannot_be_written_or_read_say_so(small, tmp_path):
    with pytest.raises(SessionError, match="folder is no longer there"):
        save_session(small, tmp_path / "gone" / "x.relulab")
    with pytest.raises(SessionError, match="could not be saved"):
        save_session(small, tmp_path)
    with pytest.raises(SessionError, match=r"No such file\. Was it moved"):
        load_session(tmp_path / "none.relulab")
    with pytest.raises(SessionError, match="not a file"):
        load_session(tmp_path)
    with pytest.raises(SessionError, match="not a file"):
        load_session(Path("/dev/zero"))
    assert FileMark.of(tmp_path / "none.relulab") is None
    assert list(tmp_path.iterdir()) == []


def test_what_a_crash_left_behind_is_removed_later(small, tmp_path):
    old, new = tmp_path / ".relulab-0123.part", tmp_path / ".relulab-4567.part"
    old.write_bytes(b"x")
    new.write_bytes(b"x")
    os.utime(old, (time.time() - 3600,) * 2)
    save_session(small, tmp_path / "x.relulab")
    assert not old.exists()
    assert new.exists()  # another window may be saving just now


def test_text_that_is_too_long_or_broken_is_refused_and_the_old_file_stays(small, path):
    save_session(small, path)
    before = path.read_bytes()
    with pytest.raises(SessionError, match="title"):
        save_session(dataclasses.replace(small, title="x" * 1001), path)
    with pytest.raises(SessionError, match="notes"):
        save_session(dataclasses.replace(small, notes="\ud800"), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_what_could_not_be_opened_again_does_not_replace_what_can(small, path):
    """A history that contradicts itself, as a bug might make one: noticed before the old file is gone."""
    save_session(small, path)
    before = path.read_bytes()
    (run,) = small.runs
    recorded = run.history.recorded()
    recorded.columns[StepRecord]["loss"] = recorded.columns[StepRecord]["loss"][1:]
    broken = dataclasses.replace(run, history=RunHistory.restored(run.history.info, recorded))
    with pytest.raises(SessionError, match="does not fit the rest"):
        save_session(Session(runs=(broken,)), path)
    assert path.read_bytes() == before


def test_parts_are_made_one_by_one(rich):
    parts = encode(rich)
    assert next(parts)[0] == "session.json"


def test_what_compresses_very_well_is_stored_as_it_is(path):
    """A file that unpacks to more than 100 times its size is refused as a trap, so none is ever written."""
    name, data = "runs/00000000/steps/loss.npy", bytes(2 * limits.SMALL_BYTES)
    with path.open("x+b") as file:
        write_container(file, lambda: [(name, (data,))])
        assert Container(file).take(name) == data
    assert path.stat().st_size > len(data)


def test_r3_a_session_of_many_runs_comes_back_with_all_of_them(rich, tmp_path, monkeypatch):
    """Where the parts would be too many for one file, older checkpoints make room; the newest of each run stays."""
    run = rich.runs[0]
    assert len(run.checkpoints) == 2
    many = tuple(dataclasses.replace(run, key=f"{number:08x}", name=f"run {number}") for number in range(8))
    for room, kept in ((limits.PARTS, 2), (8 * 2 * files.PARTS_OF_RUN + limits.PICTURES + 30, 1)):
        monkeypatch.setattr(files, "PARTS", room)
        save_session(Session(runs=many), tmp_path / "many.relulab")
        back = load_session(tmp_path / "many.relulab").runs
        assert [one.key for one in back] == [one.key for one in many]
        assert all(one.checkpoints[-1].step == run.checkpoints[-1].step for one in back)
        assert {len(one.checkpoints) for one in back} == {kept}


def test_the_parts_of_a_run_are_counted(rich):
    """``PARTS_OF_RUN`` and ``PARTS_OF_CHECKPOINT`` are no less than what is written."""
    for run in rich.runs:
        names = [name for name, _ in files.encode(Session(runs=(run,)))]
        checkpoints = sum("/checkpoints/" in name for name in names)
        trials = len(run.history.trials)
        assert len(names) - 1 - checkpoints <= files.PARTS_OF_RUN * (1 + trials)
        assert checkpoints <= files.PARTS_OF_CHECKPOINT * len(run.checkpoints)


def test_r15_the_age_of_a_save_is_told_by_the_clock_of_its_disk(tmp_path):
    """A server may be hours ahead or behind: a save in progress there is not taken for one that was left behind."""
    saving = tmp_path / ".relulab-0123.part"
    saving.write_bytes(b"x")
    for server in (time.time() - 7200, time.time() + 7200):
        os.utime(saving, (server,) * 2)
        atomic._remove_abandoned(tmp_path, server + 60)
        assert saving.exists()
    atomic._remove_abandoned(tmp_path, server + 3600)
    assert not saving.exists()
