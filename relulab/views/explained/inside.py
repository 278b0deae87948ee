"""One network from inside: what it answers, its regions, the way of one input, many networks side by side."""

from relulab.text import text
from relulab.views.explained.entry import Explanation, share

# fmt: off
ENTRIES = (
    Explanation(key="output", name=text("What the network answers"),
        formula=text("p of class k = e^score k / Σ e^score"), panels=("output",),
        sentence=text("The colour is the class that gets the highest score, the stronger the surer; where two meet "
                      "lies the decision boundary. Of numbers it is the output itself.")),
    Explanation(key="confidence", name=text("How sure the network is"),
        formula=text("p of class k = e^score k / Σ e^score"), panels=("output", "one_input"), write=share,
        sentence=text("The share that the softmax gives the class. Networks are often surer than they are right: "
                      "it is no chance of being right.")),
    Explanation(key="confusion", name=text("The confusion matrix"),
        formula=text("share = count / samples of the true class"), panels=("output",),
        sentence=text("How often each true class (row) got each answer (column). Right answers lie on the diagonal.")),
    Explanation(key="asked_points", name=text("Points that are asked"), panels=("output",),
        sentence=text("The picture is made of what the network answers at so many inputs, spread evenly over what is "
                      "shown. What lies between them is coloured in between.")),
    Explanation(key="kinks", name=text("Kinks"), panels=("output",),
        sentence=text("Inputs at which some ReLU switches on or off, so that the curve bends there. Between two kinks "
                      "it is a straight line.")),
    Explanation(key="regions", name=text("Regions"),
        formula=text("y = A · x + c in each region, with its own A and c"), panels=("output",),
        sentence=text("A network of ReLUs is a straight function in each region in which the same units are on. "
                      "More regions, more bends.")),
    Explanation(key="weight", name=text("A weight"), formula=text("z = Σ weight × input + bias"),
        panels=("network", "inspector"),
        sentence=text("How much of one unit's output goes into the next unit: above 0 it excites, below 0 it "
                      "inhibits.")),
    Explanation(key="network_picture", name=text("The network as a picture"),
        formula=text("h = φ(w · x + b) of every unit"), panels=("network",),
        sentence=text("Each unit shows what it computes; all units of a layer share one scale, so a pale picture "
                      "is a weak unit.")),
    Explanation(key="sample", name=text("A sample"), panels=("network", "one_input"),
        sentence=text("Which sample of the data is followed through the network, counted from 1.")),
    Explanation(key="input", name=text("An input"), formula=text("scaled x = (x − mean) / std of the training set"),
        panels=("one_input",), sentence=text("One number that the network is given, in the unit of the data.")),
    Explanation(key="way", name=text("The way of one input"),
        formula=text("z = Σ weight × input + bias, then h = φ(z)"), panels=("one_input", "network"),
        sentence=text("Each output written out: every input times its weight, and the bias. It is computed in "
                      "float64, so the last digits are right.")),
    Explanation(key="answer", name=text("The answer"), formula=text("p of class k = e^score k / Σ e^score"),
        panels=("one_input", "output"),
        sentence=text("What the network says of this input, and how sure it is of each class.")),
    Explanation(key="starts", name=text("Many starts"),
        formula=text("share ± as Wilson's interval gives it for starts that ended so / all starts"),
        sentence=text("The same design from so many random starts. The interval says where the share of all "
                      "possible starts lies, right 95 times in 100.")),
    Explanation(key="map_cell", name=text("A cell of the map"),
        formula=text("share = starts that ended so / starts in the cell"),
        sentence=text("What came of the starts with these two settings: how many learned, died, got stuck or "
                      "diverged.")),
    Explanation(key="rate_test", name=text("Learning-rate test"),
        formula=text("steepest fall: where the loss falls fastest over log₁₀ of the rate"),
        sentence=text("The loss after a short run at each of many learning rates, from the same start.")),
    Explanation(key="activation", name=text("An activation function"), formula=text("h = φ(z), slope φ'(z)"),
        sentence=text("What a unit makes of its input z, and its slope there: a gradient passes only where it is "
                      "not 0.")),
    Explanation(key="by_hand", name=text("A network built by hand"), formula=text("y = Σ v · max(0, w · x + b) + c"),
        sentence=text("You set every weight; the error says how far its curve is from the wanted one.")),
    Explanation(key="setting", name=text("A setting"), panels=("design",),
        sentence=text("A choice of yours that makes the experiment: another value, another run.")),
    Explanation(key="preset", name=text("A ready-made experiment"),
        sentence=text("What it asks, about how long it trains, and how much has to be downloaded once where that "
                      "is so.")),
    Explanation(key="session", name=text("A session"),
        sentence=text("Where you left off: its file, how many runs are in it, and when it was last saved.")),
    Explanation(key="data", name=text("The data"),
        formula=text("training samples are learned from; validation and test samples never are"), panels=("design",),
        sentence=text("What the network learns from: how many samples, how many values each, what is to be told of "
                      "them.")),
    Explanation(key="table", name=text("A column of a table"),
        formula=text("scaled x = (x − mean) / std of the training rows"), panels=("design",),
        sentence=text("What was read of a column: its kind, its range, how many values are missing.")),
)
# fmt: on
