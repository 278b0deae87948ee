"""Weight and bias initializations.

``weight_std`` gives the standard deviation that a scheme aims at; the forecast uses it, and the tests
compare it with what the built network holds.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from relulab.catalog.entry import Entry, TorchEntry, Value, integer, numbers, read_numbers, real
from relulab.registry import Registry

RAI_STD = 0.6007  # times 1/√fan_in: keeps the second moment of a ReLU layer (Lu et al. 2019, theorem 6)

# fan_in, fan_out, units, parameters -> standard deviation of the weights of one layer, about their mean
StdFormula = Callable[[int, int, int, Mapping[str, Any]], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Initialization(TorchEntry):
    """A weight initialization.

    ``torch_function`` names a function of ``torch.nn.init``, or is empty for the schemes that ReLU Lab
    computes itself. ``random`` is false where by default no random numbers are drawn. ``sets_bias`` schemes ignore the
    chosen bias. ``dense_only`` schemes cannot fill the filters of a convolution. ``ascending``: names of two parameters
    of which the first must not be the greater one.
    """

    formula: str
    strengths: str
    weaknesses: str
    source: str
    std_formula: StdFormula
    torch_function: str = ""
    random: bool = True
    sets_bias: bool = False
    dense_only: bool = False
    ascending: tuple[str, str] | None = None

    def weight_std(self, fan_in: int, fan_out: int, parameters: Mapping[str, Value], units: int | None = None) -> float:
        """The standard deviation of the weights that the scheme aims at, about their mean.

        ``units`` is the number of units or channels; without it, that of a dense layer, ``fan_out``.
        """
        return self.std_formula(fan_in, fan_out, fan_out if units is None else units, parameters)


def _he_std(fan_in: int, fan_out: int, units: int, p: Mapping[str, Any]) -> float:
    return math.sqrt(2.0 / ((1.0 + p["negative_slope"] ** 2) * fan_in))


def _glorot_std(fan_in: int, fan_out: int, units: int, p: Mapping[str, Any]) -> float:
    return float(p["gain"]) * math.sqrt(2.0 / (fan_in + fan_out))


def _lecun_std(fan_in: int, fan_out: int, units: int, p: Mapping[str, Any]) -> float:
    return math.sqrt(1.0 / fan_in)


def _sparse_std(fan_in: int, fan_out: int, units: int, p: Mapping[str, Any]) -> float:
    """Whole weights are dropped: the zeros per input are rounded up."""
    zeros = math.ceil(float(p["sparsity"]) * units) / units
    return float(p["std"]) * math.sqrt(1.0 - zeros)


def _identity_std(fan_in: int, fan_out: int, units: int, p: Mapping[str, Any]) -> float:
    ones = 1.0 / max(fan_in, fan_out)
    return math.sqrt(ones - ones**2)


def _rai_std(fan_in: int, fan_out: int, units: int, p: Mapping[str, Any]) -> float:
    """One of fan_in + 1 entries is Beta(2, 1), with mean 2/3 and mean square 1/2."""
    special = 1.0 / (fan_in + 1)
    return math.sqrt((1.0 - special) * RAI_STD**2 / fan_in + special / 2.0 - (special * 2.0 / 3.0) ** 2)


def _given_std(fan_in: int, fan_out: int, units: int, p: Mapping[str, Any]) -> float:
    """The numbers follow each other in turn; those that find no place do not count."""
    found = read_numbers(p["values"])[: units * fan_in]
    mean = math.fsum(found) / len(found)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in found) / len(found))


def _truncated_std(fan_in: int, fan_out: int, units: int, p: Mapping[str, Any]) -> float:
    """A normal cut at ±2σ keeps 0.8796 of its standard deviation."""
    return 0.87962566 * float(p["std"])


_SLOPE = real(
    "negative_slope", "Negative slope", 0.0, 0.0, 1.0, help="The slope of the leaky ReLU behind the layer; 0 for ReLU."
)
_GAIN = real("gain", "Gain", 1.0, 0.0, 100.0, help="Extra factor: 5/3 suits tanh, 1 suits sigmoid, 1.414 suits ReLU.")

INITIALIZATIONS: Registry[Initialization] = Registry(
    "initialization",
    Initialization(
        key="he_normal",
        title="He normal",
        parameters=(_SLOPE,),
        summary="Normal weights scaled so that ReLU layers keep the size of their signal.",
        formula="N(0, 2 / ((1 + a²)·fan_in))",
        source="He et al. 2015",
        strengths="The right scale for ReLU and its relatives, however deep.",
        weaknesses="Too large for tanh and sigmoid.",
        std_formula=_he_std,
        torch_function="kaiming_normal_",
        torch_arguments={"negative_slope": "a"},
        torch_constants={"nonlinearity": "leaky_relu"},
    ),
    Initialization(
        key="he_uniform",
        title="He uniform",
        parameters=(_SLOPE,),
        summary="Like He normal, with evenly spread weights.",
        formula="U(-b, b), b = √(6 / ((1 + a²)·fan_in))",
        source="He et al. 2015",
        strengths="The right scale for ReLU, without extreme weights.",
        weaknesses="Too large for tanh and sigmoid.",
        std_formula=_he_std,
        torch_function="kaiming_uniform_",
        torch_arguments={"negative_slope": "a"},
        torch_constants={"nonlinearity": "leaky_relu"},
    ),
    Initialization(
        key="glorot_normal",
        title="Glorot (Xavier) normal",
        parameters=(_GAIN,),
        summary="Normal weights that balance the forward signal and the backward gradient.",
        formula="N(0, gain²·2 / (fan_in + fan_out))",
        source="Glorot & Bengio 2010",
        strengths="Right for tanh, sigmoid and linear layers.",
        weaknesses="Halves the signal's variance at every ReLU layer.",
        std_formula=_glorot_std,
        torch_function="xavier_normal_",
        torch_arguments={"gain": "gain"},
    ),
    Initialization(
        key="glorot_uniform",
        title="Glorot (Xavier) uniform",
        parameters=(_GAIN,),
        summary="Like Glorot normal, with evenly spread weights.",
        formula="U(-b, b), b = gain·√(6 / (fan_in + fan_out))",
        source="Glorot & Bengio 2010",
        strengths="Right for tanh, sigmoid and linear layers.",
        weaknesses="Halves the signal's variance at every ReLU layer.",
        std_formula=_glorot_std,
        torch_function="xavier_uniform_",
        torch_arguments={"gain": "gain"},
    ),
    Initialization(
        key="lecun_normal",
        title="LeCun normal",
        summary="Normal weights that keep the variance of a linear layer.",
        formula="N(0, 1 / fan_in)",
        source="LeCun et al. 1998",
        strengths="The partner of SELU; right for linear outputs.",
        weaknesses="Halves the signal's variance at every ReLU layer.",
        std_formula=_lecun_std,
        torch_function="kaiming_normal_",
        torch_constants={"nonlinearity": "linear"},
    ),
    Initialization(
        key="lecun_uniform",
        title="LeCun uniform",
        summary="Like LeCun normal, with evenly spread weights.",
        formula="U(-b, b), b = √(3 / fan_in)",
        source="LeCun et al. 1998",
        strengths="Right for linear outputs and SELU.",
        weaknesses="Halves the signal's variance at every ReLU layer.",
        std_formula=_lecun_std,
        torch_function="kaiming_uniform_",
        torch_constants={"nonlinearity": "linear"},
    ),
    Initialization(
        key="orthogonal",
        title="Orthogonal",
        parameters=(_GAIN,),
        summary="Weights whose rows are perpendicular, so that lengths are kept exactly.",
        formula="gain·Q, Q with orthonormal rows or columns",
        source="Saxe et al. 2014",
        strengths="Keeps signals and gradients through very deep linear stacks.",
        weaknesses="ReLU layers need a gain of √2.",
        std_formula=lambda fan_in, fan_out, units, p: float(p["gain"]) / math.sqrt(max(fan_in, units)),
        torch_function="orthogonal_",
        torch_arguments={"gain": "gain"},
    ),
    Initialization(
        key="sparse",
        title="Sparse",
        parameters=(
            real("sparsity", "Zero share", 0.5, 0.0, 0.99, help="Share of the weights of each input that are zero."),
            real("std", "Standard deviation", 0.1, 0.0, 100.0),
        ),
        summary="Normal weights of which a fixed share is set to zero.",
        formula="N(0, std²), a share of each input's weights set to 0",
        source="Martens 2010",
        strengths="Units start out different from each other.",
        weaknesses="Only for dense layers; the scale has to be chosen by hand.",
        std_formula=_sparse_std,
        dense_only=True,
    ),
    Initialization(
        key="truncated_normal",
        title="Truncated normal",
        parameters=(
            real("std", "Standard deviation", 0.1, 1e-6, 100.0, help="Before the cut at two standard deviations."),
        ),
        summary="Normal weights without the tails beyond two standard deviations.",
        formula="N(0, std²) cut at ±2·std",
        source="common practice",
        strengths="No extreme weights.",
        weaknesses="The scale has to be chosen by hand.",
        std_formula=_truncated_std,
    ),
    Initialization(
        key="normal",
        title="Normal",
        parameters=(real("mean", "Mean", 0.0), real("std", "Standard deviation", 0.01, 0.0, 1000.0)),
        summary="Normal weights of a scale that you choose.",
        formula="N(mean, std²)",
        source="common practice",
        strengths="Shows what a wrong scale does.",
        weaknesses="0.01 makes deep signals die, 1 makes them explode.",
        std_formula=lambda fan_in, fan_out, units, p: float(p["std"]),
        torch_function="normal_",
        torch_arguments={"mean": "mean", "std": "std"},
    ),
    Initialization(
        key="uniform",
        title="Uniform",
        parameters=(real("low", "Lowest", 0.0), real("high", "Highest", 1.0)),
        summary="Weights spread evenly between two limits that you choose.",
        formula="U(low, high)",
        source="common practice",
        strengths="Shows why U(0, 1) fails: every weight pulls the same way.",
        weaknesses="With only positive weights, sigmoids saturate and signals explode.",
        std_formula=lambda fan_in, fan_out, units, p: abs(float(p["high"]) - float(p["low"])) / math.sqrt(12.0),
        ascending=("low", "high"),
        torch_function="uniform_",
        torch_arguments={"low": "a", "high": "b"},
    ),
    Initialization(
        key="constant",
        title="Constant",
        parameters=(
            real("value", "Value", 0.1),
            real(
                "noise",
                "Noise",
                0.0,
                0.0,
                1.0,
                help="0: all weights are equal, and units never differ. 1: normal noise as wide as He's weights.",
            ),
        ),
        summary="Every weight is the same number, with as much noise as you choose.",
        formula="w = value + noise·N(0, 2 / fan_in)",
        source="a classic mistake",
        strengths="Shows symmetry: all units of a layer do, and learn, exactly the same.",
        weaknesses="A layer of any width acts like a single unit.",
        std_formula=lambda fan_in, fan_out, units, p: float(p["noise"]) * math.sqrt(2.0 / fan_in),
        random=False,
    ),
    Initialization(
        key="zeros",
        title="Zeros",
        summary="Every weight is zero.",
        formula="w = 0",
        source="a classic mistake",
        strengths="Shows why not: hidden gradients are exactly zero.",
        weaknesses="Nothing but the output bias can learn.",
        std_formula=lambda fan_in, fan_out, units, p: 0.0,
        torch_function="zeros_",
        random=False,
    ),
    Initialization(
        key="given",
        title="Given numbers",
        parameters=(
            numbers(
                "values", "Weights", "1", "Unit after unit, input after input; where there are too few, again in turn."
            ),
        ),
        summary="Exactly these weights: those of a network that was built by hand, for example.",
        formula="W = the numbers, row after row",
        source="a network that starts from what somebody knows",
        strengths="Nothing is left to chance: what the network computes before training can be worked out on paper.",
        weaknesses="Units with the same numbers stay the same, as with constant weights.",
        std_formula=_given_std,
        random=False,
    ),
    Initialization(
        key="identity",
        title="Identity",
        summary="Each unit copies one input: the identity matrix, or a Dirac kernel for convolutions.",
        formula="W = I",
        source="Le et al. 2015",
        strengths="The signal passes unchanged at the start.",
        weaknesses="Units differ only by the input they copy; surplus units get nothing.",
        std_formula=_identity_std,
        random=False,
    ),
    Initialization(
        key="pytorch_default",
        title="PyTorch default",
        summary="What torch.nn.Linear and Conv2d do when nobody chooses.",
        formula="U(-1/√fan_in, 1/√fan_in)",
        source="torch.nn.Linear.reset_parameters",
        strengths="Safe for shallow networks; what most scripts use.",
        weaknesses="A third of LeCun's variance: deep networks lose their signal.",
        std_formula=lambda fan_in, fan_out, units, p: math.sqrt(1.0 / (3.0 * fan_in)),
        torch_function="kaiming_uniform_",
        torch_constants={"a": math.sqrt(5.0)},
    ),
    Initialization(
        key="rai",
        title="Randomized asymmetric (RAI)",
        summary="He-like weights, but each unit gets one positive entry, so fewer are born dead. Sets the bias too.",
        formula="[W, b] ~ N(0, 0.6007² / fan_in); one entry per unit ~ Beta(2, 1)",
        source="Lu et al. 2019",
        strengths="Lowers the chance that a deep, narrow ReLU network is born dead.",
        weaknesses="Made for ReLU layers only.",
        std_formula=_rai_std,
        sets_bias=True,
    ),
    Initialization(
        key="lsuv",
        title="LSUV",
        parameters=(integer("iterations", "Iterations", 10, 1, 100, help="At most this many rescalings per layer."),),
        summary="Orthogonal weights, then each layer is rescaled until its output has variance 1 on a batch of data.",
        formula="orthogonal, then W ← W / std(Wx + b) until |var - 1| < 0.1",
        source="Mishkin & Matas 2016",
        strengths="Fits the scale to the data and to any activation.",
        weaknesses="Needs a batch of data before training.",
        std_formula=_lecun_std,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasInitialization(Entry):
    """How the bias of a layer starts."""


BIASES: Registry[BiasInitialization] = Registry(
    "bias initialization",
    BiasInitialization(
        key="constant",
        title="Constant",
        parameters=(
            real("value", "Bias", 0.0, help="Every bias starts at this value. Large negative values kill ReLUs."),
        ),
        summary="Every bias starts at the same number, usually 0.",
    ),
    BiasInitialization(
        key="given",
        title="Given numbers",
        parameters=(numbers("values", "Biases", "0", "Unit after unit; where there are too few, again in turn."),),
        summary="Exactly these biases.",
    ),
    BiasInitialization(
        key="pytorch_default", title="PyTorch default", summary="Random, between -1/√fan_in and 1/√fan_in."
    ),
    BiasInitialization(
        key="spread",
        title="Spread over the inputs",
        parameters=(
            real(
                "reach",
                "Reach",
                1.73,
                1e-6,
                1e6,
                help="How far the inputs go on either side of 0: 1.73 for evenly spread ones of deviation 1.",
            ),
        ),
        summary="The places where units bend lie evenly between -reach and reach; with biases of 0 they all bend at 0.",
    ),
    BiasInitialization(key="none", title="No bias", summary="The layer has no bias at all."),
)
