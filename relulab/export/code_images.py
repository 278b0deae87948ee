"""How images of the user's own are read in exported code: which arrays, where they lie, and their labels."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from relulab.catalog.entry import Value
from relulab.data.image_pairs import ImageShape, Pair
from relulab.data.image_search import Part
from relulab.data.own_images import understand


def images_context(parameters: Mapping[str, Value]) -> dict[str, Any]:
    """What the template needs to read the images of these parameters."""
    found = understand(str(parameters["path"]))
    return {
        "base": found.base,
        "train": _read(found.train_parts, found.base),
        "test": None if found.test_parts is None else _read(found.test_parts, found.base),
        "classes": repr(found.classes.tolist()),
    }


def _read(pair: Pair, base: Path) -> dict[str, str]:
    """Images (n, channels, height, width) and labels (n,), as code."""
    shape = ImageShape.of(pair.images.shape)
    assert shape is not None
    return {
        "images": _array(pair.images, base) + _ordered(shape),
        "labels": _array(pair.labels, base) + (".ravel()" if len(pair.labels.shape) > 1 else ""),
    }


def _array(part: Part, base: Path) -> str:
    place = "data" if part.path == base else f"data / {part.path.relative_to(base).as_posix()!r}"
    return f"read_array({place}, {part.inside!r})" if part.inside else f"read_array({place})"


def _ordered(shape: ImageShape) -> str:
    channels, height, width = shape[:3]
    if shape.last:
        return f".reshape(-1, {height}, {width}, {channels}).transpose(0, 3, 1, 2)"
    return f".reshape(-1, {channels}, {height}, {width})"
