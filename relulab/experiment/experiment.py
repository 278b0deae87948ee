"""ExperimentSpec: everything that decides what a run computes, in three parts: data, model, training.

Two runs of one spec on one kind of device compute the same losses. The three seeds are separate, so a
design can be compared with another on the same data and the same batches.
"""

import json
from collections.abc import Hashable
from typing import Annotated, Any, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import BeforeValidator, Field, field_validator, model_validator

from relulab.catalog.activations import ACTIVATIONS, Activation
from relulab.catalog.entry import LARGEST_INTEGER, Entry, Value
from relulab.catalog.initializations import BIASES, INITIALIZATIONS, BiasInitialization, Initialization
from relulab.catalog.layers import LAYERS, Layer
from relulab.catalog.losses import LOSSES, Loss
from relulab.catalog.optimizers import CLIPPINGS, OPTIMIZERS, SCHEDULES, Clipping, Optimizer, Schedule
from relulab.data.dataset import DatasetEntry, Description, Progress
from relulab.data.datasets import DATASETS
from relulab.errors import SpecError
from relulab.experiment.frozen import AtMost, Frozen, at
from relulab.experiment.migrations import migrate
from relulab.formatting import quoted
from relulab.registry import Registry
from relulab.untrusted import check_json

E_co = TypeVar("E_co", bound=Entry, covariant=True)
SEED_LIMIT = 2**32  # seeds are less
LAYERS_AT_MOST = 1000
LONGEST_NAME = 1000  # characters
LONGEST_DEVICE = 20
Seed = Annotated[int, Field(ge=0, lt=SEED_LIMIT, strict=True)]
Count = Annotated[int, Field(ge=1, le=LARGEST_INTEGER, strict=True)]
CountFrom0 = Annotated[int, Field(ge=0, le=LARGEST_INTEGER, strict=True)]


class Choice(Frozen, Generic[E_co]):
    """One entry of a registry, by name, with all its parameters. The bare name stands for its defaults."""

    registry: ClassVar[Registry[Any]]
    name: str
    parameters: dict[str, Value] = Field(default_factory=dict, validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, data: Any) -> Any:
        return {"name": data} if isinstance(data, str) else data

    @field_validator("name")
    @classmethod
    def _known(cls, name: str) -> str:
        return str(cls.registry[name].key)

    @field_validator("parameters", mode="before")
    @classmethod
    def _complete(cls, parameters: Any, info: Any) -> Any:
        if "name" not in info.data:
            return {}
        if not isinstance(parameters, dict):
            raise ValueError(f"parameters must be a table of names and values, not {quoted(parameters)}.")
        return cls.registry[info.data["name"]].complete(parameters)

    @property
    def entry(self) -> E_co:
        """The catalogue entry."""
        entry: E_co = self.registry[self.name]
        return entry


class ActivationChoice(Choice[Activation]):
    registry = ACTIVATIONS


class InitializationChoice(Choice[Initialization]):
    registry = INITIALIZATIONS


class BiasChoice(Choice[BiasInitialization]):
    registry = BIASES


class OptimizerChoice(Choice[Optimizer]):
    registry = OPTIMIZERS


class ScheduleChoice(Choice[Schedule]):
    registry = SCHEDULES


class ClippingChoice(Choice[Clipping]):
    registry = CLIPPINGS


class DatasetChoice(Choice[DatasetEntry]):
    registry = DATASETS

    def describe(self) -> Description:
        """Shape and sizes of the data. Raises DataError where a file has to be read for that."""
        return self.entry.describe(self.parameters)

    @property
    def is_read(self) -> bool:
        """Whether ``describe`` answers at once."""
        return self.entry.is_read(self.parameters)

    @property
    def version(self) -> Hashable:
        """Another one when the files of the data have become others."""
        return self.entry.version(self.parameters)

    def read(self, progress: Progress) -> None:
        """Read what ``describe`` has to know. Raises DataError; ``progress`` may raise to stop."""
        self.entry.read(self.parameters, progress)


def _chosen(choice: type[Choice[Entry]], name: str) -> Any:
    """A factory of the default choice ``name``."""
    return lambda: choice(name=name)


class DataSpec(Frozen):
    """What is learned from. Sizes count samples; None means what the data set itself proposes.

    ``input_factor`` multiplies the inputs after their scaling: how large they are, whatever the data.
    Scaled targets (of a regression) have mean 0 and standard deviation 1 over the training samples.
    """

    dataset: DatasetChoice = Field(default_factory=_chosen(DatasetChoice, "moons"))
    train_size: Count | None = None
    validation_size: CountFrom0 | None = None
    test_size: CountFrom0 | None = None
    scaling: Literal["raw", "unit", "standardized"] = "standardized"
    input_factor: Annotated[float, Field(gt=0.0, le=1e6, strict=True)] = 1.0
    target_scaling: Literal["raw", "standardized"] | None = None
    label_noise: Annotated[float, Field(ge=0.0, le=1.0, strict=True)] = 0.0
    seed: Seed = 0


