"""The options for data of one's own, the same for every command: how a table is read, and images in place of others."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any

import typer

from relulab.data.tables.choices import PARAMETERS, SEPARATORS, Choices

NAMES = ("separator", "numbers", "header", "skip", "encoding", "missing", "target", "task", "ignore", "types")
SIGNS = {sign: name for name, sign in SEPARATORS.items()} | {"\\t": "tab"}
IMAGES = "images"
Given = Mapping[str, str]
_BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}


def takes_table_options(command: Callable[..., None]) -> Callable[..., None]:
    """A command with an option for each of ``NAMES``; what is given reaches it as ``given``, a mapping."""
    return _with_options(command, _table_options())


def takes_data_options(command: Callable[..., None]) -> Callable[..., None]:
    """The same, with ``--images``, too."""
    help_text = "Learn from your own images: an npz file, a zip or tar archive, or a folder of IDX or npy files."
    annotation = Annotated[str | None, typer.Option("--images", metavar="PATH", help=help_text)]
    images = inspect.Parameter(IMAGES, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
    return _with_options(command, {IMAGES: images, **_table_options()})


def _table_options() -> dict[str, inspect.Parameter]:
    return {f"table_{name}": _option(name) for name in NAMES}


def _with_options(command: Callable[..., None], options: Mapping[str, inspect.Parameter]) -> Callable[..., None]:
    signature = inspect.signature(command, eval_str=True)
    own = [parameter for name, parameter in signature.parameters.items() if name != "given"]

    @wraps(command)
    def with_options(**arguments: Any) -> None:
        values = {name.removeprefix("table_"): arguments.pop(name) for name in options}
        command(**arguments, given={name: value for name, value in values.items() if value is not None})

    parameters = [*own, *options.values()]
    with_options.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return with_options


def _option(name: str) -> inspect.Parameter:
    parameter = _BY_NAME[name]
    metavar = "|".join(parameter.choices) if parameter.choices else "TEXT"
    help_text = f"For a table: {parameter.help[0].lower()}{parameter.help[1:]}"
    annotation = Annotated[str | None, typer.Option(f"--table-{name}", metavar=metavar, help=help_text)]
    return inspect.Parameter(f"table_{name}", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def parameters_of(given: Given) -> dict[str, str]:
    """What was given as parameters of the data set: a separator may be the sign itself."""
    changed = dict(given)
    if "separator" in changed:
        changed["separator"] = SIGNS.get(changed["separator"], changed["separator"])
    return changed


def choices_of(given: Given) -> Choices:
    """What was given, checked. Raises BadParameter."""
    checked = {}
    for name, value in parameters_of(given).items():
        try:
            checked[name] = str(_BY_NAME[name].check(value))
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint=f"--table-{name}") from None
    return Choices(**checked)
