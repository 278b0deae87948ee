"""Images of the user's own on the command line: shown, learned from, exported, and refused in words."""

import json
import runpy

import pytest

from relulab.experiment import ExperimentSpec
from tests.helpers.own_images import arrays, npz


@pytest.fixture
def design(folder):
    """A small network, of whatever data."""
    path = folder / "design.json"
    spec = {"model": {"layers": ["flatten"]}, "training": {"steps": 12}, "data": {"train_size": 50}}
    path.write_text(json.dumps(spec), "utf-8")
    return path


def test_what_is_found_is_shown(call, folder):
    result = call("data", "images", npz(folder / "mine.npz", arrays()))
    assert result.exit_code == 0
    assert result.stdout.startswith("96 images of 8 × 8 pixels, grey, 24 more to test on; 3 classes")


def test_it_is_learned_from_and_the_results_repeat(call, folder, design):
    path = npz(folder / "meine Bilder.npz", arrays())
    assert call("train", design, "--out", folder / "out", "--images", path).exit_code == 0
    spec = ExperimentSpec.from_json((folder / "out" / "experiment.json").read_text("utf-8"))
    assert spec.data.dataset.parameters == {"path": str(path)}
    assert spec.data.train_size is None, "the sizes were those of the other data"
    assert call("train", folder / "out" / "experiment.json", "--out", folder / "again").exit_code == 0
    losses = [json.loads((folder / name / "history.json").read_text("utf-8"))["steps"] for name in ("out", "again")]
    assert losses[0] == losses[1]
    assert call("export", design, "--images", path, "--format", "pytorch", "--out", folder / "s.py").exit_code == 0
    assert len(runpy.run_path(str(folder / "s.py"), run_name="exported")["load_data"](path)[2][1]) == 24


def test_what_is_no_set_of_images_is_said(call, folder, design):
    path = folder / "page.npz"
    path.write_text("<html>log in</html>", "utf-8")
    for arguments in (("data", "images", path), ("train", design, "--out", folder / "out", "--images", path)):
        result = call(*arguments)
        assert result.exit_code == 3
        assert "is a web page" in result.stderr
