"""The options that say how a table is read: one for each choice, the same for every command."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any

import typer

from relulab.data.tables.choices import PARAMETERS, SEPARATORS, Choices

NAMES = ("separator", "numbers", "header", "skip", "encoding", "missing", "target", "task", "ignore", "types")
SIGNS = {sign: name for name, sign in SEPARATORS.items()} | {"\\t": "tab"}
Given = Mapping[str, str]
_BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}


def takes_table_options(command: Callable[..., None]) -> Callable[..., None]:
    """A command with an option for each of ``NAMES``; what is given reaches it as ``given``, a mapping."""
    signature = inspect.signature(command, eval_str=True)
    own = [parameter for name, parameter in signature.parameters.items() if name != "given"]

    @wraps(command)
    def with_options(**arguments: Any) -> None:
        values = {name: arguments.pop(f"table_{name}") for name in NAMES}
        command(**arguments, given={name: value for name, value in values.items() if value is not None})

    parameters = [*own, *map(_option, NAMES)]
    with_options.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return with_options


def _option(name: str) -> inspect.Parameter:
    parameter = _BY_NAME[name]
    metavar = "|".join(parameter.choices) if parameter.choices else "TEXT"
    help_text = f"Of a table. {parameter.help}"
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
