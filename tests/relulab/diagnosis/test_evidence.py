"""What the rules look at: facts about the data, and a history that stays bounded."""

import math

import numpy as np
import pytest

from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset, Description, Split
from relulab.diagnosis.data_statistics import class_baseline, measured_statistics, usual_statistics, value_baseline
from relulab.diagnosis.evidence import Evidence, once, once_a_run
from relulab.errors import SpecError
from relulab.experiment import DataSpec
from relulab.model.plan import DesignPlan
from tests.helpers.hand_built import TWO_CLASSES, design, moment, watched


def dataset(inputs, targets, description) -> Dataset:
    split = Split(np.asarray(inputs, np.float32), np.asarray(targets))
    return Dataset(description, split, split, split)


def test_facts_are_measured_on_the_training_samples():
    rng = np.random.default_rng(0)
    inputs = rng.normal(3.0, (2.0, 400.0), (1000, 2))
    facts = measured_statistics(design(), dataset(inputs, np.repeat([0, 1], [900, 100]), TWO_CLASSES))
    assert facts.samples == 1000
    assert facts.input_mean == pytest.approx(inputs.mean(), rel=1e-5)
    assert facts.input_rms == pytest.approx(math.sqrt((inputs**2).mean()), rel=1e-5)
    assert facts.spread_ratio == pytest.approx(200.0, rel=0.1)
    assert facts.baseline == pytest.approx(-0.9 * math.log(0.9) - 0.1 * math.log(0.1))
    assert math.isnan(facts.target_low)


def test_facts_of_a_regression():
    targets = np.array([[-2.0], [0.0], [4.0]], np.float32)
    data = dataset(np.zeros((3, 1)), targets, Description(Task.REGRESSION, (1,), 1))
    facts = measured_statistics(design(loss="mse"), data)
    assert facts.baseline == pytest.approx(targets.var())
    assert (facts.target_low, facts.target_high) == (-2.0, 4.0)


@pytest.mark.parametrize(
    ("loss", "shares"),
    [
        ("cross_entropy", [0.2, 0.5, 0.3]),
        ("mse", [0.2, 0.5, 0.3]),
        ("l1", [0.2, 0.5, 0.3]),
        ("multi_margin", [0.3, 0.7]),
        ("multi_margin", [1 / 3, 1 / 3, 1 / 3]),
    ],
)
def test_the_baseline_is_the_loss_of_the_best_constant_answer(loss, shares):
    """Against gradient descent on a constant answer, which knows no formula."""
    torch = pytest.importorskip("torch")
    labels = torch.arange(len(shares)).repeat_interleave((torch.tensor(shares) * 900).round().long())
    answer = torch.zeros(len(shares), requires_grad=True)
    function = {
        "cross_entropy": lambda z: torch.nn.functional.cross_entropy(z, labels),
        "multi_margin": lambda z: torch.nn.functional.multi_margin_loss(z, labels),
        "mse": lambda z: torch.nn.functional.mse_loss(z, torch.nn.functional.one_hot(labels).float()),
        "l1": lambda z: torch.nn.functional.l1_loss(z, torch.nn.functional.one_hot(labels).float()),
    }[loss]
    best = math.inf
    for step in range(800):
        value = function(answer.expand(len(labels), -1))
        best = min(best, float(value.detach()))
        (gradient,) = torch.autograd.grad(value, answer)
        with torch.no_grad():
            answer -= 0.5 / (1 + step / 50) * gradient * len(shares)
    assert class_baseline(loss, np.array(shares)) == pytest.approx(best, abs=0.01)


def test_the_baseline_of_absolute_distances_is_that_of_the_median():
    targets = np.array([[0.0], [0.0], [0.0], [8.0]], np.float32)
    assert value_baseline("l1", targets) == 2.0


def test_label_noise_leaves_a_floor():
    spec = design().replace(data=DataSpec.parse({"label_noise": 0.2}))
    facts = usual_statistics(spec, Description(Task.CLASSIFICATION, (2,), 5))
    assert facts.floor == pytest.approx(-0.8 * math.log(0.8) - 0.2 * math.log(0.05))
    assert facts.baseline == pytest.approx(math.log(5))
    assert not facts.measured


@pytest.mark.parametrize(("scaling", "rms"), [("raw", 88.0), ("unit", 0.35), ("standardized", 1.0)])
def test_the_usual_scale_of_images(scaling, rms):
    spec = design().replace(data=DataSpec.parse({"scaling": scaling}))
    assert usual_statistics(spec, Description(Task.CLASSIFICATION, (1, 28, 28), 10)).input_rms == pytest.approx(
        rms, rel=0.02
    )


def test_every_judged_moment_is_kept_because_a_resumed_run_is_judged_by_them_again():
    evidence = watched(steps=tuple(range(0, 2000, 10)))
    assert [m.step for m in evidence.moments] == list(range(0, 2000, 10))


def test_the_peak_update_and_the_best_moment_are_known():
    evidence = watched(
        steps=tuple(range(0, 5000, 10)),
        update_ratio=lambda step: [0.5, -3, -3] if step == 30 else [-3, np.nan, -3],
        validation_loss=lambda step: 0.1 if step == 50 else 0.3,
    )
    assert evidence.peak_update.tolist() == [0.5, -3.0, -3.0]
    assert evidence.best is not None
    assert evidence.best.step == 50


def test_evidence_is_a_value():
    before = watched(steps=(0, 10))
    after = before.then(moment(3, 20))
    assert before.now.step == 10
    assert [m.step for m in after.moments] == [0, 10, 20]


def test_questions_are_worked_out_once_a_moment_or_once_a_run():
    asked = []
    of_moment = once(lambda evidence: asked.append("moment") or evidence.now.step)
    of_run = once_a_run(lambda evidence: asked.append("run") or evidence.now.step)
    first = watched(steps=(0, 10))
    later = first.then(moment(3, 20))
    assert [of_moment(first), of_moment(first), of_moment(later)] == [10, 10, 20]
    assert [of_run(first), of_run(first), of_run(later)] == [10, 10, 10]
    assert asked == ["moment", "moment", "run"]
    assert of_run(watched(steps=(0, 30))) == 30, "of another run"


def test_a_design_without_a_run_has_no_moment():
    evidence = Evidence.design(DesignPlan.of(design(), TWO_CLASSES))
    assert evidence.moment is None
    assert evidence.first is None
    assert evidence.moments == ()
    assert evidence.weighted == (0, 1, 2)


def test_a_design_that_does_not_fit_is_refused():
    with pytest.raises(SpecError, match="Conv2d"):
        Evidence.design(DesignPlan.of(design("conv2d"), TWO_CLASSES))


def test_unmeasured_fields():
    bare = moment(3, 0, accuracy=math.nan)
    assert not bare.has("accuracy")
    assert not bare.has("bias_mean")
    assert not bare.has("linear_rank")
    assert bare.has("dead")
    assert bare.has("step")
