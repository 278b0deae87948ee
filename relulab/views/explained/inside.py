"""One network from inside: what it answers, its regions, the way of one input, many networks side by side."""

from relulab.text import text
from relulab.views.explained.entry import Explanation, share

ENTRIES = (
    Explanation(
        key="output",
        name=text("What the network answers"),
        sentence=text(
            "The colour is the class that gets the highest score, the stronger the surer; where two meet lies the "
            "decision boundary. Of numbers it is the output itself."
        ),
        formula=text("p of class k = e^score k / Σ e^score"),
        panels=("output",),
    ),
    Explanation(
        key="confidence",
        name=text("How sure the network is"),
        sentence=text(
            "The share that the softmax gives the class. Networks are often surer than they are right: it is no chance "
            "of being right."
        ),
        formula=text("p of class k = e^score k / Σ e^score"),
        panels=("output", "one_input"),
        write=share,
    ),
    Explanation(
        key="confusion",
        name=text("The confusion matrix"),
        sentence=text("How often each true class (row) got each answer (column). Right answers lie on the diagonal."),
        formula=text("share = count / samples of the true class"),
        panels=("output",),
    ),
    Explanation(
        key="regions",
        name=text("Regions"),
        sentence=text(
            "A network of ReLUs is a straight function in each region in which the same units are on. More regions, "
            "more bends."
        ),
        formula=text("y = A · x + c in each region, with its own A and c"),
        panels=("output",),
    ),
    Explanation(
        key="weight",
        name=text("A weight"),
        sentence=text(
            "How much of one unit's output goes into the next unit: above 0 it excites, below 0 it inhibits."
        ),
        formula=text("z = Σ weight × input + bias"),
        panels=("network", "inspector"),
    ),
    Explanation(
        key="network_picture",
        name=text("The network as a picture"),
        sentence=text(
            "Each unit shows what it computes; all units of a layer share one scale, so a pale picture is a weak unit."
        ),
        formula=text("h = φ(w · x + b) of every unit"),
        panels=("network",),
    ),
    Explanation(
        key="sample",
        name=text("A sample"),
        sentence=text("Which sample of the data is followed through the network, counted from 1."),
        panels=("network", "one_input"),
    ),
    Explanation(
        key="input",
        name=text("An input"),
        sentence=text("One number that the network is given, in the unit of the data."),
        formula=text("scaled x = (x − mean) / std of the training set"),
        panels=("one_input",),
    ),
    Explanation(
        key="way",
        name=text("The way of one input"),
        sentence=text(
            "Each output written out: every input times its weight, and the bias. It is computed in float64, so the "
            "last digits are right."
        ),
        formula=text("z = Σ weight × input + bias, then h = φ(z)"),
        panels=("one_input", "network"),
    ),
    Explanation(
        key="answer",
        name=text("The answer"),
        sentence=text("What the network says of this input, and how sure it is of each class."),
        formula=text("p of class k = e^score k / Σ e^score"),
        panels=("one_input", "output"),
    ),
    Explanation(
        key="starts",
        name=text("Many starts"),
        sentence=text(
            "The same design from so many random starts. The interval says where the share of all possible starts "
            "lies, right 95 times in 100."
        ),
        formula=text("share ± as Wilson's interval gives it for starts that ended so / all starts"),
    ),
    Explanation(
        key="map_cell",
        name=text("A cell of the map"),
        sentence=text(
            "What came of the starts with these two settings: how many learned, died, got stuck or diverged."
        ),
        formula=text("share = starts that ended so / starts in the cell"),
    ),
    Explanation(
        key="rate_test",
        name=text("Learning rate test"),
        sentence=text("The loss after a short run at each of many learning rates, from the same start."),
        formula=text("steepest fall: where the loss falls fastest over log₁₀ of the rate"),
    ),
    Explanation(
        key="activation",
        name=text("An activation function"),
        sentence=text(
            "What a unit makes of its input z, and its slope there: a gradient passes only where it is not 0."
        ),
        formula=text("h = φ(z), slope φ'(z)"),
    ),
    Explanation(
        key="by_hand",
        name=text("A network built by hand"),
        sentence=text("You set every weight; the error says how far its curve is from the wanted one."),
        formula=text("y = Σ v · max(0, w · x + b) + c"),
    ),
    Explanation(
        key="setting",
        name=text("A setting"),
        sentence=text("A choice of yours that makes the experiment: another value, another run."),
        panels=("design",),
    ),
    Explanation(
        key="preset",
        name=text("A ready-made experiment"),
        sentence=text(
            "What it asks, about how long it trains, and how much has to be downloaded once where that is so."
        ),
    ),
    Explanation(
        key="session",
        name=text("A session"),
        sentence=text("Where you left off: its file, how many runs are in it, and when it was last saved."),
    ),
    Explanation(
        key="data",
        name=text("The data"),
        sentence=text(
            "What the network learns from: how many samples, how many values each, what is to be told of them."
        ),
        formula=text("training samples are learned from; validation and test samples never are"),
        panels=("design",),
    ),
    Explanation(
        key="table",
        name=text("A column of a table"),
        sentence=text("What was read of a column: its kind, its range, how many values are missing."),
        formula=text("scaled x = (x − mean) / std of the training rows"),
        panels=("design",),
    ),
)
