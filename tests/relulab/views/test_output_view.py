"""What the output of a network is called, counted and tabulated as, without a window."""

from dataclasses import replace

import numpy as np
import pytest

from relulab.catalog.losses import Task
from relulab.data.dataset import Description
from relulab.training.telemetry import Answers, ClassesPicture, CurvePicture, PlanePicture, ScatterPicture
from relulab.views.output import (
    FAINT,
    STRONG,
    ClassesOutput,
    CurveOutput,
    PlaneOutput,
    ScatterOutput,
    class_strength,
    output_view,
)
from relulab.views.samples import class_names, input_names, target_name, to_pixels
from tests.helpers.histories import classes_picture, curve, digits, moons, plane, scatter, sine, started


def without_validation(data):
    none = replace(data.validation, inputs=data.validation.inputs[:0], targets=data.validation.targets[:0])
    return replace(data, validation=none)


@pytest.mark.parametrize(
    ("data", "picture", "kind"),
    [
        (moons(), plane(3), PlaneOutput),
        (sine(), curve(3), CurveOutput),
        (digits(), classes_picture(3, digits()), ClassesOutput),
        (sine(features=4), scatter(3), ScatterOutput),
    ],
    ids=["plane", "curve", "classes", "scatter"],
)
def test_each_picture_has_its_view_and_all_say_the_step_in_every_text(data, picture, kind):
    view = output_view(started(dataset=data), picture)
    assert type(view) is kind
    for said in (str(view.sample), view.caption, str(view.in_words("my run"))):
        assert "at step 3" in said
    assert "my run" in str(view.in_words("my run"))
    assert {row[:2] for row in view.table("my run").rows} == {("my run", 3)}
    assert all(len(row) == len(view.table("my run").columns) for row in view.table("my run").rows)


def test_t2_images_are_answered_by_the_newest_weights_that_were_asked():
    data = digits()
    picture = classes_picture(3, data)
    right = np.eye(10, dtype=np.float32)[data.validation.targets[:16]]
    info = started(dataset=data)

    def wrong(view):
        return [answer.predicted != answer.true for answer in view.answers(view.images(16))]

    old = output_view(info, picture)
    assert sum(wrong(old)) == 2
    asked = output_view(info, picture, Answers(8, np.arange(16), right))
    assert sum(wrong(asked)) == 0
    assert str(asked.sample).endswith("last at step 3 · the images at step 8")
    for step in (2, 3):  # the picture is as new
        view = output_view(info, picture, Answers(step, np.arange(16), right))
        assert wrong(view) == wrong(old)
        assert str(view.sample) == str(old.sample)


def test_a_single_output_for_two_classes_is_the_share_of_the_second():
    values = np.array([[[0.25, 1.0], [0.0, 0.75]]], np.float32)
    view = PlaneOutput(started(dataset=moons()), PlanePicture(5, values, (0.0, 1.0), (0.0, 1.0)))
    np.testing.assert_array_equal(view.values, np.concatenate([1 - values, values]))
    assert "upper on 50 % and lower on 50 %" in str(view.in_words("run"))
    assert view.output_names() == ("upper", "lower")
    assert str(view.sample) == "Strong colour: the network is sure · asked at 2 × 2 points, dropout off, last at step 5"


def test_a_surface_is_in_the_range_of_its_targets():
    data = sine(features=2)
    view = PlaneOutput(started(dataset=data), PlanePicture(5, plane(5).values[:1], (0.0, 1.0), (0.0, 1.0)))
    assert view.output_names() == ("output",)
    assert view.axis_names() == ("input 1", "input 2")
    assert view.value_range == (float(data.train.targets.min()), float(data.train.targets.max()))
    assert "sure" not in view.caption + str(view.sample)


def test_the_surer_the_stronger_and_nothing_known_is_faint():
    shares = np.array([[1.0, 0.5, 0.2, np.nan], [0.0, 0.5, 0.8, np.nan]], np.float32).reshape(2, 1, 4)
    best, strength = class_strength(shares)
    assert best[0, :3].tolist() == [0, 0, 1]
    np.testing.assert_allclose(strength[0], [STRONG, FAINT, FAINT + 0.6 * (STRONG - FAINT), FAINT], rtol=1e-6)


def test_a_curve_that_is_no_number_says_so():
    view = CurveOutput(started(dataset=sine()), CurvePicture(1, np.zeros(2, np.float32), np.full((1, 2), np.nan)))
    assert "from no finite number to another, for inputs from 0 to 0" in str(view.in_words("run"))


