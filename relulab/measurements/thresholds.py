"""Every number that turns a measurement into a verdict, in one place, with its unit and its source.

The probes use them, the diagnosis reads them, and the window shows them beside each verdict.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threshold:
    """``value`` in ``unit``; ``meaning`` completes the sentence "flagged when …"."""

    value: float
    unit: str
    meaning: str
    source: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The thresholds of all verdicts. Shares run from 0 to 1."""

    dead_share: Threshold = Threshold(
        0.5, "share of units", "more of a layer's units are dead, and the loss has stalled", "cs231n, notes 1"
    )
    dead_layer: Threshold = Threshold(
        1.0, "share of units", "all units of a layer are dead: nothing behind it learns", "definition"
    )
    dormancy_score: Threshold = Threshold(
        0.025, "score", "a unit's mean activation is at most this share of its layer's mean", "Sokar et al. 2023"
    )
    dormant_share: Threshold = Threshold(
        0.5, "share of units", "more of a layer's units are dormant", "ReLU Lab's choice"
    )
    starved_gradient: Threshold = Threshold(
        1e-12, "loss per pre-activation", "no sample gives a unit that fires a larger gradient", "ReLU Lab's choice"
    )
    saturated_share: Threshold = Threshold(
        0.5, "share of outputs", "more of the outputs are saturated", "Karpathy, nn-zero-to-hero"
    )
    weak_std: Threshold = Threshold(
        1e-4, "activation", "the outputs of a layer hardly differ: the signal has vanished", "measured on recipes"
    )
    std_fall: Threshold = Threshold(
        100.0, "times", "the spread of the outputs falls more than this over the depth", "measured on recipes"
    )
    vanishing_ratio: Threshold = Threshold(
        1e-3, "ratio", "the first layer's gradient is this much smaller than the last's", "measured on recipes"
    )
    exploding_norm: Threshold = Threshold(
        1e3, "gradient norm", "a layer's gradient is larger than this, or not finite", "measured on recipes"
    )
    update_low: Threshold = Threshold(-4.0, "log10", "a step changes the weights by less", "Karpathy, cs231n notes 3")
    update_target: Threshold = Threshold(-3.0, "log10", "a step aims at this change", "Karpathy, cs231n notes 3")
    update_high: Threshold = Threshold(-2.0, "log10", "a step changes the weights by more", "Karpathy, cs231n notes 3")
    collapsed_rank: Threshold = Threshold(
        1.5, "directions", "the outputs of a layer vary in about one direction only", "ReLU Lab's choice"
    )
    linear_fit: Threshold = Threshold(
        0.999, "R²", "a straight-line model explains the outputs of a nonlinear network", "measured on recipes"
    )
    duplicate_correlation: Threshold = Threshold(
        0.999, "|correlation|", "two units of a layer say the same", "ReLU Lab's choice"
    )
    duplicate_share: Threshold = Threshold(
        1.0, "share of units", "every unit has a twin: symmetry was never broken", "definition"
    )
    first_loss_factor: Threshold = Threshold(
        4.0,
        "times ln C",
        "the first loss is larger: the outputs start at a bad scale",
        "measured: 240 healthy starts stayed below 3.2",
    )
    chance_margin: Threshold = Threshold(
        0.01, "share of ln C", "the loss is no further from guessing", "measured on recipes"
    )


THRESHOLDS = Thresholds()
