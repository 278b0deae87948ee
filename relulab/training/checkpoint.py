"""Everything that decides how a run goes on, as plain arrays, so that it can lie in a file and resume exactly.

Nothing here imports torch at import time: a session file is read and written without it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from relulab.diagnosis.moment import Moment
from relulab.errors import SessionError
from relulab.experiment import ExperimentSpec
from relulab.experiment.live_settings import LiveSettings

if TYPE_CHECKING:
    from types import TracebackType

    import torch

Arrays = Mapping[str, NDArray[Any]]

GENERATOR_BYTES = 5056  # a CPU generator of torch: the Mersenne Twister's 624 words and their book-keeping
TWISTER_WORDS = 624


class Tally(NamedTuple):
    """Losses of the steps since the last record: their sum and number, the least and the greatest."""

    total: float
    steps: int
    low: float
    high: float

    def with_loss(self, loss: float) -> Tally:
        """With the loss of one more step."""
        return Tally(self.total + loss, self.steps + 1, min(self.low, loss), max(self.high, loss))


NO_LOSSES = Tally(0.0, 0, math.inf, -math.inf)


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A run after ``step`` finished steps. ``TrainingRun.resumed`` goes on from it.

    ``spec``: the design at that moment; operations by hand may have changed it since the run began.
    ``network``: weights, biases and running means by name. ``optimizer``: what the optimizer remembers, each of
    shape (parameters,) or a single number; empty before the first step. ``random``: states of the random
    generators as bytes: "dropout" (torch's own), "cuda" where there is one, and "batches" as it was before the
    order of the present epoch was drawn, of which ``rows_given`` samples were already learned from.
    ``frozen``: "elements" of the flat parameters that are kept at "values" by hand, or empty.
    ``best_validation``: least validation loss and its epoch, for early stopping. ``tally``, ``judged_tally``: losses
    since the last record and since the last of ``moments``, by which the run was judged so far; it is judged every
    ``judged_every`` steps (0: as a new run would be). ``channels_last``: how the filters of the run lie in memory, and
    so in ``optimizer`` and ``frozen``; runs of 0.1 had their channels first. ``flushes``: whether its steps take
    numbers too small to be held exactly as 0; older runs did not.
    """

    spec: ExperimentSpec
    step: int
    network: Arrays
    optimizer: Arrays
    random: Arrays
    frozen: Arrays
    rows_given: int
    settings: LiveSettings
    best_validation: tuple[float, int]
    early_stopped: str
    tally: Tally
    judged_every: int = 0
    judged_tally: Tally = NO_LOSSES
    moments: tuple[Moment, ...] = ()
    channels_last: bool = False
    flushes: bool = False

    @property
    def parts(self) -> dict[str, Arrays]:
        """All arrays, by the names of the fields that hold them."""
        return {"network": self.network, "optimizer": self.optimizer, "random": self.random, "frozen": self.frozen}

    @property
    def nbytes(self) -> int:
        """Memory held by the arrays, in bytes."""
        return sum(array.nbytes for part in self.parts.values() for array in part.values())

    def moved(self, parts: Iterator[Arrays]) -> Checkpoint:
        """With the same numbers in other arrays: the next of ``parts``, in the order of this one's."""
        network, optimizer, random, frozen = (next(parts) for _ in self.parts)
        return replace(self, network=network, optimizer=optimizer, random=random, frozen=frozen)

    @property
    def is_finite(self) -> bool:
        """Whether every weight is a finite number."""
        return all(bool(np.isfinite(array).all()) for array in self.network.values())

    def settled_spec(self) -> ExperimentSpec:
        """The design with the settings as they were at this moment, to branch from here. Raises SpecError."""
        return self.settings.settled(self.spec)


def arrays_of(tensors: Mapping[str, torch.Tensor]) -> dict[str, NDArray[Any]]:
    """Copies of tensors as arrays."""
    return {name: tensor.detach().cpu().numpy().copy() for name, tensor in tensors.items()}