class LayerSpec(Frozen):
    """One layer. Activation, initialization and bias are None exactly where the kind of layer has none."""

    kind: str
    parameters: dict[str, Value] = Field(default_factory=dict)
    activation: ActivationChoice | None = None
    initialization: InitializationChoice | None = None
    bias: BiasChoice | None = None

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, data: Any) -> Any:
        """Complete the parameters and what the kind of layer needs; refuse what it does not have."""
        if isinstance(data, str):
            data = {"kind": data}
        if not isinstance(data, dict) or not isinstance(data.get("kind"), str):
            return data
        with at("kind"):
            layer = LAYERS[data["kind"]]
        data = dict(data)
        parameters = data.get("parameters", {})
        if isinstance(parameters, dict):
            with at("parameters"):
                data["parameters"] = layer.complete(parameters)
        _fill_part(data, layer, "activation", layer.default_activation)
        _fill_part(data, layer, "initialization", "he_normal" if layer.has_weights else "")
        _fill_part(data, layer, "bias", "constant" if layer.has_weights else "")
        return data

    @property
    def entry(self) -> Layer:
        """The catalogue entry of this kind of layer."""
        return LAYERS[self.kind]


def _fill_part(data: dict[str, Any], layer: Layer, part: str, default: str) -> None:
    if default:
        data[part] = data.get(part) or default
    elif data.get(part) is not None:
        raise SpecError(f"{layer.title} has no {part}; leave it out.", (part,))


class OutputSpec(Frozen):
    """The last layer. Its size follows from the task; its activation is the identity unless one wants to see why."""

    activation: ActivationChoice = Field(default_factory=_chosen(ActivationChoice, "identity"))
    initialization: InitializationChoice = Field(default_factory=_chosen(InitializationChoice, "lecun_normal"))
    bias: BiasChoice = Field(default_factory=_chosen(BiasChoice, "constant"))


class ModelSpec(Frozen):
    """The network: hidden layers in order, then the output layer. ``seed`` draws the initial weights."""

    layers: Annotated[tuple[LayerSpec, ...], AtMost(LAYERS_AT_MOST)] = ()
    output: OutputSpec = Field(default_factory=OutputSpec)
    seed: Seed = 0


def _loss_name(name: Any) -> Any:
    return LOSSES[name].key if isinstance(name, str) else name


class TrainingSpec(Frozen):
    """How the network learns. Exactly one of ``epochs`` and ``steps`` is set.

    The trained loss is ``loss + l1·Σ|w| + l2·Σw²`` over all weights (biases and norms are left out). With balanced
    ``class_weights`` a sample counts there n / (classes · samples of its class) times, as scikit-learn defines it; all
    losses that are shown stay plain means.
    ``early_stopping`` counts epochs without a better validation loss; 0 never stops early.
    ``seed`` draws the order of the batches and the dropout masks.
    """

    loss: Annotated[str, BeforeValidator(_loss_name)] = "cross_entropy"
    optimizer: OptimizerChoice = Field(default_factory=_chosen(OptimizerChoice, "sgd"))
    learning_rate: Annotated[float, Field(gt=0.0, le=1e6, strict=True)] = 0.1
    schedule: ScheduleChoice = Field(default_factory=_chosen(ScheduleChoice, "constant"))
    batch_size: Count = 32
    epochs: Count | None = None
    steps: Count | None = None
    class_weights: Literal["none", "balanced"] = "none"
    l1: Annotated[float, Field(ge=0.0, le=1e3, strict=True)] = 0.0
    l2: Annotated[float, Field(ge=0.0, le=1e3, strict=True)] = 0.0
    clipping: ClippingChoice = Field(default_factory=_chosen(ClippingChoice, "none"))
    precision: Literal["float32", "float64"] = "float32"
    early_stopping: CountFrom0 = 0
    seed: Seed = 0
    device: Annotated[str, Field(max_length=LONGEST_DEVICE)] = "cpu"

    @model_validator(mode="before")
    @classmethod
    def _default_length(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("epochs") is None and data.get("steps") is None:
            return dict(data) | {"epochs": 10}
        return data

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if self.epochs is not None and self.steps is not None:
            raise SpecError("set either epochs or steps, not both.", ("steps",))
        return self

    @field_validator("device")
    @classmethod
    def _device_name(cls, device: str) -> str:
        kind, _, index = device.partition(":")
        if kind not in ("auto", "cpu", "cuda") or (index and not (kind == "cuda" and index.isdecimal())):
            raise ValueError(f"device must be auto, cpu, cuda or cuda:0, cuda:1, …, not {quoted(device)}.")
        return device

    @property
    def loss_entry(self) -> Loss:
        """The catalogue entry of the loss."""
        return LOSSES[self.loss]


class ExperimentSpec(Frozen):
    """A whole experiment. ``to_json`` and ``from_json`` keep it exactly."""

    schema_version: Literal[3] = 3
    name: Annotated[str, Field(max_length=LONGEST_NAME)] = "Experiment"
    data: DataSpec = Field(default_factory=DataSpec)
    model: ModelSpec = Field(default_factory=ModelSpec)
    training: TrainingSpec = Field(default_factory=lambda: TrainingSpec.parse({}))

    def to_json(self) -> str:
        """Readable JSON with every value written out."""
        return self.model_dump_json(indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what ``to_json`` wrote, of this or an earlier version. Raises SpecError."""
        try:
            check_json(text.encode("utf-8", "surrogatepass"))
            data = json.loads(text, parse_constant=_refuse_constant)
        except SpecError:
            raise
        except (ValueError, RecursionError) as error:  # ValueError: also numbers of thousands of digits
            raise SpecError(f"This is not an experiment: the text is not JSON ({error}).") from None
        return cls.parse(migrate(data))


def _refuse_constant(name: str) -> None:
    raise SpecError(f"{name} is not a number that an experiment can hold.")
