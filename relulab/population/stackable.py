"""What a stack can hold, and how much of it is worked at once: without torch, as the window asks before it is there.

The names are those of what has formulas for many networks at once: ``making``, ``activations``, ``losses``, ``update``.
"""

from relulab.experiment import DataSpec
from relulab.model.plan import DesignPlan, HiddenLayer

DENSE = "dense"
NORMS = ("batch_norm", "layer_norm")
LAYERS = (DENSE, *NORMS, "dropout", "alpha_dropout")
UNSEEN = "flatten"  # a layer that only lays an image out in a row, as the samples of a stack are anyway
ACTIVATIONS = (
    "identity", "relu", "leaky_relu", "prelu", "elu", "selu", "gelu", "silu", "mish", "softplus", "softsign",
    "sigmoid", "tanh", "hardtanh", "relu6", "hardswish",
)  # fmt: skip
LOSSES = ("cross_entropy", "binary_cross_entropy", "mse", "l1", "multi_margin")
OPTIMIZERS = ("sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad")
PER_NET = ("momentum", "weight_decay")  # parameters of optimizers that may differ from net to net
CHUNK_BYTES = 2**21  # of batches that are gathered by one call
NUMBERS_AT_ONCE = 2**16  # activations of one layer in one pass of looking at networks: they stay in the caches


def hidden(plan: DesignPlan) -> list[HiddenLayer]:
    """The layers of a design before the output that compute something."""
    return [part for part in plan.hidden if part[1].kind != UNSEEN]


def data_key(data: DataSpec) -> str:
    """What two designs have in common that learn from the same samples."""
    return data.model_dump_json()
