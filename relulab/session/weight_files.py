"""Weights in files: safetensors, which hold numbers only and so are safe to open, never pickles."""

from pathlib import Path
from typing import TYPE_CHECKING

from relulab.errors import SessionError, SpecError
from relulab.experiment import ExperimentSpec
from relulab.session.atomic import replacing
from relulab.untrusted import WEIGHTS_BYTES, read_plain

if TYPE_CHECKING:
    from relulab.model.network import Network


def save_weights(path: Path, network: "Network", spec: ExperimentSpec) -> None:
    """Write every weight, bias and running mean, whole or not at all; the experiment lies beside them as text.

    Raises SessionError.
    """
    from safetensors.torch import save

    # Cloned: the optimizer keeps all weights in one piece of memory, and a file holds them one by one.
    tensors = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in network.state_dict().items()}
    data = save(tensors, metadata={"format": "pt", "experiment": spec.to_json()})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SessionError(f"The weights could not be written to {path}: {error.strerror or error}.") from None
    with replacing(path) as file:
        file.write(data)


def load_weights(path: Path, network: "Network") -> None:
    """Put the weights of a file into ``network``.

    Raises SessionError where the file cannot be read, and SpecError where it belongs to another network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        tensors = load(read_plain(path, WEIGHTS_BYTES))
    except OSError as error:
        raise SessionError(f"The weights {path} cannot be read: {error.strerror or error}.") from None
    except SafetensorError as error:
        raise SessionError(f"{path} holds no weights, or is damaged ({error}).") from None
    wanted = network.state_dict()
    for name, tensor in wanted.items():
        if name not in tensors:
            raise SpecError(f"{path} belongs to another network: it has no '{name}'.")
        if tensors[name].shape != tensor.shape:
            shapes = f"{_shape(tensors[name].shape)} in the file, {_shape(tensor.shape)} in the network"
            raise SpecError(f"{path} belongs to another network: the shape of '{name}' is {shapes}.")
    surplus = next((name for name in tensors if name not in wanted), None)
    if surplus is not None:
        raise SpecError(f"{path} belongs to another network: this one has no '{surplus}'.")
    network.load_state_dict(tensors)


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "a single number"
