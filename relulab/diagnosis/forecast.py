"""What will reach each layer, and what will come back, before anything is built.

Mean-field theory: over random weights the pre-activations of a wide layer are normal, with mean
``fan_in·μ_w·E[h] + b`` and variance ``fan_in·(σ_w²·E[h²] + μ_w²·Var[h]) + σ_b²`` (Poole et al. 2016; He et al.
2015 for ReLU). Backwards, the mean square of the gradient is multiplied by ``E[φ'(z)²]`` at an activation and by
``fan_out·E[w²]`` at a weight layer (Schoenholz et al. 2017).
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from relulab.catalog.activations import ACTIVATIONS, OffState
from relulab.data.table import KEY as TABLE
from relulab.diagnosis.born_dead_chance import BornDead
from relulab.diagnosis.data_statistics import DataStatistics, usual_statistics
from relulab.diagnosis.propagation import Stage, born_dead_of, propagate
from relulab.measurements.thresholds import THRESHOLDS
from relulab.model.plan import DesignPlan
from relulab.text import Text, text

RARELY_FIRES = 0.02  # share of inputs for which a unit is on
BORN_DEAD_CHANCE = 0.05
HARDLY_EVER = 1e-3  # share of inputs
NARROW = 0.5  # Σ 1/width
# Average pooling sends one gradient to a whole window, whose positions then add up instead of cancelling: so much of
# that reaches the weights in front of it (neighbouring inputs and slopes are alike), and so much is left a layer later.
SHARED_GRADIENT = 0.6
KEPT_ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class LayerForecast:
    """One card. ``index`` is the place in ``spec.model.layers``, None for the output layer.

    ``pre_mean``, ``pre_std``: of z, over weights and samples; ``mean``, ``std``, ``rms``: of the activation h.
    ``gain``: mean square of h over that of the layer's input. ``firing``: chance that z > 0. ``saturated``: share
    of h at the flat ends, NaN where there are none. ``gradient``: size of the weight gradient over that of the
    output layer, NaN for layers without weights. ``warning`` says that ``verdict`` is bad news. Where a layer cannot be
    forecast, ``verdict`` says why, and what reaches it is NaN; then no gradient is known either.
    """

    index: int | None
    kind: str
    pre_mean: float
    pre_std: float
    mean: float
    std: float
    rms: float
    gain: float
    firing: float
    saturated: float
    gradient: float
    verdict: Text
    warning: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    """All layers in order, the output layer last. ``born_dead`` is None without a dense ReLU layer.

    ``gradient_ratio``: predicted gradient of the first weight layer over that of the last.
    """

    layers: tuple[LayerForecast, ...]
    input_rms: float
    gradient_ratio: float
    born_dead: BornDead | None
    verdict: Text
    warning: bool

    def at(self, index: int | None) -> LayerForecast:
        """The forecast of the layer at ``index``, None for the output layer."""
        return self.layers[-1 if index is None else index]


@np.errstate(all="ignore")
def forecast(plan: DesignPlan, facts: DataStatistics | None = None) -> Forecast:
    """The forecast of a design. Without ``facts`` the usual scale of such data is assumed."""
    facts = facts or usual_statistics(plan.spec, plan.description)
    stages = propagate(plan, facts)
    scales = _gradient_scales(stages)
    first = next((stage.h.std for stage in stages if stage.has_weights), 1.0)
    judged = (_judged(_layer(stage, scale), stage, first) for stage, scale in zip(stages, scales, strict=True))
    layers = _as_far_as_known(tuple(judged), _refused(stages, plan, facts))
    known = [scale for scale in scales if not math.isnan(scale)]
    ratio = layers[_first_weighted(stages)].gradient if len(known) > 1 else 1.0
    risk = born_dead_of(stages, math.prod(plan.description.input_shape))
    verdict, warning = _overall(layers, ratio, risk)
    return Forecast(layers, facts.input_rms, ratio, risk, verdict, warning)


def _first_weighted(stages: tuple[Stage, ...]) -> int:
    return next(place for place, stage in enumerate(stages) if stage.has_weights)


def _refused(stages: tuple[Stage, ...], plan: DesignPlan, facts: DataStatistics) -> tuple[int, Text] | None:
    """From which layer on nothing can be forecast, and why; None where all can.

    Mean-field theory is of wide layers: norms spread by a factor e over networks where Σ 1/width is about a half (Hanin
    & Nica 2020), and where units hardly ever fire, a few of them decide what passes.
    """
    first = _first_weighted(stages)
    if not facts.measured and plan.spec.data.scaling == "raw" and plan.spec.data.dataset.name == TABLE:
        return first, text(
            "Cannot be forecast: the columns are used as they are, and their size is known once they are read."
        )
    narrowness = 0.0
    for place, stage in enumerate(stages[:-1]):
        off = ACTIVATIONS[stage.activation].off_state is OffState.DEAD if stage.activation else False
        if off and stage.z.std > 0.0 and stage.z.share(lambda z: z > 0) < HARDLY_EVER:
            return place, text(
                "Cannot be forecast: a unit of this layer fires for fewer than {share:percent} of the inputs, so it is "
                "chance what passes.",
                share=HARDLY_EVER,
            )
        if stage.has_weights:
            narrowness += 1.0 / stage.units
        if narrowness > NARROW:
            return place, text(
                "Cannot be forecast: with layers this narrow, one behind the other, chance decides how large signals "
                "are."
            )
    return None


def _as_far_as_known(layers: tuple[LayerForecast, ...], refused: tuple[int, Text] | None) -> tuple[LayerForecast, ...]:
    """The layers without what is only guessed: all behind the refused one, and the gradient, which comes through it."""
    if refused is None:
        return layers
    end, reason = refused
    nan = math.nan
    before = (replace(layer, gradient=nan) for layer in layers[:end])
    behind = (
        replace(layer, mean=nan, std=nan, rms=nan, gain=nan, firing=nan, saturated=nan, gradient=nan, verdict=reason)
        if not layer.warning
        else replace(layer, mean=nan, std=nan, rms=nan, gain=nan, firing=nan, saturated=nan, gradient=nan)
        for layer in layers[end:]
    )
    return (*before, *behind)


def _gradient_scales(stages: tuple[Stage, ...]) -> list[float]:
    """Predicted RMS of each layer's weight gradient over the output layer's, from back to front."""
    scales, square, alike = [], 1.0, 1.0
    common = 0.0 if stages[-1].units > 1 else 1.0  # square of the mean over units: of classes the gradients sum to 0
    for stage in reversed(stages):
        square, common = square * stage.slope_square, common * stage.slope_square
        together = 1.0 + (alike - 1.0) * SHARED_GRADIENT if stage.positions > 1 else 1.0
        scale = math.sqrt(square * stage.input_square * stage.positions * together)
        scales.append(scale if stage.has_weights else math.nan)
        square, common = stage.back(square, common)
        if stage.has_weights:
            alike = 1.0 + (alike - 1.0) * KEPT_ALIKE
        alike *= stage.averaged
    last = scales[0]
    return [scale / last if last > 0.0 else math.nan for scale in reversed(scales)]


def _layer(stage: Stage, gradient: float) -> LayerForecast:
    square = stage.h.square
    return LayerForecast(
        index=stage.index,
        kind=stage.kind,
        pre_mean=stage.z.mean,
        pre_std=stage.z.std,
        mean=stage.h.mean,
        std=stage.h.std,
        rms=math.sqrt(square),
        gain=square / stage.input_square if stage.input_square > 0.0 else math.nan,
        firing=stage.z.share(lambda z: z > 0),
        saturated=stage.saturated,
        gradient=gradient,
        verdict=Text(""),
        warning=False,
    )


def _judged(layer: LayerForecast, stage: Stage, first_std: float) -> LayerForecast:
    """The layer with its verdict; the first complaint that holds is given."""
    complaints = (
        (
            stage.activation == "softmax" and stage.index is not None,
            text(
                "Strangled: a softmax of {units:unit|units} makes each about {rms:about}.",
                units=stage.units,
                rms=layer.rms,
            ),
        ),
        (not math.isfinite(layer.rms), text("Explodes: values that are infinite.")),
        (
            layer.std > THRESHOLDS.signal_growth.value * max(first_std, 1.0),
            text("Explodes: values of about {rms:about}.", rms=layer.rms),
        ),
        (
            layer.firing < RARELY_FIRES and layer.std < 0.5 * layer.pre_std,
            text("Off: a unit fires for only {share:percent} of the inputs.", share=layer.firing),
        ),
        (
            layer.std < THRESHOLDS.weak_std.value or layer.std * THRESHOLDS.std_fall.value < first_std,
            text("Vanishes: values vary by only {std:about}.", std=layer.std),
        ),
        (
            layer.saturated > THRESHOLDS.saturated_share.value,
            text("Saturated: {share:percent} of the outputs sit at a flat end.", share=layer.saturated),
        ),
        (
            layer.gradient < THRESHOLDS.vanishing_ratio.value,
            text("Its gradient is only {scale:about} of the output layer's.", scale=layer.gradient),
        ),
    )
    for holds, verdict in complaints:
        if holds:
            return replace(layer, verdict=verdict, warning=True)
    return replace(layer, verdict=text("Healthy: values of about {rms:about}.", rms=layer.rms))


def _overall(layers: tuple[LayerForecast, ...], ratio: float, risk: BornDead | None) -> tuple[Text, bool]:
    if risk is not None and risk.simulated > BORN_DEAD_CHANCE:
        return text("This network is born dead with a chance of about {chance:percent}.", chance=risk.simulated), True
    bad = next((layer for layer in layers if layer.warning), None)
    if bad is not None:
        return bad.verdict, True
    unknown = next((layer for layer in layers if math.isnan(layer.std)), None)
    if unknown is not None:
        return unknown.verdict, False
    return text("Signal and gradient keep their size through all layers (gradient ratio {r:about}).", r=ratio), False
