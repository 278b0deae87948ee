"""The sets that are computed: points in the plane, curves and surfaces, each in plain words, with its parameters."""

from collections.abc import Callable, Mapping
from typing import Any

from relulab.catalog.entry import Kind, Parameter, Value, integer, real
from relulab.catalog.losses import Task
from relulab.data import curves, toy
from relulab.data.dataset import DataRequest, DatasetEntry, Description, Pool, RawSplit, Source
from relulab.data.expression import Expression
from relulab.data.splitting import Sizes, Stream, check_sizes, generator_of

GENERATED_AT_MOST = 1_000_000  # samples

CLASSES_2D = "Classes in the plane"
CURVES_1D = "Curves"
SURFACES_2D = "Surfaces over the plane"

Parameters = Mapping[str, Value]


def _spread(
    default: float, help: str = "Standard deviation of the random error added to each coordinate."
) -> Parameter:
    return real("noise", "Noise", default, 0.0, 2.0, help=help)


def _error(default: float) -> Parameter:
    return _spread(default, "Standard deviation of the random error added to the target.")


def _turns(default: float) -> Parameter:
    return real("turns", "Turns", default, 0.1, 5.0, help="How many times an arm winds around the centre.")


def _generated(generate: Callable[..., Any]) -> Callable[[DataRequest, Sizes, Source], Pool]:
    """A loader that draws as many samples as are wanted, test samples apart: more training keeps the same test."""

    def load(request: DataRequest, sizes: Sizes, source: Source) -> Pool:
        check_sizes(sizes, GENERATED_AT_MOST, "samples at most")
        train, validation, test = sizes
        parameters = request.dataset.parameters
        learned = generate(train + validation, generator_of(request.seed, Stream.GENERATION), **parameters)
        tested = generate(test, generator_of(request.seed, Stream.TEST_GENERATION), **parameters)
        return Pool(RawSplit(*learned), RawSplit(*tested))

    return load


def _points(
    key: str, title: str, summary: str, generate: Callable[..., toy.Points], *parameters: Parameter,
    names: tuple[str, ...] = (), classes: str = "",
) -> DatasetEntry:  # fmt: skip
    """Points in the plane with classes: ``names`` of the classes, or the parameter that counts the ``classes``."""

    def describe(given: Parameters) -> Description:
        count = int(given[classes]) if classes else len(names)
        named = names or tuple(f"class {index + 1}" for index in range(count))
        return Description(Task.CLASSIFICATION, (2,), count, class_names=named, feature_names=("x₁", "x₂"))

    return DatasetEntry(
        key=key,
        title=title,
        summary=summary,
        parameters=parameters,
        group=CLASSES_2D,
        describe=describe,
        load=_generated(generate),
    )


def _function(
    key: str, title: str, summary: str, generate: Callable[..., curves.Samples], *parameters: Parameter, group: str
) -> DatasetEntry:
    """A function of one or two inputs, to be fitted."""
    names = ("x",) if group == CURVES_1D else ("x₁", "x₂")
    description = Description(Task.REGRESSION, (len(names),), 1, feature_names=names)
    return DatasetEntry(
        key=key,
        title=title,
        summary=summary,
        parameters=parameters,
        group=group,
        describe=lambda given: description,
        load=_generated(generate),
    )


def _describe_expression(given: Parameters) -> Description:
    """Raises DataError for a formula or range that cannot be used."""
    Expression(str(given["formula"]), float(given["minimum"]), float(given["maximum"]))
    return Description(Task.REGRESSION, (1,), 1, feature_names=("x",))


GENERATED: tuple[DatasetEntry, ...] = (
    _points(
        "circle",
        "Circle",
        "A disc inside a ring. No straight line can tell them apart; a handful of ReLU units can.",
        toy.circle,
        _spread(0.05),
        names=("disc", "ring"),
    ),
    _points(
        "xor",
        "XOR",
        "Four squares in a checkerboard. The classic problem that a network without a hidden layer cannot solve.",
        toy.xor,
        _spread(0.05),
        names=("same sign", "different sign"),
    ),
    _points(
        "gaussians",
        "Gaussians",
        "Two round clouds. A straight line is all that is needed.",
        toy.gaussians,
        _spread(0.5, "Standard deviation of each cloud: its size."),
        names=("lower left", "upper right"),
    ),
    _points(
        "spiral",
        "Two spirals",
        "Two arms wound around each other. Hard: it takes a wide or deep network and some patience.",
        toy.spiral,
        _spread(0.02),
        _turns(1.25),
        names=("first arm", "second arm"),
    ),
    _points(
        "moons",
        "Moons",
        "Two half circles that reach into each other. Easy for a small network, impossible for a straight line.",
        toy.moons,
        _spread(0.15),
        names=("upper moon", "lower moon"),
    ),
    _points(
        "blobs",
        "Blobs",
        "One round cloud per class, side by side on a circle.",
        toy.blobs,
        _spread(0.2, "Standard deviation of each cloud: its size."),
        integer("classes", "Classes", 4, 2, 20, help="How many clouds."),
        classes="classes",
    ),
    _points(
        "spirals",
        "Many spirals",
        "As many spiral arms as you like, one class each.",
        toy.spirals,
        _spread(0.02),
        integer("arms", "Arms", 3, 2, 10, help="How many arms, each a class of its own."),
        _turns(0.75),
        classes="arms",
    ),
    _function(
        "sine",
        "Sine",
        "A wave on [-1, 1], to be drawn by the network.",
        curves.sine,
        _error(0.05),
        real("frequency", "Frequency", 1.0, 0.1, 10.0, unit="waves per 1", help="How many waves from x = 0 to 1."),
        group=CURVES_1D,
    ),
    _function(
        "absolute",
        "|x|",
        "The absolute value. Two ReLU units can draw it without any error.",
        curves.absolute,
        _error(0.02),
        group=CURVES_1D,
    ),
    _function(
        "step",
        "Step",
        "0 on the left, 1 on the right. A jump that no continuous function can follow exactly.",
        curves.step,
        _error(0.02),
        group=CURVES_1D,
    ),
    _function(
        "wave",
        "x·sin(5x)",
        "A wave that grows outwards. It needs many bends, so many units.",
        curves.wave,
        _error(0.05),
        group=CURVES_1D,
    ),
    DatasetEntry(
        key="expression",
        title="Your own formula",
        summary="Any function of x that you write down, such as sin(3*x) + 0.5*x.",
        group=CURVES_1D,
        parameters=(
            _error(0.05),
            Parameter("formula", "y =", Kind.TEXT, "sin(3*x) + 0.5*x", help="A formula of x."),
            real("minimum", "From x =", -2.0, -1000.0, 1000.0, help="Where x begins."),
            real("maximum", "To x =", 2.0, -1000.0, 1000.0, help="Where x ends."),
        ),
        describe=_describe_expression,
        load=_generated(curves.expression),
    ),
    _function(
        "plane",
        "Plane",
        "A tilted plane. A single linear neuron can draw it.",
        curves.plane,
        _error(0.05),
        group=SURFACES_2D,
    ),
    _function(
        "gaussian_hills",
        "Hills and valleys",
        "Three hills and three valleys, as in TensorFlow Playground.",
        curves.gaussian_hills,
        _error(0.02),
        group=SURFACES_2D,
    ),
)
