"""What may change while a network learns, in one place."""

from dataclasses import fields

import pytest

from relulab.errors import SpecError
from relulab.experiment import ClippingChoice, ExperimentSpec
from relulab.experiment.changes import changes
from relulab.experiment.live_settings import LIVE_FIELDS, LiveChange, LiveSettings

SPEC = ExperimentSpec.parse({"training": {"learning_rate": 0.3, "l1": 0.01}})


def test_every_field_can_change():
    assert tuple(field.name for field in fields(LiveSettings)) == LIVE_FIELDS
    assert tuple(LiveChange.__annotations__) == LIVE_FIELDS
    others = LiveSettings(0.5, ClippingChoice(name="norm"), 0.2, 0.4).settled(SPEC)
    assert [field.path[1] for change in changes(SPEC, others) for field in change.fields] == [
        "learning_rate",
        "l1",
        "l2",
        "clipping",
    ]


def test_a_run_begins_with_those_of_its_design():
    settings = LiveSettings.of(SPEC.training)
    assert (settings.learning_rate, settings.clipping.name, settings.l1, settings.l2) == (0.3, "none", 0.01, 0.0)
    assert settings.settled(SPEC) == SPEC


def test_what_is_not_asked_for_stays():
    before = LiveSettings.of(SPEC.training)
    after = before.changed({"l2": 0.5, "learning_rate": None})
    assert after == LiveSettings(0.3, before.clipping, 0.01, 0.5)
    assert before.changed({}) == before
    assert before.changed({"clipping": ClippingChoice(name="norm")}).clipping.name == "norm"


def test_a_design_takes_no_settings_that_it_cannot_have():
    wrong = LiveSettings.of(SPEC.training).changed({"learning_rate": -1.0})
    with pytest.raises(SpecError, match="learning_rate"):
        wrong.settled(SPEC)
