"""Designs with numbers that nobody means: the ends of every range, and what lies far beyond."""

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.entry import LARGEST_REAL, Entry, Kind, Parameter
from relulab.catalog.initializations import BIASES, INITIALIZATIONS
from relulab.catalog.layers import LAYERS
from relulab.catalog.optimizers import CLIPPINGS, OPTIMIZERS, SCHEDULES

REALS = (0.0, -0.0, 5e-324, 1e-300, 1e-38, 1e-8, 0.1, 1.0, 3.0, 1e6, 1e19, 1e38, 3.5e38, 1e300, 1.7e308)
WHOLE = (0, 1, 2, 3, 4, 2**31, 2**63, 10**18, 10**19, 10**400)
NUMBERS = st.one_of(
    st.sampled_from([*REALS, *(-x for x in REALS), *WHOLE, *(-x for x in WHOLE)]),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-(10**20), 10**20),
)


def mostly(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Now and then any number at all; were it more often, hardly a design would be left to train."""
    return st.integers(0, 79).flatmap(lambda die: NUMBERS if die == 79 else usual)


def numbers(parameter: Parameter) -> st.SearchStrategy[Any]:
    """Mostly what the parameter allows, at its ends above all."""
    ends = [bound for bound in (parameter.minimum, parameter.maximum, parameter.default) if bound is not None]
    if parameter.kind is Kind.INTEGER:
        return mostly(st.one_of(st.sampled_from([int(end) for end in ends]), st.integers(1, 4)))
    low = -LARGEST_REAL if parameter.minimum is None else parameter.minimum
    high = LARGEST_REAL if parameter.maximum is None else parameter.maximum
    fitting = [x for x in (*REALS, *(-x for x in REALS)) if low <= x <= high]
    return mostly(st.sampled_from([*ends, *fitting]))


def chosen(entries: Iterable[Entry]) -> st.SearchStrategy[dict[str, Any]]:
    """One of these entries with extreme parameters."""

    def of(entry: Entry) -> st.SearchStrategy[dict[str, Any]]:
        given = {
            p.name: numbers(p) if p.kind in (Kind.INTEGER, Kind.REAL) else st.just(p.default) for p in entry.parameters
        }
        return st.fixed_dictionaries({"name": st.just(entry.key), "parameters": st.fixed_dictionaries(given)})

    return st.sampled_from(list(entries)).flatmap(of)


PARTS = {
    "activation": chosen(ACTIVATIONS.values()),
    "initialization": chosen(INITIALIZATIONS.values()),
    "bias": chosen(BIASES.values()),
}
UNITS = mostly(st.integers(1, 8))
DENSE = st.fixed_dictionaries(
    {"kind": st.just("dense"), "parameters": st.fixed_dictionaries({"units": UNITS}), **PARTS}
)


def other(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """A layer without a weight matrix."""
    given = {p.name: numbers(p) for p in LAYERS[kind].parameters}
    return st.fixed_dictionaries({"kind": st.just(kind), "parameters": st.fixed_dictionaries(given)})


LAYER = st.one_of(DENSE, DENSE, DENSE, st.sampled_from(["batch_norm", "layer_norm", "dropout"]).flatmap(other))
TRAINING = st.fixed_dictionaries(
    {
        "loss": st.sampled_from(["mse", "mse", "mse", "l1", "cross_entropy"]),
        "optimizer": chosen(OPTIMIZERS.values()),
        "schedule": chosen(SCHEDULES.values()),
        "clipping": chosen(CLIPPINGS.values()),
        "learning_rate": mostly(st.sampled_from([0.1, 1e6, 5e-324])),
        "steps": mostly(st.sampled_from([1, 2, 5, 10**18])),
        "batch_size": mostly(st.sampled_from([1, 2, 7, 40, 10**18])),
        "precision": st.sampled_from(["float32", "float64"]),
    },
    optional={
        "l1": mostly(st.sampled_from([0.0, 1e-300, 1e3])),
        "l2": mostly(st.sampled_from([0.0, 1e-300, 1e3])),
        "early_stopping": mostly(st.sampled_from([0, 1, 10**18])),
    },
)
EXTREME_DESIGNS = st.fixed_dictionaries(
    {
        "data": st.fixed_dictionaries({"dataset": st.sampled_from(["moons", "sine"]), "train_size": st.just(40)}),
        "model": st.fixed_dictionaries(
            {
                "layers": st.lists(LAYER, max_size=5),
                "output": st.fixed_dictionaries({}, optional=PARTS),
            }
        ),
        "training": TRAINING,
    }
)
