"""Every number that turns a measurement into a verdict, in one place, with its unit and its source.

The measurements use them, the diagnosis reads them, and the window shows them beside each verdict.
"""

from dataclasses import dataclass

CHOICE = "ReLU Lab's choice"


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
        1.0,
        "share of units",
        "all units of a layer are dead: nothing in front of it, towards the input, learns",
        "definition",
    )
    dormancy_score: Threshold = Threshold(
        0.025, "score", "a unit's mean activation is at most this share of its layer's mean", "Sokar et al. 2023"
    )
    dormant_share: Threshold = Threshold(0.5, "share of units", "more of a layer's units are dormant", CHOICE)
    starved_gradient: Threshold = Threshold(
        1e-12, "loss per pre-activation", "no sample gives a unit that fires a larger gradient", CHOICE
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
        1.5, "directions", "the outputs of a layer vary in about one direction only", CHOICE
    )
    linear_fit: Threshold = Threshold(
        0.999, "R²", "a straight-line model explains the outputs of a nonlinear network", "measured on recipes"
    )
    duplicate_correlation: Threshold = Threshold(0.999, "|correlation|", "two units of a layer say the same", CHOICE)
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
    # what only the diagnosis compares with: the course of a run, the data, the design
    dying_rise: Threshold = Threshold(0.1, "share of units", "a layer's dead share has risen by this much", CHOICE)
    signal_growth: Threshold = Threshold(
        100.0, "times", "the spread of the outputs grows more than this over the depth", CHOICE
    )
    update_wild: Threshold = Threshold(-1.0, "log10", "a step has changed the weights by a tenth or more", CHOICE)
    input_rms: Threshold = Threshold(5.0, "root mean square", "the inputs are larger than this", CHOICE)
    spread_ratio: Threshold = Threshold(100.0, "times", "the scales of two features differ by more than this", CHOICE)
    bias_shift: Threshold = Threshold(
        -1.5, "standard deviations", "the bias puts a unit's input this far below zero", CHOICE
    )
    validation_rise: Threshold = Threshold(
        1.2, "times", "the validation loss is this much above its lowest value", CHOICE
    )
    validation_gap: Threshold = Threshold(
        0.1, "share of guessing's loss", "the validation loss is this far above the training loss", CHOICE
    )
    stalled_fall: Threshold = Threshold(
        0.02, "share of the loss", "the loss fell by less than this over the later half of the run", CHOICE
    )
    high_loss: Threshold = Threshold(
        0.5, "share of guessing's loss", "the loss is above this: most is still to be learned", CHOICE
    )
    learning_loss: Threshold = Threshold(
        0.9, "share of guessing's loss", "the loss is above this: nothing shows yet that the network learns", CHOICE
    )
    settled_fall: Threshold = Threshold(
        0.02, "share of guessing's loss", "the last fifth of the run brought less: the loss has settled", CHOICE
    )
    known_share: Threshold = Threshold(
        0.8,
        "share of what neighbours tell",
        "the network knows less of what its nearest training samples tell about a new one",
        "Cover and Hart 1967: their error is at most twice the least possible one; the share is ReLU Lab's choice",
    )
    known_gap: Threshold = Threshold(
        0.05, "accuracy, or share of the loss", "the nearest training samples do better by more", CHOICE
    )
    few_units: Threshold = Threshold(8.0, "units", "a hidden layer has fewer", "measured: see docs/rules.md")
    heavy_dropout: Threshold = Threshold(
        0.5, "share of units", "a layer loses more of its units to dropout", "Srivastava et al. 2014, section 7.3"
    )
    strong_l2: Threshold = Threshold(
        0.01, "L2 strength", "the L2 penalty is this strong", "measured: see docs/rules.md"
    )
    strong_l1: Threshold = Threshold(
        1e-3, "L1 strength", "the L1 penalty is this strong", "measured: see docs/rules.md"
    )
    strong_decay: Threshold = Threshold(
        1.0, "weight decay", "the decay of AdamW pulls the weights to zero this strongly", "measured: see docs/rules.md"
    )
    target_rms: Threshold = Threshold(10.0, "root mean square", "the targets are larger than this", CHOICE)
    imbalance: Threshold = Threshold(
        10.0,
        "times",
        "one class has this many times the samples of another",
        "Amazon SageMaker Debugger, ClassImbalance",
    )
    swing: Threshold = Threshold(
        0.03, "accuracy", "it jumps up and down by this much", "AUTOTRAINER, Zhang et al. 2021, oscillating loss"
    )
    swings: Threshold = Threshold(
        0.2, "share of measurements", "more of the measurements jump back", "AUTOTRAINER, Zhang et al. 2021"
    )
    clear_rise: Threshold = Threshold(
        0.71,
        "share of pairs",
        "of a later and an earlier measurement more often the later one is better: the run gets on",
        "Vargha and Delaney 2000: a large effect",
    )
    loss_growth: Threshold = Threshold(1.15, "times", "the loss is this much above that of guessing", CHOICE)


THRESHOLDS = Thresholds()
