"""The weights alone of moments, in a session file: they come back exactly, older files have none, damage is refused."""

from dataclasses import replace

import numpy as np
import pytest

from relulab.errors import SessionError
from relulab.session.file.arrays import from_tensors, to_tensors
from relulab.session.file.files import load_session, save_session
from relulab.session.file.weights import weights_of, weights_part
from relulab.session.limits import KEPT_BYTES, KEPT_WEIGHTS
from relulab.session.looking_back import steps_with_weights, weights_at
from relulab.session.session import Session
from tests.helpers.sessions import trained

PART = "runs/0123abcd/weights.safetensors"


@pytest.fixture(scope="module", params=["plane", "classes"])
def run(request):
    return trained(request.param, key="0123abcd")


def packed(arrays):
    return b"".join(to_tensors(arrays))


def tensors(run):
    return from_tensors(b"".join(weights_part(run.history.kept_weights, run.checkpoints)), PART)


def test_they_come_back_exactly(run, tmp_path):
    path = tmp_path / "moments.relulab"
    save_session(Session(runs=(run,)), path)
    (again,) = load_session(path).runs
    history = again.history
    assert steps_with_weights(history) == (1, 4, 6, 12)
    for step in (1, 4):
        found = weights_at(history, step)
        assert found is not None
        assert found.spec == run.spec
        kept = next(one for one in run.history.kept_weights if one.step == step)
        for name, array in kept.unpacked(run.checkpoints[0].network).network.items():
            np.testing.assert_array_equal(found.network[name], array, name)
            assert found.network[name].dtype == array.dtype


def test_moments_of_a_design_that_no_checkpoint_has_are_left_out(run):
    first, second = run.history.kept_weights
    other = replace(second, spec=second.spec.replace(name="another"))
    assert (
        weights_of(b"".join(weights_part((first, other), run.checkpoints)), run.checkpoints, PART)[0].step == first.step
    )
    assert len(weights_of(b"".join(weights_part((first, other), run.checkpoints)), run.checkpoints, PART)) == 1
    assert not weights_part((other,), run.checkpoints)
    assert not weights_part((first,), ())


def test_damage_is_refused(run):
    good = tensors(run)
    values = good["values"]
    damaged = {
        "does not hold": {name: good[name] for name in ("step", "design")},
        "do not go together": good | {"step": good["step"].astype(np.float64)},
        "types or shapes": good | {"design": good["design"][:1]},
        "not in order": good | {"step": good["step"][::-1].copy()},
        "in order": good | {"step": np.array([-1, 4])},
        "a checkpoint that is not there": good | {"design": np.array([0, 2])},
        "another network": good | {"values": values[:, :-1].copy()},
    }
    for says, arrays in damaged.items():
        with pytest.raises(SessionError, match=says):
            weights_of(packed(arrays), run.checkpoints, PART)
    many = KEPT_WEIGHTS + 1
    long = {"step": np.arange(many), "design": np.zeros(many, np.int64), "values": np.repeat(values[:1], many, axis=0)}
    with pytest.raises(SessionError, match="more than the weights of 240 moments"):
        weights_of(packed(long), run.checkpoints, PART)
    wide = good | {"values": np.zeros((2, KEPT_BYTES // 8 + 1), np.float32)}
    with pytest.raises(SessionError, match="or more bytes"):
        weights_of(packed(wide), run.checkpoints, PART)


def test_a_part_without_checkpoints_belongs_to_nothing(run):
    with pytest.raises(SessionError, match="another network"):
        weights_of(packed(tensors(run)), (), PART)
