"""Films: which moments, that each is what the network was then, what the files hold, and what is said where not."""

import errno
import os
from itertools import combinations, pairwise
from typing import Any

import av
import numpy as np
import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, ImageSequence

import relulab
from relulab.cli.film import SCENES as NAMED
from relulab.errors import CancelledError, SessionError, SpecError
from relulab.experiment import ExperimentSpec
from relulab.introspection.refusals import NotPiecewiseLinearError
from relulab.report.figures import axes as drawn
from relulab.report.figures.theme import LIGHT, styled
from relulab.report.film.encoders import ENCODERS, check_size
from relulab.report.film.frames import Framing, Held
from relulab.report.film.moments import Moments
from relulab.report.film.scenes import SCENES, scene_of
from relulab.session.file.files import save_session
from relulab.session.session import Session
from relulab.views.film import HOLD_SECONDS, FilmForm, Subject
from tests.helpers.designs import dense
from tests.helpers.sessions import trained

STEPS = 30
SMALL: dict[str, Any] = {"width": 240, "seconds": 1.0, "rate": 4}
SHORT = FilmForm(SMALL["seconds"], SMALL["rate"], SMALL["width"])
HELD = round(HOLD_SECONDS * SHORT.rate)


def tiny(*layers, steps: int = STEPS) -> ExperimentSpec:
    data = {"dataset": "moons", "train_size": 60, "validation_size": 20, "test_size": 20}
    parts = {"name": "Tiny", "data": data, "model": {"layers": list(layers or (dense(5),))}}
    return ExperimentSpec.parse(parts | {"training": {"batch_size": 16, "steps": steps, "learning_rate": 0.1}})


@pytest.fixture(scope="module")
def weights() -> dict:
    """The first layer's weights after each step, noted beside the training."""
    return {}


@pytest.fixture(scope="module")
def result(weights):
    def note(run, _loss):
        weights[run.step_index] = run.network.weights()[0].detach().numpy().copy()

    return relulab.train(tiny(), on_step=note)


@pytest.fixture(scope="module")
def moments(result) -> Moments:
    return Moments.of_trained("Tiny", result.history, result.network)


@pytest.mark.parametrize("moments_there", [2, 3, 12, 220])
def test_moments_are_shown_evenly_and_the_last_one_stays(moments_there):
    steps = tuple(range(0, 10 * moments_there, 10))
    shots = SHORT.shots(steps)
    shown, counts = zip(*shots, strict=True)
    assert sum(counts) == 4 + HELD
    assert counts[-1] > HELD
    assert shown[0] == 0
    assert shown[-1] == steps[-1]
    assert all(a < b for a, b in pairwise(shown))
    gaps = np.diff([steps.index(step) for step in shown])
    assert gaps.max() - gaps.min() <= 1


@pytest.mark.parametrize("form", [(0.0, 10, 960), (121, 10, 960), (10, 31, 960), (10, 0, 960), (10, 10, 10)])
def test_a_form_that_no_film_can_have_is_refused(form):
    with pytest.raises(SpecError, match="A film"):
        FilmForm(*form)


def test_each_moment_is_the_network_of_then(moments, weights):
    scene = scene_of("network")
    steps = moments.steps(scene)
    assert steps[:4] == (0, 1, 2, 3)
    assert steps[-1] == STEPS
    for step in (3, 17, STEPS):
        moment = moments.at(step, scene)
        picture = moment.run.history.network
        assert picture.step == step
        np.testing.assert_array_equal(picture.weights[0], weights[step])
        np.testing.assert_array_equal(moment.network.weights()[0].detach().numpy(), weights[step])
        assert moment.run.history.latest(relulab.training.telemetry.ProbeRecord)["step"] == step
    assert moments.history.network.step == STEPS, "the run itself stays as it is"


def test_every_scene_has_a_picture_and_its_name_is_in_the_help(moments):
    assert set(NAMED.split("|")) == set(SCENES)
    for scene in SCENES.values():
        moment = moments.at(5, scene)
        drawing = scene.draw(moment)
        assert drawing is not None, scene.key


