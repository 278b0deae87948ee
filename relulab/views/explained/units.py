"""What units do: whether they fire, what they weigh, what reaches them."""

from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text
from relulab.views.explained.entry import CHOICE_OF_OURS, Explanation, Scale, Stretch, always, share, source_of

ALL = 1.0
DEAD, DORMANT, SATURATED = THRESHOLDS.dead_share, THRESHOLDS.dormant_share, THRESHOLDS.saturated_share
SCORE = THRESHOLDS.dormancy_score

DEAD_SCALE = Scale(
    text("share of the units of a layer that can die"),
    0.0,
    (
        Stretch(DEAD.value, text("learns, as long as the loss falls"), healthy=True),
        Stretch(ALL, text("ill, if the loss has stalled")),
    ),
    source_of(DEAD.source),
    write=share,
)
DORMANT_SCALE = Scale(
    text("share of the units of a layer"),
    0.0,
    (Stretch(DORMANT.value, text("most units work"), healthy=True), Stretch(ALL, text("most are asleep"))),
    CHOICE_OF_OURS,
    write=share,
)
SATURATED_SCALE = Scale(
    text("share of the outputs of a layer at the flat ends"),
    0.0,
    (Stretch(SATURATED.value, text("gradients pass"), healthy=True), Stretch(ALL, text("hardly any gradient passes"))),
    source_of(SATURATED.source),
    write=share,
)
SCORE_SCALE = Scale(
    text("mean activation of the unit, in means of its layer"),
    SCORE.value / 10,
    (Stretch(SCORE.value, text("dormant")), Stretch(10.0, text("works with its layer"), healthy=True)),
    source_of(SCORE.source),
    logarithmic=True,
)

# fmt: off
ENTRIES = (
    Explanation(key="unit", name=text("A unit"), formula=text("h = max(0, w · x + b) for a ReLU"),
        numbers=text("greatest input z = {greatest}, so its greatest output is {output}; fires for {rate:percent}"),
        panels=("units", "network", "inspector"),
        sentence=text("A unit is dead when its output is 0 for every sample of the probe set: then no gradient "
                      "reaches its weights. In the first layer it cannot come back by itself; deeper only if the "
                      "layers before it change.")),
    Explanation(key="dead_share", name=text("Dead units"), formula=text("dead units / units that can die"),
        numbers=text("here {dead:,} / {units:,} = {share:percent}"), panels=("units", "findings", "loss"),
        scale=always(DEAD_SCALE), write=share,
        sentence=text("The share of units whose output is 0 for every sample of the probe set. A third of them may "
                      "be dead in a network that learns well; it is an illness where the loss has stalled, and "
                      "fatal where a whole layer is dead.")),
    Explanation(key="dormant_share", name=text("Dormant units"),
        formula=text("units with a dormancy score of at most {limit} / units", limit=SCORE.value),
        panels=("units", "findings"), scale=always(DORMANT_SCALE), write=share,
        sentence=text("The share of a layer's units that fire, but so weakly that they add next to nothing.")),
    Explanation(key="saturated_share", name=text("Saturated outputs"),
        formula=text("tanh beyond ±0.97, sigmoid below 0.03 or above 0.97, a clip at its limit"),
        panels=("histograms", "units"), scale=always(SATURATED_SCALE), write=share,
        sentence=text("The share of outputs at the flat ends of the activation, where its slope is close to 0 and "
                      "hardly any gradient passes.")),
    Explanation(key="firing_rate", name=text("Fires on"),
        formula=text("samples with h > 0 / samples of the probe set"),
        numbers=text("here {rate:percent} of {samples:sample|samples}"), panels=("units", "inspector"), write=share,
        sentence=text("For which share of the samples the unit is above 0. At 0 % it is silent, at 100 % it is a "
                      "straight line; in between it can tell samples apart.")),
    Explanation(key="greatest_input", name=text("Greatest input z"), formula=text("max over samples of w · x + b"),
        panels=("units", "inspector"),
        sentence=text("The largest w · x + b over the probe set. Below 0 a ReLU never fires.")),
    Explanation(key="dormancy_score", name=text("Dormancy score"),
        formula=text("mean |h| of the unit / mean |h| of all units of its layer"), panels=("units", "inspector"),
        scale=always(SCORE_SCALE),
        sentence=text("How strongly the unit fires beside the others of its layer; 1 is the mean.")),
    Explanation(key="bias", name=text("Bias"), formula=text("z = w · x + b"), panels=("inspector",),
        sentence=text("What is added to the weighted inputs. A ReLU whose bias is far below 0 fires for no sample; "
                      "where that lies depends on its inputs, so no range is healthy for all.")),
    Explanation(key="weight_norm", name=text("Weight norm"), formula=text("‖w‖ = √(w₁² + w₂² + …)"),
        panels=("inspector",), sentence=text("How long the vector of the unit's incoming weights is.")),
    Explanation(key="unit_gradient", name=text("Gradient norm of a unit"),
        formula=text("‖dL/dw‖ = length of the gradient of the incoming weights"), panels=("inspector", "gradients"),
        sentence=text("How strongly the newest batch pulls at the unit's incoming weights; 0 for a unit that is "
                      "dead.")),
    Explanation(key="unit_formula", name=text("The unit as a formula"),
        formula=text("z = w₁x₁ + w₂x₂ + … + b, then h = φ(z)"), panels=("inspector", "network"),
        sentence=text("Each input times its weight, and the bias: what comes out goes through the activation.")),
    Explanation(key="exciting_samples", name=text("What excites the unit"),
        formula=text("the largest h over the training samples"), panels=("inspector",),
        sentence=text("The training samples with the greatest output h of the unit.")),
    Explanation(key="death", name=text("How a unit died"),
        formula=text("dead from the first step after which max z over the probe set ≤ 0"), panels=("inspector",),
        sentence=text("Which update killed the unit, and its numbers before and after it.")),
    Explanation(key="push", name=text("A change by hand"), formula=text("b ← b + push;  h = slope · z where z < 0"),
        panels=("inspector",),
        sentence=text("How much is added to the bias, or the slope that the layer gets below 0.")),
)
# fmt: on
