"""What one step does to the parameters, once their gradients are there, and the weights that it leaves as they are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from relulab.catalog.optimizers import OPTIMIZERS
from relulab.errors import SessionError
from relulab.experiment import ClippingChoice
from relulab.experiment.experiment import OptimizerChoice
from relulab.experiment.live_settings import LiveSettings
from relulab.training.checkpoint import Arrays, arrays_of
from relulab.training.flat_parameters import FlatParameters
from relulab.training.plain_optimizer import leave_compiler_out, plain_step


class FrozenElements:
    """Elements of the flat parameters, by their index, with the values that they keep."""

    def __init__(self, parameters: FlatParameters) -> None:
        self._parameters = parameters
        self._kept: tuple[Tensor, Tensor] | None = None

    def freeze(self, elements: Tensor) -> None:
        """Keep these elements at their present values from now on."""
        self._keep(elements if self._kept is None else torch.cat([self._kept[0], elements]).unique())

    def thaw(self, elements: Tensor) -> None:
        """Let these elements learn again."""
        if self._kept is not None:
            self._keep(self._kept[0][~torch.isin(self._kept[0], elements)])

    def holds(self, elements: Tensor) -> bool:
        """Whether any of these elements is kept as it is."""
        return self._kept is not None and bool(torch.isin(elements, self._kept[0]).any())

    def put_back(self) -> None:
        """Undo what an update did to them. Call it with gradients switched off."""
        if self._kept is not None:
            self._parameters.values[self._kept[0]] = self._kept[1]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint: "elements" and "values", or nothing."""
        return {} if self._kept is None else arrays_of({"elements": self._kept[0], "values": self._kept[1]})

    def load(self, arrays: Arrays) -> None:
        """Take on what ``arrays`` gave. Raises SessionError for elements that the parameters do not have."""
        if not arrays:
            self._kept = None
            return
        present = self._parameters.values.detach()
        elements, values = arrays.get("elements", np.empty(0)), arrays.get("values", np.empty(0))
        if elements.ndim != 1 or elements.shape != values.shape or elements.dtype != np.int64:
            raise SessionError("This checkpoint's list of frozen weights is not one.")
        if elements.size and not 0 <= elements.min() <= elements.max() < present.numel():
            raise SessionError("This checkpoint belongs to another network: it freezes weights that are not there.")
        self._kept = torch.tensor(elements, device=present.device), torch.tensor(values).to(present)

    def _keep(self, elements: Tensor) -> None:
        self._kept = (elements, self._parameters.values.detach()[elements].clone()) if len(elements) else None


class ParameterUpdate:
    """Penalties, clipping, then the optimizer's step, on all parameters at once; ``frozen`` ones stay.

    ``penalized`` are the weights that L1 and L2 pull on.
    """

    def __init__(
        self, choice: OptimizerChoice, parameters: FlatParameters, penalized: Sequence[Tensor], learning_rate: float
    ) -> None:
        self._parameters = parameters
        self._penalized = parameters.mask(penalized)
        self.frozen = FrozenElements(parameters)
        entry = OPTIMIZERS[choice.name]
        arguments = entry.arguments(choice.parameters)
        if entry.fused:
            arguments["fused"] = True
        leave_compiler_out()
        self.optimizer: torch.optim.Optimizer = getattr(torch.optim, entry.torch_class)(
            [parameters.values], lr=learning_rate, **arguments
        )
        self._optimizer_step = plain_step(self.optimizer)

    def penalty(self, settings: LiveSettings) -> float:
        """The present value of ``l1·Σ|w| + l2·Σw²``."""
        if not (settings.l1 or settings.l2):
            return 0.0
        weights = (self._parameters.values.detach() * self._penalized).double()
        return float(settings.l1 * weights.abs().sum() + settings.l2 * weights.square().sum())

    def make(self, settings: LiveSettings, learning_rate: float) -> None:
        """Update the parameters; ``learning_rate`` is that of this step, with its schedule."""
        if settings.l1 or settings.l2:
            weights = self._parameters.values.detach() * self._penalized
            self._parameters.gradients.add_(weights.sign(), alpha=settings.l1).add_(weights, alpha=2.0 * settings.l2)
        self._clip(settings.clipping)
        self.optimizer.param_groups[0]["lr"] = learning_rate
        with torch.no_grad():
            self._optimizer_step()
            self.frozen.put_back()

    def _clip(self, clipping: ClippingChoice) -> None:
        match clipping.name:
            case "norm":
                torch.nn.utils.clip_grad_norm_([self._parameters.values], float(clipping.parameters["max_norm"]))
            case "value":
                limit = float(clipping.parameters["max_value"])
                self._parameters.gradients.clamp_(-limit, limit)