def test_a_gif_has_the_shots_at_their_speed_and_says_each_step(result, tmp_path):
    told = []
    path = tmp_path / "Äpfel für Zoë" / "réseau.gif"
    assert relulab.film(result, "output", path, **SMALL, on_progress=lambda *n: told.append(n)) == path
    shots = SHORT.shots(range(STEPS + 1))
    assert told == [(done, len(shots)) for done in range(1, len(shots) + 1)]
    frames, durations = [], []
    with Image.open(path) as film:
        assert film.info["loop"] == 0
        for frame in ImageSequence.Iterator(film):
            durations.append(frame.info["duration"])
            frames.append(np.asarray(frame.convert("RGB")).astype(int))
    assert len(frames) == len(shots)
    assert durations == [250 * count for _, count in shots]
    words = [frame[-14:, :90] for frame in frames]
    assert all((a != b).any() for a, b in pairwise(words))
    line = [(frame[-18, :, 2] - frame[-18, :, 0] > 60).sum() for frame in frames]  # blue grows along the line
    assert line == pytest.approx([240 * step / STEPS for step, _ in shots], abs=2)


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_videos_hold_the_same_pictures(suffix, result, moments, tmp_path):
    path = relulab.film(result, "output", tmp_path / f"film{suffix}", **SMALL)
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        assert container.streams.video[0].average_rate == SHORT.rate
    assert len(frames) == 4 + HELD
    framing = Framing("Tiny", STEPS, SHORT.width, dark=False)
    scene = scene_of("output")
    for frame, step in ((frames[-1], STEPS), (frames[0], 0)):
        moment = moments.at(step, scene)
        expected = framing.picture(scene.draw(moment), step)
        assert frame.shape == expected.shape
        assert abs(frame.astype(int) - expected).mean() < 4


def test_axes_over_the_steps_stay_as_they_are_at_the_end():
    def figure(steps, values, scale):
        made = Figure()
        axes = made.add_subplot()
        axes.plot(steps, values)
        axes.set_ylabel(f"{scale} loss")
        if scale == "log":
            drawn.logarithmic(axes)
        return axes

    last, first = figure([0, 100], [1, 1e-5], "log"), figure([0, 1], [1, 0.9], "linear")
    Held.of(last).give(first)
    assert (first.get_xlim(), first.get_ylim()) == (last.get_xlim(), last.get_ylim())
    assert (first.get_yscale(), first.get_ylabel()) == ("log", "log loss")
    assert list(first.get_yticks()) == list(last.get_yticks())


def test_a_session_is_filmed_from_its_file(tmp_path):
    run = trained("plane")
    path = tmp_path / "session.relulab"
    save_session(Session(runs=(run,)), path)
    film = relulab.film(path, "regions", tmp_path / "film.gif", **SMALL)
    with Image.open(film) as pictures:
        assert len(list(ImageSequence.Iterator(pictures))) == 4
    with pytest.raises(SessionError, match="There is no run 'other'"):
        relulab.film(path, "regions", film, run="other")


def test_what_cannot_be_filmed_is_said_in_words(result, tmp_path):
    path = tmp_path / "film.gif"
    with pytest.raises(SpecError, match=r"There is no film of 'weather'\. Known: dead, gradients"):
        relulab.film(result, "weather", path)
    with pytest.raises(SpecError, match=r"There is no film of 'compare'\. Known: dead, gradients"):
        relulab.film(result, "compare", path)  # one run is no comparison
    with pytest.raises(SpecError, match=r"ends in \.gif, \.mp4, \.webm"):
        relulab.film(result, "network", tmp_path / "film.avi")
    with pytest.raises(NotPiecewiseLinearError, match="curved"):
        relulab.film(relulab.train(tiny(dense(3, "tanh"), steps=2)), "regions", path)
    large = relulab.train(tiny(dense(150), dense(150), steps=1))
    alone = Moments("Built", large.history, large.history.info.dataset)
    with pytest.raises(SessionError, match="“Built” has the numbers of one moment alone, at step 0"):
        alone.steps(scene_of("network"))
    with pytest.raises(SpecError, match="too many for a GIF"):
        check_size(path, 220, 1920, 1200)
    assert not list(tmp_path.iterdir())


def test_moments_of_a_large_network_are_kept_where_that_is_asked_for(tmp_path):
    large = relulab.train(tiny(dense(150), dense(150), steps=8), keep_moments=True)
    assert not large.history.kept_weights
    kept = Moments.of_trained("Large", large.history, large.network).steps(scene_of("network"))
    assert kept[0] == 0
    assert kept[-1] == 8
    assert len(kept) > 3


def test_without_the_package_the_extra_is_named(result, tmp_path, monkeypatch):
    monkeypatch.setattr("relulab.report.film.encoders.find_spec", lambda _name: None)
    assert ENCODERS[".gif"].missing == ""
    with pytest.raises(SpecError, match=r"MP4 needs the package av, GIF needs none.*pip install relulab\[film\]"):
        relulab.film(result, "network", tmp_path / "film.mp4")


