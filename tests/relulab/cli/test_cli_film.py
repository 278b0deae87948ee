"""``relulab film``: what it writes, and how it refuses before anything is trained."""

import numpy as np
import pytest
from PIL import Image, ImageSequence

from relulab.session.file.files import save_session
from relulab.session.session import Session
from tests.helpers.sessions import trained

FORM = ("--seconds", 1, "--rate", 3, "--width", 240)


def test_an_experiment_is_trained_and_filmed(call, folder):
    out = folder / "film.gif"
    small = ("--set", "model.layers.0.parameters.units=4", "--set", "training.epochs=2")
    result = call("film", "moons-healthy", "network", *small, *FORM, "--dark", "--out", out)
    assert result.exit_code == 0, result.stderr
    assert "3 moments" in result.stdout
    with Image.open(out) as film:
        assert len(list(ImageSequence.Iterator(film))) == 3
        assert np.asarray(film.convert("L")).mean() < 90


def test_a_run_of_a_session_tells_how_far_it_is(call, folder):
    session, out = folder / "session.relulab", folder / "film.gif"
    save_session(Session(runs=(trained("curve"),)), session)
    result = call("film", session, "loss", *FORM, "--run", 1, "--tell", "--out", out)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[:-1] == ["1 3", "2 3", "3 3"]
    assert call("film", session, "loss", "--seed", 2, "--out", out).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("moons-healthy", "weather", "--out", "film.gif"), "There is no film of 'weather'"),
        (("moons-healthy", "network", "--out", "film.avi"), "ends in .gif"),
        (("moons-healthy", "network", "--seconds", 0, "--out", "film.gif"), "more than 0"),
        (("moons-healthy", "unit", "--unit", "5,3", "--out", "film.gif"), "no unit 3 in layer 5"),
        (("moons-healthy", "one-input", "--input", "1", "--out", "film.gif"), "has 1 number; this network takes 2."),
        (("mnist-small-cnn", "slopes", "--out", "film.gif"), "this network has others"),
        (("softmax-inside", "slopes", "--out", "film.gif"), "this network has others"),
        (("moons-healthy", "one-input", "--sample", 90000, "--out", "film.gif"), "no sample 90,000"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_trained(call, arguments, words):
    result = call("film", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Training" not in result.stdout


def test_a_curved_network_has_no_film_of_regions_and_is_not_trained_for_it(call):
    result = call("film", "sigmoid-vanishing", "regions", "--out", "film.gif")
    assert result.exit_code == 5
    assert "curved" in result.stderr
    assert "Training" not in result.stdout
