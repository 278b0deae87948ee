"""A network beside what simple methods reach: what is certain, what is chance, and what is luck."""

from typing import Any

import pytest

from relulab.diagnosis.baselines import Baselines, Score
from relulab.diagnosis.comparison import falls_short, usual_score
from tests.helpers.hand_built import said, watched

# on 100 validation samples, of which the nearest training samples get all right; a network has to have .90
FEW = Baselines(Score(0.5, 0.05), Score(0.88, 0.032), Score(1.0, 0.007), samples=100)


@pytest.mark.parametrize(
    ("validation", "training", "short"),
    [
        (0.84, 0.80, True),  # by chance within two standard errors; what it learns from says for certain
        (0.84, 0.97, False),  # by chance, as far as is known
        (0.93, 0.80, False),  # labels of the training samples are wrong, those of the others are not
        (0.70, 0.97, True),  # it knows its samples by heart
    ],
)
def test_few_validation_samples_do_not_hide_what_the_training_samples_say_for_certain(validation, training, short):
    run = watched(known=FEW, accuracy=training, validation_accuracy=validation)
    assert falls_short(run) is short


def test_layers_that_are_mostly_dead_are_named_where_a_few_samples_would_let_them_pass():
    halfway: dict[str, Any] = dict.fromkeys(("loss", "batch_loss", "validation_loss"), 0.4)
    halfway |= {"accuracy": 0.8, "validation_accuracy": 0.84}
    assert "dead_layer" in said(watched(known=FEW, dead=[0.3, 0.7, float("nan")], **halfway))
    assert "dead_layer" not in said(watched(known=FEW, dead=[0.3, 0.7, float("nan")], **halfway | {"accuracy": 0.97}))


def test_the_usual_score_is_that_of_most_moments():
    run = watched(known=FEW, validation_accuracy=lambda step: 1.0 if step == 100 else 0.8)
    usual = usual_score(run, run.moments)
    assert usual is not None
    assert usual.value == 0.8
    assert usual_score(watched(), watched().moments) is None, "nothing is known of the data"
