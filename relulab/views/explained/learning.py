"""How well a network does, and how far it is: losses, accuracies, the course of a run."""

import math

from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text
from relulab.views.explained.entry import CHOICE_OF_OURS, Explanation, Facts, Scale, Stretch, share, whole

WELL, LEARNING, LOST = (
    threshold.value for threshold in (THRESHOLDS.high_loss, THRESHOLDS.learning_loss, THRESHOLDS.loss_growth)
)
AXIS_END = 1.5  # times guessing: what is worse stands at the end


def loss_scale(facts: Facts) -> Scale | None:
    """Against what guessing costs, as the findings judge; None where that is not known."""
    guess = facts.get("guess")
    if not isinstance(guess, float) or not 0 < guess < float("inf"):
        return None
    return Scale(
        text("loss, beside {guess} of a network that only guesses", guess=guess),
        0.0,
        (
            Stretch(WELL * guess, text("well learned"), healthy=True),
            Stretch(LEARNING * guess, text("learning")),
            Stretch(LOST * guess, text("guessing")),
            Stretch(AXIS_END * guess, text("worse")),
        ),
        CHOICE_OF_OURS,
    )


def finding_scale(facts: Facts) -> Scale | None:
    """What was measured beside the threshold that it passed; None where a finding was made of no such numbers."""
    measured, threshold = facts.get("measured"), facts.get("threshold")
    if not isinstance(measured, float) or not isinstance(threshold, float) or not math.isfinite(measured + threshold):
        return None
    low, high = min(measured, threshold), max(measured, threshold)
    start, end = min(0.0, low - (high - low) / 2), high + (high - low) / 2
    if low == high or not start < low:
        return None
    beyond = measured > threshold
    is_good = bool(facts.get("is_good"))
    here, there = text("the finding holds"), text("it does not")
    return Scale(
        text("what was measured, beside the threshold"),
        start,
        (
            Stretch(threshold, there if beyond else here, healthy=is_good is not beyond),
            Stretch(end, here if beyond else there, healthy=is_good is beyond),
        ),
        CHOICE_OF_OURS,
    )


CROSS_ENTROPY = text("loss = mean of −ln(p of the right class)")
TYPICAL = text("here e^−{loss} = {sure:about}: the right class typically gets {sure:percent}")

