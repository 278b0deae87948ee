"""The numbers that only the diagnosis compares with; those of single measurements are in ``probes.thresholds``."""

from typing import NamedTuple

from relulab.measurements.thresholds import Threshold

CHOICE = "ReLU Lab's choice"


class Limits(NamedTuple):
    """Each ``meaning`` completes the sentence "flagged when …"; shares run from 0 to 1."""

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
    loss_growth: Threshold = Threshold(1.15, "times", "the loss is this much above that of guessing", CHOICE)


LIMITS = Limits()
