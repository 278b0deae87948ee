"""Weights that are kept as they are by hand while all others learn."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from relulab.errors import SessionError
from relulab.training.checkpoint import Arrays, arrays_of
from relulab.training.flat_parameters import FlatParameters


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
