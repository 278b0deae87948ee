"""How each data set is written down in exported code."""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from relulab.data import curves, toy
from relulab.data.dataset import Description
from relulab.data.expression import Expression
from relulab.data.generated import GENERATED
from relulab.data.idx_sets import IdxSet
from relulab.data.image_files import IMAGE_SETS
from relulab.data.loading import sizes_of, target_scaling
from relulab.data.own_images import KEY as OWN_IMAGES
from relulab.data.own_images import WHITE
from relulab.data.own_points import OWN_POINTS, read_points
from relulab.data.shipped import FILES, INK_MAX, TABLES
from relulab.data.shipped_tables import parameters_of
from relulab.data.splitting import Stream
from relulab.experiment import DataSpec
from relulab.export.code_images import images_context
from relulab.export.code_table import table_context
from relulab.export.source_extraction import keep, needed

FORMULA = 100  # characters of a formula in one line


@dataclass(frozen=True, slots=True)
class Reader:
    """Where exported code takes the samples of a data set from.

    ``template`` reads them; ``path`` is the help for the file or folder that it needs, or empty. ``beside``: the name
    of a file that comes with ReLU Lab and is written beside the code. ``has_test``, ``shuffled`` and ``pixel_max`` as
    in ``Pool``.
    """

    template: str
    path: str = ""
    beside: str = ""
    has_test: bool = False
    shuffled: bool = False
    pixel_max: float | None = None


_MNIST_LIKE = Reader("idx", "the folder that holds the four files", has_test=True, shuffled=True, pixel_max=255.0)
_CIFAR10 = Reader("cifar10", "the folder of torchvision's data sets", has_test=True, shuffled=True, pixel_max=255.0)

READERS: Mapping[str, Reader] = {
    **{entry.key: Reader("generated", has_test=True) for entry in GENERATED},
    **{key: _MNIST_LIKE if isinstance(images, IdxSet) else _CIFAR10 for key, images in IMAGE_SETS.items()},
    "digits": Reader("digits", "the digits' file", beside=FILES["digits"], pixel_max=INK_MAX),
    "mnist_small": Reader("npz", "the images' file", beside=FILES["mnist_small"], has_test=True, pixel_max=255.0),
    **{name: Reader("table", "the table", beside=FILES[name]) for name in TABLES},
    "csv": Reader("table", "the table"),
    OWN_IMAGES: Reader("arrays", "the images", pixel_max=WHITE),
    "own_points": Reader("points"),
    "own_curve": Reader("points"),
}


def data_context(data: DataSpec, description: Description) -> dict[str, Any]:
    """What the templates for reading, dividing and scaling the samples need to know."""
    reader = READERS[data.dataset.name]
    images = images_context(data.dataset.parameters) if reader.template == "arrays" else None
    if images is not None:
        reader = replace(reader, has_test=images["test"] is not None)
    train, validation, test = sizes_of(data, description)
    is_generated, is_table = reader.template == "generated", reader.template == "table"
    # Training samples are cut from the front of what is there to learn from, validation samples from its end.
    apart = description.test_size if reader.has_test else test
    end = train + validation if description.available is None else description.available - apart
    return {
        "reader": reader,
        "sizes": {"train": train, "validation": validation, "test": test},
        "end": end,
        "whole_test": is_generated or test == description.test_size,
        "classes": description.outputs if description.class_names else 0,
        "is_image": description.is_image,
        "scaling": data.scaling,
        "times_factor": "" if data.input_factor == 1.0 else f" * {data.input_factor!r}",
        "label_noise": data.label_noise,
        "noisy_labels": round(data.label_noise * train),
        "streams": {stream.name: stream.value for stream in Stream},
        "formulas": _formulas(data) if is_generated else "",
        "draw": _draw(data) if is_generated else None,
        "points": _points(data) if reader.template == "points" else [],
        "table": table_context(_table_parameters(data), description) if is_table else None,
        "images": images,
        "target_scaling": target_scaling(data) if not description.class_names else "raw",
        **_default_path(data, reader, images),
    }


def _table_parameters(data: DataSpec) -> Mapping[str, Any]:
    name = data.dataset.name
    return parameters_of(name) if name in TABLES else data.dataset.parameters


def _default_path(data: DataSpec, reader: Reader, images: Mapping[str, Any] | None) -> dict[str, str]:
    """Where a script, and a notebook, look for the file of the samples, as code; empty where only the user knows."""
    if reader.beside:
        return {"default_data": f'Path(__file__).with_name("{reader.beside}")', "cell_data": f'Path("{reader.beside}")'}
    if reader.template in ("table", "arrays"):
        chosen = Path(str(data.dataset.parameters["path"])).expanduser() if images is None else images["base"]
        path = f"Path({str(chosen)!r})"
        return {"default_data": path, "cell_data": path}
    return {"default_data": "", "cell_data": ""}


def _formulas(data: DataSpec) -> str:
    """The source of what draws the samples: the functions of this package themselves."""
    name = data.dataset.name
    if name == "expression":
        return _expression(data.dataset.parameters)
    source = inspect.getsource(toy if hasattr(toy, name) else curves)
    return keep(source, needed(source, [name]))


def _draw(data: DataSpec) -> dict[str, str]:
    given = {name: value for name, value in data.dataset.parameters.items() if name != "formula"}
    arguments = "".join(f", {name}={value!r}" for name, value in given.items())
    return {"name": data.dataset.name, "arguments": arguments}


def _points(data: DataSpec) -> list[list[float]]:
    """The drawn points, a row each."""
    columns = 3 if data.dataset.name == OWN_POINTS.key else 2
    points: list[list[float]] = read_points(str(data.dataset.parameters["points"]), columns).tolist()
    return points


class _InNumpy(ast.NodeTransformer):
    """A formula of x with NumPy's names; a comparison counts as 0 or 1."""

    NAMES: Mapping[str, str] = {"min": "minimum", "max": "maximum"}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in ("x", "relu"):
            return node
        return ast.Attribute(ast.Name("np"), self.NAMES.get(node.id, node.id))

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        assert isinstance(node.value, int | float)
        return ast.Constant(float(node.value))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """``where`` takes the comparison as it is."""
        for part in node.args:
            if isinstance(part, ast.Compare):
                self.generic_visit(part)
        given = [part if isinstance(part, ast.Compare) else self.visit(part) for part in node.args]
        return ast.Call(self.visit(node.func), given, [])

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        return ast.BinOp(ast.Constant(1.0), ast.Mult(), node)


def _expression(parameters: Mapping[str, Any]) -> str:
    formula = Expression(parameters["formula"], parameters["minimum"], parameters["maximum"])
    values = ast.unparse(ast.fix_missing_locations(_InNumpy().visit(formula.tree)))
    if len(values) > FORMULA:
        values = "(\n" + textwrap.indent(textwrap.fill(values, FORMULA), " " * 8) + "\n    )"
    return f'''\
def relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0.0)


def expression(count: int, generator: np.random.Generator, noise: float, minimum: float, maximum: float) -> tuple:
    """A formula of x, with normal noise on its values."""
    x = generator.uniform(minimum, maximum, count)
    y = {values}
    y = np.broadcast_to(y, x.shape) + generator.normal(0.0, noise, count)
    return x[:, None], y.astype(np.float32)[:, None]
'''