def test_classes_are_counted_and_the_most_frequent_mistakes_named():
    confusion = np.array([[5, 3, 0], [0, 6, 1], [2, 0, 3]])
    picture = ClassesPicture(9, confusion, np.arange(0), np.zeros((0, 10), np.float32))
    view = ClassesOutput(started(dataset=digits(classes=3)), picture)
    assert str(view.sample) == "Right: 14 of 20 validation samples (70.0 %), dropout off · last at step 9"
    assert "14 of 20 validation samples right" in str(view.in_words("run"))
    mistakes = "0 taken for 1 (3 times); 2 taken for 0 (2 times); 1 taken for 2 (1 time)"
    assert str(view.in_words("run")).endswith(f"Most frequent mistakes: {mistakes}.")
    np.testing.assert_allclose(view.row_shares.sum(axis=1), 1)
    nothing = ClassesOutput(view.info, replace(picture, confusion=0 * confusion))
    assert "Right: 0 of 0 validation samples (–)" in nothing.caption


def test_answers_are_of_the_samples_at_hand():
    data = without_validation(digits())
    picture = classes_picture(1, digits(), shown=6, wrong=(2,))
    view = ClassesOutput(started(dataset=data), picture)
    said = picture.probabilities.argmax(axis=1)
    answers = view.answers(view.images(4))
    assert [answer.true for answer in answers] == [str(k) for k in data.train.targets[:4]]
    assert [answer.predicted for answer in answers] == [str(k) for k in said[:4]]
    for answer in answers:
        first, second = map(str, answer.lines)
        right = (answer.predicted, "90 %")
        assert (first, second) == (right if answer.is_right else (f"✗ {answer.predicted}", f"is {answer.true}"))
    assert "training samples" in view.caption
    assert not len(ClassesOutput(started(dataset=moons()), picture).images(4)), "points are no images"


def test_an_answer_that_is_no_number_has_a_dash():
    picture = replace(classes_picture(1, digits(), shown=1, wrong=()), probabilities=np.full((1, 10), np.nan))
    view = ClassesOutput(started(dataset=digits()), picture)
    assert str(view.answers(view.images(1))[0].lines[1]) in ("–", f"is {view.answers(view.images(1))[0].true}")


def test_how_much_predictions_explain():
    target = np.array([0.0, 1.0, 2.0, 3.0], np.float32)
    view = ScatterOutput(started(dataset=sine(features=4)), ScatterPicture(5, target, target + 0.5))
    assert view.explained == pytest.approx(0.8)
    assert str(view.sample) == "R² 0.8 · 4 validation samples, dropout off · last at step 5"
    broken = replace(view.picture, predicted=np.array([0.0, 1.0, 2.0, np.nan], np.float32))
    view = ScatterOutput(view.info, broken)
    assert "R²" not in str(view.sample) + view.caption + str(view.in_words("run"))
    assert len(view.points) == 3
    same = ScatterOutput(view.info, replace(broken, target=np.ones(4, np.float32)))
    assert np.isnan(same.explained), "where nothing varies nothing can be explained"


def test_classes_and_inputs_without_names_are_numbered():
    plain = Description(Task.CLASSIFICATION, (3,), 1)
    assert class_names(plain) == ("0", "1")
    assert input_names(plain) == ("input 1", "input 2", "input 3")
    assert input_names(replace(plain, feature_names=("a", "b", "c"))) == ("a", "b", "c")
    assert input_names(plain, lambda name: str(name).upper())[0] == "INPUT 1"


def test_a_sample_is_called_by_its_class_or_its_targets():
    data = digits()
    assert target_name(data, 0, str) == str(data.train.targets[0])
    assert target_name(sine(), 0) == f"{sine().train.targets[0, 0]:.4g}"


def test_pictures_of_any_scaling_become_grey_or_coloured():
    images = np.random.default_rng(0).normal(3, 40, (5, 1, 6, 7)).astype(np.float32)
    pixels = to_pixels(images)
    assert pixels.shape == (5, 6, 7, 3)
    assert (pixels.min(), pixels.max()) == (0, 255)
    assert np.all(pixels[..., 0] == pixels[..., 2])
    order = np.argsort(images.ravel(), kind="stable")
    assert np.all(np.diff(pixels[..., 0].ravel()[order].astype(int)) >= 0)
    assert to_pixels(np.repeat(images, 3, axis=1)).shape == (5, 6, 7, 3)
    assert not to_pixels(np.zeros((2, 1, 3, 3), np.float32)).any()


def test_t11_one_sample_is_no_samples():
    picture = ClassesPicture(9, np.diag([1, 0, 0]), np.arange(0), np.zeros((0, 10), np.float32))
    view = ClassesOutput(started(dataset=digits(classes=3)), picture)
    assert "1 of 1 validation sample (100" in str(view.sample)
    assert "1 of 1 validation sample right" in str(view.in_words("run"))
