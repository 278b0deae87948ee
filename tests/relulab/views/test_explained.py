"""Explanations: each has a sentence, scales hold to the thresholds, and numbers are those that were measured."""

import math

import numpy as np
import pytest

import relulab
from relulab.diagnosis.findings import Finding, Severity
from relulab.errors import UnknownKeyError
from relulab.measurements.thresholds import THRESHOLDS
from relulab.report.content.blocks import Facts
from relulab.report.content.glossary import SHOWN, glossary_section
from relulab.report.figures.catalogue import FIGURES
from relulab.text import text
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, StepRecord
from relulab.views.explained.catalogue import EXPLAINED, explanation, glossary, lines
from relulab.views.explained.entry import Value
from relulab.views.explained.values import Place, value_of
from relulab.views.findings import explained
from relulab.views.units import units_view
from tests.helpers.labs import moons


@pytest.fixture(scope="module")
def result():
    return relulab.train(moons(60))


def words(key, value=None):
    return list(map(str, lines(EXPLAINED[key], value)))


@pytest.mark.parametrize("key", EXPLAINED)
def test_each_has_a_name_and_one_plain_sentence(key):
    entry = EXPLAINED[key]
    name, sentence = str(entry.name), str(entry.sentence)
    assert name[0].isupper()
    assert not name.endswith(".")
    assert sentence[0].isupper()
    assert sentence.endswith((".", "?"))
    assert len(sentence) < 330
    assert entry.key == entry.key.lower()


def test_scales_are_made_of_the_thresholds():
    facts = {"guess": 2.0, "ratio": 1.0}
    scales = {key: scale for key, entry in EXPLAINED.items() if (scale := entry.scale(facts)) is not None}
    assert set(scales) == {
        "loss", "validation_loss", "dead_share", "dormant_share", "saturated_share", "dormancy_score", "gradient",
        "update_ratio", "activations",
    }  # fmt: skip
    loss = [stretch.upto for stretch in scales["loss"].stretches]
    shares = (THRESHOLDS.high_loss, THRESHOLDS.learning_loss, THRESHOLDS.loss_growth)
    assert loss[:3] == [2.0 * share.value for share in shares]
    assert [stretch.upto for stretch in scales["update_ratio"].stretches][:2] == [
        THRESHOLDS.update_low.value, THRESHOLDS.update_high.value,
    ]  # fmt: skip
    assert scales["gradient"].stretches[0].upto == THRESHOLDS.vanishing_ratio.value
    for key, scale in scales.items():
        ends = [scale.start, *(stretch.upto for stretch in scale.stretches)]
        assert ends == sorted(ends), key
        assert sum(stretch.healthy for stretch in scale.stretches) == 1, key
        assert str(scale.measure)
        assert str(scale.source)
        places = [scale.place(end) for end in ends]
        assert places == sorted(places), key
        assert (places[0], places[-1]) == (0.0, 1.0)


def test_what_lies_beyond_a_scale_stands_at_its_end():
    scale = EXPLAINED["update_ratio"].scale({})
    assert scale.place(-math.inf) == scale.place(-100) == 0.0
    assert scale.place(3.0) == 1.0
    assert str(scale.stretch_of(-3.0).name) == "good"
    assert str(scale.stretch_of(9.0).name) == "wild"
    logarithmic = EXPLAINED["gradient"].scale({"ratio": 0.0})
    assert logarithmic.place(0.0) == 0.0
    assert logarithmic.place(1e-3) == pytest.approx(3 / 7)


def test_without_the_loss_of_guessing_there_is_no_scale():
    assert EXPLAINED["loss"].scale({}) is None
    assert EXPLAINED["loss"].scale({"guess": math.nan}) is None
    assert EXPLAINED["accuracy"].scale({"guess": 1.0}) is None


def test_the_numbers_of_a_run_are_put_in(result):
    history = result.history
    record = history.latest(EvaluationRecord)
    value = value_of("validation_loss", history)
    assert value.number == record["loss"]
    page = explanation("validation_loss", history)
    assert "ln(p of the right class)" in page
    assert f"e^−{record['loss']:.3g}" in page
    assert "(healthy)" in page
    rate = value_of("gradient", history)
    sizes = history.latest(StepRecord)["gradient_rms"]
    assert rate.along == pytest.approx(float(sizes[0]) / float(sizes[-1]))
    update = value_of("update_ratio", history, Place(0))
    assert update.facts["moved"] == pytest.approx(10**update.number)


