"""What flows through the layers: activations forwards, gradients backwards, updates of weights."""

from relulab.measurements.thresholds import THRESHOLDS
from relulab.text import text
from relulab.views.explained.entry import CHOICE_OF_OURS, Explanation, Scale, Stretch, always, share, source_of

UPDATE_SCALE = Scale(
    text("log₁₀ of the change of the weights over the weights, of one step"),
    -6.0,
    (
        Stretch(THRESHOLDS.update_low.value, text("too small")),
        Stretch(THRESHOLDS.update_high.value, text("good"), healthy=True),
        Stretch(THRESHOLDS.update_wild.value, text("large")),
        Stretch(0.0, text("wild")),
    ),
    source_of(THRESHOLDS.update_low.source),
)
RATIO_SCALE = Scale(
    text("gradient of the first layer over that of the last"),
    1e-6,
    (
        Stretch(THRESHOLDS.vanishing_ratio.value, text("vanishing: the first layer hardly learns")),
        Stretch(10.0, text("arrives"), healthy=True),
    ),
    source_of(THRESHOLDS.vanishing_ratio.source),
    logarithmic=True,
)
FALL, GROWTH = THRESHOLDS.std_fall.value, THRESHOLDS.signal_growth.value
SPREAD_SCALE = Scale(
    text("spread of the layer over that of the first layer"),
    1 / FALL**2,
    (
        Stretch(1 / FALL, text("vanishes")),
        Stretch(GROWTH, text("keeps its size"), healthy=True),
        Stretch(GROWTH**2, text("explodes")),
    ),
    CHOICE_OF_OURS,
    logarithmic=True,
)

# fmt: off
ENTRIES = (
    Explanation(key="gradient", name=text("Gradient of a layer"),
        formula=text("RMS = √(mean of (dL/dW)²);  norm = √(sum of (dL/dW)²)"),
        numbers=text("here first layer / last layer = {first} / {last} = {ratio:about}"),
        panels=("gradients", "findings"), scale=lambda facts: RATIO_SCALE if "ratio" in facts else None,
        sentence=text("How strongly the newest batch pulls at a layer's weights. Its size alone is neither good "
                      "nor bad; the first layer's beside the last one's tells whether it vanishes on the way back.")),
    Explanation(key="update_ratio", name=text("Size of the updates"), formula=text("log₁₀(‖ΔW‖ / ‖W‖)"),
        numbers=text("here 10^{ratio} = {moved:about} of the weights in one step"), panels=("gradients", "findings"),
        scale=always(UPDATE_SCALE),
        sentence=text("How far a step really moved the weights, beside their own size: −3 is one thousandth. "
                      "Penalties, momentum and clipping are in it.")),
    Explanation(key="activations", name=text("Spread of a layer"), formula=text("std = √(mean of (h − mean)²)"),
        numbers=text("here {spread}, and {first} in the first layer: {ratio:times} as much"),
        panels=("histograms", "findings"), scale=lambda facts: SPREAD_SCALE if "ratio" in facts else None,
        sentence=text("How widely the values of a layer differ between samples. It should stay about the same from "
                      "layer to layer; about half of a ReLU's outputs being exactly 0 is normal.")),
    Explanation(key="exactly_zero", name=text("Exactly 0"), formula=text("outputs with h = 0 / all outputs"),
        panels=("histograms", "units"), write=share,
        sentence=text("The share of a layer's outputs that are 0: those of ReLUs that are off. About half is "
                      "normal.")),
    Explanation(key="probe_set", name=text("What it is measured over"),
        formula=text("more samples: steadier numbers, dearer measurements"),
        sentence=text("Which samples were looked at, how often, and when last. The probe set is a fixed part of "
                      "the training set, looked at with dropout off, so that all moments can be compared.")),
    Explanation(key="measurements", name=text("How often it was measured"), formula=text("measurements so far"),
        sentence=text("How many points a curve has. Measuring takes time, so it is not done after every step; how "
                      "often changes nothing of what the network learns.")),
    Explanation(key="last_measured", name=text("When it was measured last"),
        sentence=text("The step after which the newest of these numbers was measured. The run may be some steps "
                      "further on while it trains.")),
    Explanation(key="age", name=text("How old it is"),
        sentence=text("How long ago the newest of these numbers was measured. Large networks are measured less "
                      "often, so that measuring does not slow the training down.")),
    Explanation(key="newest_point", name=text("The newest point"),
        sentence=text("The newest point of the curves is of a few samples only, so that it comes soon, and it is less "
                      "steady than the others. The next measurement of all samples takes its place.")),
    Explanation(key="not_drawn", name=text("Runs that are not drawn"),
        sentence=text("Losses on other data, or losses of another kind, have another scale: in one picture they "
                      "would look better or worse than they are.")),
    Explanation(key="forecast", name=text("Forecast of a layer"),
        formula=text("signal = std of the outputs over that of the inputs;  gradient = std over the output layer's"),
        panels=("design", "histograms"),
        sentence=text("How large signals and gradients will be in this layer before any training, worked out from "
                      "the design. 1 means as large as at the input, or at the output layer for gradients. The "
                      "ring is what was measured.")),
    Explanation(key="born_dead", name=text("Chance of a network that is born dead"),
        formula=text("P ≈ share of simulated starts with a dead layer"), panels=("design",), write=share,
        sentence=text("How often random first weights give a network in which some layer is off for every input, "
                      "so that it cannot learn at all.")),
    Explanation(key="parameters", name=text("Parameters and memory"),
        formula=text("dense layer: inputs × units + units"), panels=("design",),
        sentence=text("How many weights and biases are learned, and about how much memory training takes.")),
)
# fmt: on