def test_a_full_disk_leaves_no_file(result, tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("relulab.session.atomic.os.fsync", full)
    with pytest.raises(SessionError, match="there is no room left on its disk"):
        relulab.film(result, "slopes", tmp_path / "film.gif", **SMALL)
    assert not list(tmp_path.iterdir())


def test_it_ends_where_progress_says_so(result, tmp_path):
    def stop(done, _total):
        if done == 2:
            raise CancelledError("Cancelled.")

    with pytest.raises(CancelledError):
        relulab.film(result, "output", tmp_path / "film.gif", **SMALL, on_progress=stop)
    assert not list(tmp_path.iterdir())


def test_a_unit_is_the_one_of_then(moments, weights):
    scene = scene_of("unit", Subject(unit=(0, 3)))
    for step in (3, 17, STEPS):
        details = moments.at(step, scene).run.history.unit_details
        assert (details.step, details.layer, details.unit) == (step, 0, 3)
        np.testing.assert_array_equal(details.weights, weights[step][3])
    assert "unit 4" in scene.draw(moments.at(17, scene)).title


def test_an_input_is_what_the_network_of_then_made_of_it(moments):
    scene = scene_of("one-input", Subject(sample=2))
    given = moments.history.info.dataset.validation.inputs[2]
    for step in (0, 17):
        moment = moments.at(step, scene)
        network = moments.at(step, scene_of("network")).network
        with torch.no_grad():
            outputs = network(torch.from_numpy(given[None]))[0].numpy()
        np.testing.assert_allclose(moment.look.outputs, outputs, rtol=1e-5, atol=1e-6)
        steps = moment.course.steps.tolist()
        answer = int(moments.history.info.dataset.validation.targets[2])
        (line,) = [values for _, values, is_main in moment.course.lines if is_main]
        assert line[steps.index(step)] == pytest.approx(100 * moment.look.shares[answer])
    own = tuple(moments.history.info.dataset.original(given[None])[0].tolist())
    again = moments.at(17, scene_of("one-input", Subject(inputs=own)))
    np.testing.assert_allclose(again.look.outputs, outputs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("what", "subject", "words"),
    [
        ("unit", Subject(unit=(0, 9)), "no unit 9 in layer 0"),
        ("one-input", Subject(sample=20), "no sample 20"),
        ("one-input", Subject(inputs=(1.0, 2.0, 3.0)), "has 3 numbers"),
    ],
)
def test_whom_there_is_not_is_said(moments, what, subject, words):
    with pytest.raises(SpecError, match=words):
        moments.at(5, scene_of(what, subject))


def test_a_film_of_a_unit_and_of_an_input_become_files(result, tmp_path):
    for what, whom in (("unit", {"unit": (0, 1)}), ("one-input", {"sample": 3})):
        path = relulab.film(result, what, tmp_path / f"{what}.gif", **SMALL, **whom)
        with Image.open(path) as film:
            assert len(list(ImageSequence.Iterator(film))) > 1


def texts_of(figure):
    """All words of a figure with their boxes in pixels, those of its axes without numbers of scales."""
    with styled(LIGHT):
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        titled = [part for axes in figure.axes for part in (axes.title, axes._left_title, *axes.texts)]
        shown = [text for text in (*figure.texts, *titled) if text.get_text() and text.get_visible()]
        return [(text.get_text(), text.get_window_extent(renderer)) for text in shown]


@pytest.mark.parametrize("what", ["network", "one-input", "unit"])
def test_no_words_of_a_network_of_convolutions_lie_over_each_other(convolved, what):
    scene = scene_of(what, Subject(unit=(0, 1)))
    figure = scene.draw(convolved.at(2, scene)).figure
    texts = texts_of(figure)
    assert len(texts) > 4
    for (one, first), (other, second) in combinations(texts, 2):
        assert not first.overlaps(second), f"{one!r} and {other!r}"
    images = [axes.get_window_extent() for axes in figure.axes if axes.images]
    assert what == "network" or min(box.height for box in images) > 0.05 * figure.bbox.height, "pictures can be seen"


@pytest.fixture(scope="module")
def convolved():
    layers = [conv(8), {"kind": "max_pool2d"}, conv(16), {"kind": "max_pool2d"}, {"kind": "flatten"}, dense(12)]
    spec = ExperimentSpec.parse(
        {"data": {"dataset": "mnist_small"}, "model": {"layers": layers}, "training": {"steps": 2, "batch_size": 16}}
    )
    trained = relulab.train(spec, keep_moments=True)
    return Moments.of_trained(spec.name, trained.history, trained.network)


def conv(channels):
    return {"kind": "conv2d", "parameters": {"channels": channels, "kernel_size": 3}}


def test_the_only_weight_of_a_unit_is_a_bar_and_no_wall(moments_of_a_curve):
    scene = scene_of("unit", Subject(unit=(0, 1)))
    figure = scene.draw(moments_of_a_curve.at(3, scene)).figure
    (axes,) = [axes for axes in figure.axes if axes.patches and axes.get_xlabel() == "weight"]
    (bar,) = axes.patches
    low, high = sorted(axes.get_ylim())
    bottom, top = sorted(bar.get_extents().transformed(axes.transData.inverted()).intervaly)
    assert top - bottom < 0.3 * (high - low)
    assert low < bottom < top < high


@pytest.fixture(scope="module")
def moments_of_a_curve():
    spec = ExperimentSpec.parse({
        "data": {"dataset": "sine"}, "model": {"layers": [dense(4)]}, "training": {"steps": 3, "loss": "mse"},
    })  # fmt: skip
    trained = relulab.train(spec)
    return Moments.of_trained(spec.name, trained.history, trained.network)