# fmt: off
ENTRIES = (
    Explanation(key="loss", name=text("Training loss"), formula=CROSS_ENTROPY, numbers=TYPICAL,
        panels=("loss", "output", "findings"), scale=loss_scale,
        sentence=text("How wrong the network is on the batches that it just learned from: 0 is perfect. Dropout is "
                      "on, penalties are not counted.")),
    Explanation(key="validation_loss", name=text("Validation loss"), formula=CROSS_ENTROPY, numbers=TYPICAL,
        panels=("loss", "output", "findings"), scale=loss_scale,
        sentence=text("How wrong the network is on samples that it never learns from. Only this tells how it will "
                      "do on new ones; where it rises while the training loss falls, samples are learned by heart.")),
    Explanation(key="accuracy", name=text("Accuracy"), formula=text("accuracy = right answers / all answers"),
        numbers=text("here {accuracy:percent}, and {guess_accuracy:percent} by guessing"), panels=("loss", "output"),
        write=share,
        sentence=text("The share of samples whose right class gets the highest score. What is good depends on the "
                      "data: compare it with always saying the most frequent class.")),
    Explanation(key="r_squared", name=text("R², the share that is explained"),
        formula=text("R² = 1 − Σ (target − prediction)² / Σ (target − mean)²"), panels=("output", "findings"),
        sentence=text("How much of the spread of the targets the predictions follow: 1 is perfect, 0 is no better "
                      "than always saying the mean, and below 0 is worse than that. What is good depends on the "
                      "data.")),
    Explanation(key="checked_on", name=text("Samples that it is checked on"), panels=("loss", "output"),
        sentence=text("How many samples the network is judged on here. With few of them the result is partly luck: "
                      "of 100 samples one more right answer is a whole percent.")),
    Explanation(key="penalty", name=text("The L1/L2 penalty"),
        formula=text("penalty = L1 × Σ |w| + L2 × Σ w²"), panels=("loss",),
        sentence=text("What large weights cost in training, beside their mistakes. The curves leave it out, so that "
                      "runs with and without it can be compared.")),
    Explanation(key="guessing", name=text("Guessing"),
        formula=text("loss of guessing = −Σ p · ln p over the shares p of the classes"), panels=("loss", "findings"),
        sentence=text("Where a network stands that looks at nothing and knows only how frequent each class is, or "
                      "the mean of the targets. What does no better has learned nothing yet.")),
    Explanation(key="test_result", name=text("Test result"),
        formula=text("test accuracy = right answers / test samples"), panels=("runs", "output"),
        sentence=text("How the finished network does on samples that were kept back for the end. It is measured "
                      "once, so nothing could be tuned to it.")),
    Explanation(key="progress", name=text("How far the run is"),
        formula=text("epochs = steps × batch size / training samples"),
        numbers=text("here {step:,} × {batch:,} / {train:,} = {epoch}"), panels=("loss",), write=whole,
        sentence=text("A step is one batch and one update of the weights; an epoch is once through all training "
                      "samples.")),
    Explanation(key="progress_share", name=text("Progress"), formula=text("steps done / steps planned"),
        numbers=text("here {step:,} / {steps:,}"), write=share,
        sentence=text("The share of the planned steps that is done.")),
    Explanation(key="time_left", name=text("Time left"), formula=text("steps left × time of a step lately"),
        panels=("loss",),
        sentence=text("How long the run will take at the pace of the last seconds. A slower watch speed or another "
                      "program that computes makes it longer.")),
    Explanation(key="samples_per_second", name=text("Samples per second"),
        formula=text("steps in a second × batch size"),
        sentence=text("How fast it learns by the clock. Larger batches raise it, and then take fewer steps in an "
                      "epoch.")),
    Explanation(key="instrument_share", name=text("What watching costs"),
        formula=text("time of measurements / time of training"), write=share,
        sentence=text("The share of the training time, by the clock, that measuring takes. Close panels, and it "
                      "falls.")),
    Explanation(key="moment", name=text("The moment that is shown"),
        formula=text("epochs = steps × batch size / training samples"),
        numbers=text("here {step:,} × {batch:,} / {train:,} = {epoch}"), panels=("loss", "network"), write=whole,
        sentence=text("After how many steps the network was as all panels show it. Drag the timeline to look back; "
                      "the run is not changed by it.")),
    Explanation(key="speed", name=text("Speed of playing"),
        sentence=text("How fast moments follow each other: at 1× the whole run takes ten seconds.")),
    Explanation(key="learning_rate", name=text("The learning rate"),
        formula=text("W ← W − learning rate × gradient (plain SGD)"), panels=("gradients", "loss"),
        sentence=text("How far a step goes against the gradient. Too large, and the loss jumps or explodes; too "
                      "small, and nothing moves. The size of the updates, in Gradients, tells which.")),
    Explanation(key="best_loss", name=text("Best loss of a run"),
        formula=text("least of the losses that were measured while it ran"), panels=("runs", "loss"),
        sentence=text("The least loss on samples that it does not learn from, maybe long before its end: then it "
                      "went on to learn its samples by heart.")),
    Explanation(key="best_accuracy", name=text("Best accuracy of a run"),
        formula=text("accuracy = right answers / all answers"), panels=("runs", "loss"),
        sentence=text("The greatest share of right answers that was measured, maybe at another step than the best "
                      "loss. The best of many measurements is a little too good: the test result is not.")),
    Explanation(key="run", name=text("A run and what came of it"),
        formula=text("dead = dead units / units that can die"), panels=("runs", "loss"),
        sentence=text("The lowest loss and the greatest accuracy that were measured in the run, maybe at different "
                      "moments, then the result on the test set and the share of dead units.")),
    Explanation(key="question", name=text("The question of this experiment"),
        sentence=text("What a ready-made experiment answers, and what to watch in it. Its numbers are of its "
                      "design.")),
    Explanation(key="finding", name=text("A finding and its evidence"),
        formula=text("it appears when what was measured is beyond the threshold, several planned times in a row"),
        panels=("findings",), scale=finding_scale,
        sentence=text("A rule compares what was measured with a threshold. The card names both, over which "
                      "samples, and since which step it holds.")),
)
# fmt: on
