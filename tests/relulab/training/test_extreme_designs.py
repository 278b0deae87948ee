"""Whatever numbers a design holds: it is refused at a field in our words, or it is forecast, built and trained.

FAULTS R1 (a forecast that raised), R7 (10^400 steps) and R14 (values that only torch refused).
"""

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from relulab.data.loading import load_dataset
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.forecast import forecast
from relulab.errors import DivergedError, SpecError
from relulab.experiment import ExperimentSpec
from relulab.model.plan import check_experiment
from relulab.training.run import TrainingRun
from tests.helpers.designs import dense, experiment
from tests.helpers.extreme_designs import EXTREME_DESIGNS

MOST_STEPS = 3


def trained(spec: ExperimentSpec) -> TrainingRun:
    """A run of ``spec``, some steps on; one that diverges is over."""
    run = TrainingRun(spec, load_dataset(spec.data))
    run.measure_start()
    try:
        run.run_until(MOST_STEPS)
        run.test()
    except DivergedError:
        pass
    return run


@given(EXTREME_DESIGNS)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_r14_an_extreme_design_is_refused_at_its_field_or_trained(data: dict[str, Any]) -> None:
    try:
        spec = ExperimentSpec.parse(data)
        plan = check_experiment(spec)
    except SpecError as error:
        refusal = error
    else:
        refusal = None
    if refusal is not None:
        assert refusal.where, f"no field to mark: {refusal}"
        assert len(str(refusal)) < 600
        return
    assert str(forecast(plan).verdict)
    run = trained(spec)
    assert not run.instruments.trouble
    assert not [
        finding for finding in run.instruments.diagnosis._diagnosis.all if "fault of ReLU Lab" in finding.why.template
    ]


@pytest.mark.parametrize("size", [1e38, -1e38, 1e30])
@pytest.mark.parametrize("depth", [2, 12])
@pytest.mark.parametrize("activation", ["relu", "tanh", "identity", "gelu", "softplus", "softmax"])
def test_r1_weights_as_large_as_they_may_be_have_a_forecast(activation: str, depth: int, size: float) -> None:
    large = {"name": "constant", "parameters": {"value": size}}
    layer = dense(4, activation, initialization=large, bias=large)
    plan = check_experiment(experiment(*[layer] * depth))
    told = forecast(plan)
    assert "inf" not in str(told.verdict).replace("infinite", "")
    assert Evidence.design(plan).forecast.layers


def test_r1_what_is_too_large_for_a_number_is_called_infinite() -> None:
    large = {"name": "normal", "parameters": {"mean": 1e38, "std": 1000.0}}
    layers = [dense(8, initialization=large) for _ in range(12)]
    told = forecast(check_experiment(experiment(*layers)))
    assert "infinite" in str(told.layers[-2].verdict)
    assert not math.isfinite(told.layers[-2].rms)


@pytest.mark.parametrize("where", [{"steps": 10**400}, {"epochs": 10**19}, {"batch_size": 10**30}])
def test_r7_a_count_beyond_every_meaning_is_refused(where: dict[str, Any]) -> None:
    with pytest.raises(SpecError) as caught:
        ExperimentSpec.parse({"training": where})
    assert caught.value.where == ("training", *where)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("name", ["weights", "output"])
def test_r14_a_range_of_weights_that_goes_downwards_is_refused_at_its_end(name: str) -> None:
    falling = {"name": "uniform", "parameters": {"low": 1.0, "high": 0.5}}
    output = {"initialization": falling} if name == "output" else None
    place = ("model", "output") if output else ("model", "layers", 0)
    spec = experiment(dense(3, **({} if output else {"initialization": falling})), output=output)
    with pytest.raises(SpecError, match="Highest must be at least 1") as caught:
        check_experiment(spec)
    assert caught.value.where == (*place, "initialization", "parameters", "high")


@pytest.mark.parametrize("value", [1e39, -1e39, 1e300, 1.7e308])
@pytest.mark.parametrize(
    "part",
    [("initialization", "constant", "value"), ("bias", "constant", "value"), ("initialization", "normal", "mean")],
)
def test_r14_a_number_beyond_32_bits_is_refused_at_its_field(part: tuple[str, str, str], value: float) -> None:
    kind, name, parameter = part
    with pytest.raises(SpecError, match="too large") as caught:
        experiment(dense(3, **{kind: {"name": name, "parameters": {parameter: value}}}))
    assert caught.value.where[-1] == parameter
