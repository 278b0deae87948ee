"""What one step does to the parameters, once their gradients are there."""

from collections.abc import Sequence

import torch
from torch import Tensor

from relulab.catalog.optimizers import OPTIMIZERS
from relulab.experiment import ClippingChoice
from relulab.experiment.experiment import OptimizerChoice
from relulab.experiment.live_settings import LiveSettings
from relulab.training.flat_parameters import FlatParameters
from relulab.training.frozen_elements import FrozenElements
from relulab.training.plain_optimizer import leave_compiler_out, plain_step


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
        weights = self._parameters.values.detach() * self._penalized
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
