"""Arrays as bytes and back: .npy and safetensors, both read by rules of our own that are stricter than theirs.

numpy would reserve whatever size a header declares, and evaluate it as Python. Here a header must be exactly
what numpy writes for a plain array, and the declared size must be what is really there. What is written is not
copied: arrays go into the file as they lie in memory.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from relulab.errors import SessionError
from relulab.session.limits import ARRAY_DIMENSIONS, ARRAY_SIDE, TENSORS, TENSORS_HEADER_BYTES

Pieces = Sequence[bytes | memoryview]  # of one file, in bytes

_MAGIC = b"\x93NUMPY\x01\x00"
_HEADER = re.compile(
    rb"\{'descr': '(<f4|<f8|<i8|\|u1)', 'fortran_order': False, 'shape': \(((?:\d{1,10}(?:, |,(?=\)))?){0,4})\), \} *\n"
)
_TENSOR_TYPES = {"I64": "<i8", "F64": "<f8", "F32": "<f4", "U8": "|u1"}  # as safetensors lays them out
_ALIGNMENT = 8  # bytes
_TENSOR = re.compile(
    rb'(?:(?<=\{)|, ?)"([^"\\]*)": ?\{"dtype": ?"(\w*)", ?"shape": ?\[((?:\d{1,20}(?:, ?(?=\d))?){0,8})\], ?'
    rb'"data_offsets": ?\[(\d{1,20}), ?(\d{1,20})\]\}'
)
_TENSOR_NAME = re.compile(r"[A-Za-z0-9_.]{1,200}", re.ASCII)


class _Tensor(NamedTuple):
    """What a file says of one."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


def to_npy(array: NDArray[Any], dtype: str) -> Pieces:
    """A .npy file. ``dtype`` is the type in the file, which ``array`` must have or safely become."""
    plain = np.asarray(array, order="C").astype(dtype, casting="same_kind", copy=False)
    head = BytesIO()
    np.lib.format.write_array_header_1_0(head, np.lib.format.header_data_from_array_1_0(plain))
    return head.getvalue(), _bytes_of(plain)


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


def to_tensors(arrays: Mapping[str, NDArray[Any]]) -> Pieces:
    """A safetensors file: what its own library would write, which holds Python's lock while it copies everything."""
    kinds = {dtype: kind for kind, dtype in _TENSOR_TYPES.items()}
    order = list(kinds)
    plain = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    for name, array in plain.items():
        if array.dtype.str not in kinds:
            raise SessionError(f"its tensor {name} has numbers of type {array.dtype}, which no session has.")
    names = sorted(plain, key=lambda name: (order.index(plain[name].dtype.str), name))
    header: dict[str, Any] = {}
    end = 0
    for name in names:
        array, start = plain[name], end
        end += array.nbytes
        header[name] = {"dtype": kinds[array.dtype.str], "shape": array.shape, "data_offsets": (start, end)}
    head = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    head += b" " * (-len(head) % _ALIGNMENT)
    return len(head).to_bytes(8, "little"), head, *(_bytes_of(plain[name]) for name in names)


def _bytes_of(plain: NDArray[Any]) -> memoryview:
    """The bytes of an array in the order of C, not copied."""
    return plain.reshape(-1).view(np.uint8).data if plain.size else memoryview(b"")


def from_tensors(data: bytes, name: str) -> dict[str, NDArray[Any]]:
    """The arrays (copies) of a safetensors file. Raises SessionError for anything out of the ordinary."""
    begin = 8 + int.from_bytes(data[:8], "little")
    if begin - 8 > TENSORS_HEADER_BYTES:
        raise SessionError(f"its part {name} declares more tensors than are allowed.")
    content, arrays, end = memoryview(data)[begin:], {}, 0
    for tensor in sorted(_listed_tensors(data[8:begin], name), key=lambda tensor: tensor.start):
        dtype = _TENSOR_TYPES.get(tensor.dtype)
        if dtype is None or not _TENSOR_NAME.fullmatch(tensor.name):
            raise SessionError(f"its part {name} holds a tensor of a kind that no session has.")
        size = math.prod(tensor.shape) * np.dtype(dtype).itemsize
        if (tensor.start, tensor.end) != (end, end + size) or tensor.end > len(content):
            raise SessionError(f"its part {name} is damaged (its tensor {tensor.name} is not where it should be).")
        arrays[tensor.name] = _array(content[end : end + size], dtype, tensor.shape, name).copy()
        end += size
    if len(data) != begin + end:
        raise SessionError(f"its part {name} is damaged (it holds more or less than its tensors).")
    return arrays


def _listed_tensors(header: bytes, name: str) -> list[_Tensor]:
    """What the head of a safetensors file lists, without the blanks that fill it up."""
    found, place, text = [], 1, header.rstrip(b" ")
    while entry := _TENSOR.match(text, place):
        key, dtype, shape, start, end = (part.decode("utf-8", "replace") for part in entry.groups())
        sides = tuple(int(side) for side in shape.split(",") if side)
        found.append(_Tensor(key, dtype, sides, int(start), int(end)))
        place = entry.end()
    if len(found) > TENSORS:
        raise SessionError(f"its part {name} holds more than {TENSORS:,} tensors.")
    if text[:1] != b"{" or text[place:] != b"}" or len({tensor.name for tensor in found}) != len(found):
        raise SessionError(f"its part {name} is damaged (its list of tensors cannot be read).")
    return found


def _array(data: Any, dtype: str, shape: tuple[int, ...], name: str) -> NDArray[Any]:
    """``data`` as an array of exactly ``shape``."""
    if len(shape) > ARRAY_DIMENSIONS or any(side > ARRAY_SIDE for side in shape):
        raise SessionError(f"its part {name} declares a shape that no session has.")
    if math.prod(shape) * np.dtype(dtype).itemsize != len(data):
        raise SessionError(f"its part {name} holds more or fewer numbers than it declares.")
    return np.frombuffer(data, dtype).reshape(shape)