def test_a_unit_is_read_off_the_probe(result):
    view = units_view(result.history)
    for unit in ((0, 0), (1, 1)):
        value = value_of("unit", result.history, Place(*unit))
        assert value.unit == unit
        assert str(value.words) == str(view.status_of(unit).label)
    index = result.history.info.layout.offsets[0] + 2
    fires = value_of("firing_rate", result.history, Place(0, 2))
    assert fires.number == result.history.latest(ProbeRecord)["firing_rate"][index]
    assert "unit 3" in str(fires.place)
    assert str(value_of("unit", result.history, Place(0, 2)).place) == str(fires.place)
    assert not str(EXPLAINED["unit"].with_numbers(Value(facts={"greatest": 1.0}))), "half a formula is none"


def test_shares_are_of_the_worst_layer_or_of_the_one_asked_for(result):
    shares = np.asarray(result.history.latest(ProbeRecord)["dead"])
    worst = value_of("dead_share", result.history)
    assert worst.number == np.nanmax(shares)
    assert value_of("dead_share", result.history, Place(0)).number == shares[0]


def test_nothing_is_said_of_what_nobody_measured(result):
    assert value_of("loss", None) is None
    assert value_of("setting", result.history) is None
    assert value_of("unit", result.history) is None
    assert words("loss") == words("loss", Value())
    assert words("loss")[0] == "Training loss"


def test_it_is_there_from_python(result):
    assert relulab.explain("dead_share").startswith("Dead units\n")
    assert relulab.explain("dead_share", result) == relulab.explain("dead_share", result.history)
    assert "Dead units: " in relulab.explain("dead_share", result)
    with pytest.raises(UnknownKeyError, match="Did you mean 'dead_share'"):
        relulab.explain("dead_shares")


def test_a_report_explains_the_figures_it_has():
    section = glossary_section({"loss", "dead", "design"})
    names = [name for block in section.blocks if isinstance(block, Facts) for name, _ in block.rows]
    assert names == ["Training loss", "Validation loss", "Accuracy", "Guessing", "Dead units"]
    assert glossary_section({"design"}).blocks == ()
    assert set(SHOWN) <= set(FIGURES)
    assert {key for keys in SHOWN.values() for key in keys} <= set(EXPLAINED)


def test_a_glossary_has_what_is_asked_for():
    assert [str(name) for name, _ in glossary({"unit", "loss"})] == ["Training loss", "A unit"]


def finding(severity, measured, threshold):
    return Finding("rule", "Dead layer", severity, text("It is."), text("It does."), measured=measured,
                   unit="share of units", threshold=threshold)  # fmt: skip


@pytest.mark.parametrize(
    ("severity", "measured", "healthy_end"),
    [
        (Severity.ERROR, 0.9, 0.5),
        (Severity.WARNING, 0.1, 0.9),
        (Severity.HEALTHY, 0.1, 0.5),
    ],
)
def test_a_finding_stands_beside_its_threshold(severity, measured, healthy_end):
    value = explained(finding(severity, measured, 0.5))
    scale = EXPLAINED["finding"].scale(value.facts)
    assert value.on_scale == measured
    assert str(value.words) == f"{100 * measured:.0f} % of units"
    stretch = scale.stretch_of(measured)
    assert str(stretch.name) == "the finding holds"
    assert stretch.healthy is (severity is Severity.HEALTHY)
    assert [part.healthy for part in scale.stretches].count(True) == 1
    assert (scale.stretches[0].healthy, scale.stretches[0].upto) == (healthy_end == 0.5, 0.5)


@pytest.mark.parametrize(("measured", "threshold"), [(math.nan, 0.5), (math.inf, 0.5), (0.5, math.nan), (0.5, 0.5)])
def test_a_finding_without_two_numbers_has_no_scale(measured, threshold):
    value = explained(finding(Severity.ERROR, measured, threshold))
    assert EXPLAINED["finding"].scale(value.facts) is None
