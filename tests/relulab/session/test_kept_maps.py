"""Maps that a session keeps: they come back with every number, and hold nothing that could do harm."""

import dataclasses
import json
import math

import pytest

from relulab.diagnosis.ends import End
from relulab.errors import SessionError
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.session.file.files import load_session, save_session
from relulab.session.kept_maps import KeptMap
from relulab.session.limits import MAP_RUNS, MAPS
from relulab.session.model import SessionModel
from relulab.session.outside_files import files_named_by
from relulab.session.session import Session
from relulab.session.store import SessionStore
from tests.helpers.packing import pack, unpack, write
from tests.relulab.population.designs import design

RATE, UNITS = "training.learning_rate", "hidden.units"
NAMES = [part.name for part in dataclasses.fields(Standing) if part.type in (int, float, str, bool)]


def some_map(over=None):
    over = {RATE: "log:0.01:1:5", UNITS: [4, -1]} if over is None else over
    kept = KeptMap(Sweep.of(design(), over, [3, 5], "fresh"))
    kept.runs[7] = Standing(7, seed=15, end=End.FAILED.value, reason="No units – keine", is_over=True)
    kept.runs[0] = Standing(
        0,
        seed=3,
        end=End.DIVERGED.value,
        step=9,
        is_over=True,
        loss=math.inf,
        test_accuracy=0.1 + 0.2,
        gradient=1e-300,
        picture="AB+/",
    )
    return kept


def test_a_map_comes_back_with_every_number(tmp_path):
    kept, path = some_map(), tmp_path / "map.relulab"
    save_session(Session(maps=(kept, KeptMap(Sweep.of(design(), {"cure": ["none", "gelu"]}, 3)))), path)
    first, second = load_session(path).maps
    assert (first.sweep, second.sweep.axes[0].values) == (kept.sweep, ("none", "gelu"))
    assert first.sweep.axes[0].is_log
    assert first.runs.keys() == kept.runs.keys()
    for run, standing in kept.runs.items():
        assert len(NAMES) > 15
        for name in NAMES:
            assert repr(getattr(first.runs[run], name)) == repr(getattr(standing, name)), name
    assert not second.runs


def test_a_session_is_saved_as_far_as_its_maps_are_trained():
    model, kept = SessionModel(SessionStore()), some_map()
    model.keep_map(kept)
    before = model.fingerprint(None)
    saved = model.snapshot(None, None)
    kept.runs[1] = Standing(1, end=End.LEARNED.value, is_over=True)
    assert set(saved.maps[0].runs) == {0, 7}
    assert model.fingerprint(None) != before, "a copy for a crash is worth while again"
    assert model.trained
    for _ in range(MAPS):
        model.keep_map(some_map())
    assert len(model.head.maps) == MAPS
    assert all(other is not kept for other in model.head.maps), "the oldest has made room"


def test_a_map_that_nothing_was_trained_of_is_not_saved():
    model = SessionModel(SessionStore())
    model.keep_map(KeptMap(Sweep.of(design(), {RATE: [0.1, 1.0]}, 2)))
    assert not model.trained
    assert model.snapshot(None, None).maps == ()


def test_files_that_a_cell_names_are_known():
    choice = {"name": "csv", "parameters": {"path": "/etc/passwd"}}
    kept = KeptMap(Sweep.of(design(), {"data.dataset": ["moons", choice]}, 2))
    assert files_named_by(Session(maps=(kept,))) == ("/etc/passwd",)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"over": [{"path": RATE, "range": "lin:0:1:1000000000"}]}, "more runs"),
        ({"over": [{"path": RATE, "range": "log:0:1:5"}]}, "no 0"),
        ({"over": [{"path": RATE}]}, "no values"),
        ({"over": []}, "over"),
        ({"seeds": [1, 1]}, "listed twice"),
        ({"seeds": list(range(MAP_RUNS + 1))}, "seeds"),
        ({"over": [{"path": RATE, "values": [0.1]}]}, "more runs"),
        ({"spec": {"model": {"layers": ["unheard_of"]}}}, "unheard_of"),
        ({"runs": [{"run": 0}]}, "runs"),
    ],
)
def test_a_map_that_no_window_makes_is_refused(tmp_path, changed, words):
    path = tmp_path / "map.relulab"
    save_session(Session(maps=(some_map(),)), path)
    parts = unpack(path.read_bytes())
    document = json.loads(parts["maps/0000.json"])
    parts["maps/0000.json"] = json.dumps(document | changed).encode()
    with pytest.raises(SessionError, match=words):
        load_session(write(tmp_path, pack(parts)))