def load_network(network: torch.nn.Module, arrays: Arrays) -> None:
    """Put weights and running means in place. Raises SessionError where they do not fit."""
    import torch

    wanted = network.state_dict()
    if arrays.keys() != wanted.keys():
        name = sorted(arrays.keys() ^ wanted.keys())[0]
        raise SessionError(f"This checkpoint belongs to another network: '{name}' is only in one of the two.")
    for name, tensor in wanted.items():
        if arrays[name].shape != tuple(tensor.shape):
            raise SessionError(f"This checkpoint belongs to another network: '{name}' has another shape.")
    network.load_state_dict({name: torch.tensor(array) for name, array in arrays.items()})


def optimizer_arrays(optimizer: torch.optim.Optimizer) -> dict[str, NDArray[Any]]:
    """What an optimizer of one flat parameter remembers; empty before its first step."""
    state = optimizer.state_dict()["state"].get(0, {})
    return arrays_of({name: value for name, value in state.items() if value is not None})


def load_optimizer(optimizer: torch.optim.Optimizer, arrays: Arrays) -> None:
    """Put back what ``optimizer_arrays`` gave. Raises SessionError where it is another optimizer's memory."""
    import torch

    (parameter,) = optimizer.param_groups[0]["params"]
    wrong = [name for name, array in arrays.items() if array.shape not in ((), tuple(parameter.shape))]
    if wrong or (arrays and arrays.keys() != _names_after_a_step(optimizer)):
        raise SessionError("This checkpoint was made with another optimizer or by another version of PyTorch.")
    state = {name: torch.tensor(array) for name, array in arrays.items()}
    optimizer.load_state_dict(
        {"state": {0: state} if state else {}, "param_groups": optimizer.state_dict()["param_groups"]}
    )


def _names_after_a_step(optimizer: torch.optim.Optimizer) -> set[str]:
    """The names of what such an optimizer remembers, found out by letting one of its kind make a step."""
    import torch

    from relulab.training.plain_optimizer import plain_step

    group = {name: value for name, value in optimizer.param_groups[0].items() if name != "params"}
    parameter = torch.nn.Parameter(torch.zeros(1))
    parameter.grad = torch.zeros(1)
    kind: Any = type(optimizer)
    twin: torch.optim.Optimizer = kind([parameter])
    twin.param_groups[0].update(group)
    with torch.no_grad():
        plain_step(twin)()
    return set(optimizer_arrays(twin))


def random_states(device: torch.device) -> dict[str, NDArray[np.uint8]]:
    """The states that dropout masks are drawn from."""
    import torch

    states = {"dropout": torch.get_rng_state().numpy().copy()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device).numpy().copy()
    return states


def load_random_states(states: Arrays, device: torch.device) -> None:
    """Put back what ``random_states`` gave. Raises SessionError where it is no state of a generator."""
    import torch

    torch.set_rng_state(generator_state(states, "dropout"))
    if device.type == "cuda" and "cuda" in states:
        torch.cuda.set_rng_state(torch.tensor(states["cuda"]), device)


class OwnRandomness:
    """``with own:`` draws from this object's random state; outside, everybody else's is as it was before.

    For runs that take turns in one thread: each goes on as if it were alone.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._own: dict[str, NDArray[np.uint8]] | None = None
        self._outside: dict[str, NDArray[np.uint8]] = {}

    def __enter__(self) -> None:
        self._outside = random_states(self._device)
        if self._own is not None:
            load_random_states(self._own, self._device)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._own = random_states(self._device)
        load_random_states(self._outside, self._device)


def generator_state(states: Arrays, name: str) -> torch.Tensor:
    """The state ``name`` of a CPU generator. Raises SessionError for what is none.

    torch checks the ranges of the generator's two counters but not that they fit together; a file in which they
    do not would make it read beyond its 624 words.
    """
    import torch

    state = states.get(name)
    if state is None or state.dtype != np.uint8 or state.shape != (GENERATOR_BYTES,):
        raise SessionError(f"This checkpoint holds no state of the random generator of {name}.")
    left, seeded = (int(number) for number in state[8:16].view(np.int32))
    used = int(state[16:24].view(np.uint64)[0])
    fresh = (left, used) == (1, 0)
    if seeded != 1 or not (fresh or (1 <= left <= TWISTER_WORDS and left + used == TWISTER_WORDS + 1)):
        raise SessionError(f"The state of the random generator of {name} is not a valid one.")
    return torch.tensor(state)
