"""What the newest batch that was read said about every single weight, for whoever points at one."""

from torch import Tensor

from relulab.model.network import Network
from relulab.training.flat_parameters import FlatParameters
from relulab.training.telemetry import Floats, ReadBatch


class BatchReader:
    """Keeps the gradients and the update of one batch. ``newest``: None before the first that was read."""

    def __init__(self, network: Network, parameters: FlatParameters) -> None:
        self._parameters = parameters
        layers = [network.parameters_of(layer) for layer in range(len(network.layout.layers))]
        self._weights: list[Tensor] = [layer.weight for layer in layers]
        self._gradients: Tensor | None = None
        self.newest: ReadBatch | None = None

    def take_gradients(self) -> None:
        """Before penalties and clipping."""
        self._gradients = self._parameters.gradients.clone()

    def take_update(self, step: int, before: Tensor | None) -> None:
        """After the update of ``step``; ``before``: all parameters before it, None where there was none."""
        if self._gradients is None:
            return
        updates = None if before is None else self._parameters.values.detach() - before
        self.newest = ReadBatch(step, self._of_layers(self._gradients), self._of_layers(updates))
        self._gradients = None

    def _of_layers(self, flat: Tensor | None) -> tuple[Floats, ...]:
        """The weights of each layer out of a flat tensor; none of none."""
        if flat is None:
            return ()
        numbers = flat.float().cpu()  # of a copy, which nobody writes to
        return tuple(self._parameters.part(numbers, weight).contiguous().numpy() for weight in self._weights)
