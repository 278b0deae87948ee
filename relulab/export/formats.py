"""The registry of what can be exported: the command line and the window read it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from importlib.util import find_spec
from pathlib import Path

from relulab.data.shipped import FILES, shipped_bytes
from relulab.errors import SessionError
from relulab.export.csv_tables import write_history, write_parquet, write_predictions
from relulab.export.export_input import ExportInput, how_to_get, write_bytes
from relulab.export.onnx_file import write_onnx
from relulab.export.tensorboard_files import write_tensorboard
from relulab.registry import Registry
from relulab.session.weight_files import save_weights


class Need(Enum):
    """What a format is made of, beside the experiment and its data."""

    DESIGN = "the design"
    NETWORK = "a trained network"
    HISTORY = "the history of a run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """``suffix`` is that of the file, or empty where a folder of files is written.

    ``extra`` names the optional dependencies that bring the ``packages`` that it needs beside ReLU Lab's own.
    """

    key: str
    title: str
    summary: str
    need: Need
    suffix: str
    write: Callable[[ExportInput, Path], None]
    extra: str = ""
    packages: tuple[str, ...] = ()

    @property
    def missing(self) -> str:
        """Why it cannot be written on this machine, and how to change that; empty where it can. Imports nothing."""
        absent = [package for package in self.packages if find_spec(package) is None]
        return f"It needs the package {absent[0]}. {how_to_get(self.extra)}" if absent else ""


def _write_script(given: ExportInput, path: Path) -> None:
    from relulab.export.code import first_losses, script  # here: the window starts without the templates' engine

    losses = first_losses(given.spec, given.dataset)
    _lay_beside(path, given)
    write_bytes(path, script(given.spec, given.dataset.description, losses, path.name).encode())


def _write_notebook(given: ExportInput, path: Path) -> None:
    from relulab.export.code import first_losses, notebook

    losses = first_losses(given.spec, given.dataset)
    _lay_beside(path, given)
    write_bytes(path, notebook(given.spec, given.dataset.description, losses).encode())


def _lay_beside(path: Path, given: ExportInput) -> None:
    """Samples that come with ReLU Lab go beside the code that reads them. Raises SessionError."""
    name = given.spec.data.dataset.name
    if name not in FILES:
        return
    beside, content = path.with_name(FILES[name]), shipped_bytes(name)
    if not beside.exists():
        write_bytes(beside, content)
    elif not beside.is_file() or beside.read_bytes() != content:
        raise SessionError(
            f"The code reads its samples from {beside.name} beside it, but {beside} is another file. "
            "Choose another folder, or move that file."
        )


def _write_weights(given: ExportInput, path: Path) -> None:
    save_weights(path, given.needed_network(), given.spec)


FORMATS: Registry[Format] = Registry(
    "export format",
    Format(
        key="pytorch",
        title="PyTorch script",
        summary="one script in plain PyTorch that checks that it gets the same first losses",
        need=Need.DESIGN,
        suffix=".py",
        write=_write_script,
    ),
    Format(
        key="notebook",
        title="Jupyter notebook",
        summary="the same as a notebook",
        need=Need.DESIGN,
        suffix=".ipynb",
        write=_write_notebook,
    ),
    Format(
        key="safetensors",
        title="Weights",
        summary="the trained weights, safe to open",
        need=Need.NETWORK,
        suffix=".safetensors",
        write=_write_weights,
    ),
    Format(
        key="onnx",
        title="ONNX network",
        summary="the trained network for other programs",
        need=Need.NETWORK,
        suffix=".onnx",
        write=write_onnx,
        extra="onnx",
        packages=("onnx", "onnxscript"),
    ),
    Format(
        key="predictions",
        title="Predictions",
        summary="a table: what the trained network says about each test sample",
        need=Need.NETWORK,
        suffix=".csv",
        write=write_predictions,
    ),
    Format(
        key="history-csv",
        title="History as tables",
        summary="a folder of tables with everything that was measured",
        need=Need.HISTORY,
        suffix="",
        write=write_history,
    ),
    Format(
        key="history-parquet",
        title="History as Parquet files",
        summary="a folder of the same tables as Parquet files",
        need=Need.HISTORY,
        suffix="",
        write=write_parquet,
        extra="parquet",
        packages=("pyarrow",),
    ),
    Format(
        key="tensorboard",
        title="TensorBoard event files",
        summary="a folder that TensorBoard opens",
        need=Need.HISTORY,
        suffix="",
        write=write_tensorboard,
        extra="tensorboard",
        packages=("tensorboard",),
    ),
)
