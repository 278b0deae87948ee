"""The one door through which torchvision is imported.

Where a CUDA build of torchvision meets a CPU build of torch, its compiled library cannot be loaded, and the
import then ends in "operator torchvision::nms does not exist": torchvision describes two of its operators to
torch that only that library declares. The tables of data sets need no compiled operator, so the two are declared
here, but only after the import has shown that they are missing: a second declaration would be an error.
"""

import threading
from types import ModuleType

from relulab.errors import DataError

_SCHEMAS = {
    "nms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
_lock = threading.Lock()


def torchvision_datasets() -> ModuleType:
    """The module ``torchvision.datasets``. Imports torch. Raises DataError when torchvision cannot be imported."""
    with _lock:
        try:
            try:
                return _import()
            except RuntimeError as error:
                if "torchvision::" not in str(error):
                    raise
                _declare_missing_operators()
                return _import()
        except (ImportError, RuntimeError, OSError) as error:
            raise DataError(f"torchvision cannot be used ({error}). Install ReLU Lab again.") from None


def _import() -> ModuleType:
    from torchvision import datasets

    module: ModuleType = datasets
    return module


def _declare_missing_operators() -> None:
    import torch

    for name, schema in _SCHEMAS.items():
        if not hasattr(torch.ops.torchvision, name):
            torch.library.define(f"torchvision::{name}", schema)
