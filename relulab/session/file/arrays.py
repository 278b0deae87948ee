"""Arrays as bytes and back: .npy and safetensors, both read by rules of our own that are stricter than theirs.

numpy would reserve whatever size a header declares, and evaluate it as Python. Here a header must be exactly
what numpy writes for a plain array, and the declared size must be what is really there.
"""

import math
import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, deserialize
from safetensors.numpy import save

from relulab.errors import SessionError
from relulab.session.limits import ARRAY_DIMENSIONS, ARRAY_SIDE, TENSORS, TENSORS_HEADER_BYTES

_MAGIC = b"\x93NUMPY\x01\x00"
_HEADER = re.compile(
    rb"\{'descr': '(<f4|<f8|<i8|\|u1)', 'fortran_order': False, 'shape': \(((?:\d{1,10}(?:, |,(?=\)))?){0,4})\), \} *\n"
)
_TENSOR_TYPES = {"F32": "<f4", "F64": "<f8", "I64": "<i8", "U8": "|u1"}
_TENSOR_NAME = re.compile(r"[A-Za-z0-9_.]{1,200}", re.ASCII)


def to_npy(array: NDArray[Any], dtype: str) -> bytes:
    """The bytes of a .npy file. ``dtype`` is the type in the file, which ``array`` must have or safely become."""
    stream = BytesIO()
    plain = np.asarray(array, order="C").astype(dtype, casting="same_kind", copy=False)
    np.lib.format.write_array(stream, plain, version=(1, 0), allow_pickle=False)
    return stream.getvalue()


def from_npy(data: bytes, dtype: str, name: str) -> NDArray[Any]:
    """The array (read-only) of a .npy file. Raises SessionError for another type or a size that is not there."""
    length = int.from_bytes(data[8:10], "little")
    header = _HEADER.fullmatch(data[10 : 10 + length])
    if data[:8] != _MAGIC or header is None:
        raise SessionError(f"its part {name} is not a plain array of numbers.")
    if header[1].decode() != dtype:
        raise SessionError(f"its part {name} has numbers of type {header[1].decode()} instead of {dtype}.")
    shape = tuple(int(side) for side in header[2].decode().split(",") if side.strip())
    return _array(memoryview(data)[10 + length :], dtype, shape, name)


def to_tensors(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The bytes of a safetensors file."""
    return bytes(save({name: np.asarray(array, order="C") for name, array in arrays.items()}))


def from_tensors(data: bytes, name: str) -> dict[str, NDArray[Any]]:
    """The arrays (copies) of a safetensors file. Raises SessionError for anything out of the ordinary."""
    if int.from_bytes(data[:8], "little") > TENSORS_HEADER_BYTES:
        raise SessionError(f"its part {name} declares more tensors than are allowed.")
    try:
        tensors = deserialize(data)  # type: ignore[no-untyped-call]  # compiled, without types
    except (SafetensorError, UnicodeDecodeError) as error:
        raise SessionError(f"its part {name} is damaged ({error}).") from None
    if len(tensors) > TENSORS:
        raise SessionError(f"its part {name} holds more than {TENSORS:,} tensors.")
    arrays = {}
    for key, tensor in tensors:
        dtype = _TENSOR_TYPES.get(tensor["dtype"])
        if dtype is None or not _TENSOR_NAME.fullmatch(key):
            raise SessionError(f"its part {name} holds a tensor of a kind that no session has.")
        arrays[key] = _array(tensor["data"], dtype, tuple(tensor["shape"]), name).copy()
    return arrays


def _array(data: Any, dtype: str, shape: tuple[int, ...], name: str) -> NDArray[Any]:
    """``data`` as an array of exactly ``shape``."""
    if len(shape) > ARRAY_DIMENSIONS or any(side > ARRAY_SIDE for side in shape):
        raise SessionError(f"its part {name} declares a shape that no session has.")
    if math.prod(shape) * np.dtype(dtype).itemsize != len(data):
        raise SessionError(f"its part {name} holds more or fewer numbers than it declares.")
    return np.frombuffer(data, dtype).reshape(shape)
