"""An experiment as plain PyTorch: one script, or a notebook, that needs no ReLU Lab and checks itself.

The text is put together from the catalogue's entries and the templates in ``resources/templates/pytorch``; what
this experiment does not use is cut out again.
"""

import json
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from relulab.data.dataset import Dataset, Description
from relulab.edition import __version__
from relulab.errors import DivergedError, SpecError
from relulab.experiment import ExperimentSpec
from relulab.export.code_data import data_context
from relulab.export.code_model import model_context, training_context
from relulab.export.source_extraction import imports_for, keep, names_in, needed

COMPARED_STEPS = 10
LONGEST_TITLE, LONGEST_NAME = 60, 255  # letters
SECTIONS = ("settings", "data", "model", "training")
PACKAGES = {"torchvision": "torchvision"}

_NOTEBOOK_TEXTS = {
    "settings": "## Settings",
    "data": "## Data",
    "model": "## Model\n\nThe layers by name, then their initial weights.",
    "training": "## Training",
}


@dataclass(frozen=True, slots=True)
class Parts:
    """The code of an experiment: definitions by section, and what runs them."""

    imports: str
    sections: Mapping[str, str]
    main: str


def first_losses(spec: ExperimentSpec, dataset: Dataset) -> list[float]:
    """The losses of the first batches on the CPU, each before its update; only finite ones.

    The global random state is left as it was. Raises SpecError where not even the first is finite: a script could
    not compare anything.
    """
    import torch

    from relulab.training.run import TrainingRun

    on_cpu = spec.replace(training=spec.training.replace(device="cpu"))
    losses: list[float] = []
    with torch.random.fork_rng(devices=[]):
        run = TrainingRun(on_cpu, dataset)
        try:
            while len(losses) < COMPARED_STEPS and not run.finished:
                losses.append(run.step())
        except DivergedError as error:
            if not losses:
                raise SpecError(f"{error} Code that reproduces it would have no loss to compare itself with.") from None
    return losses


def script(spec: ExperimentSpec, description: Description, losses: list[float], file_name: str) -> str:
    """One Python file. ``file_name`` is how its help calls it."""
    context = _context(spec, description, losses)
    parts = _parts(context, _render("main", context))
    title = _title(spec)
    asks = context["reader"].path and not context["reader"].beside
    usage = f"{_harmless(file_name, LONGEST_NAME)}{' DATA' if asks else ''}"
    head = f'''"""{title}: an experiment of ReLU Lab {__version__} in plain PyTorch.

{_needs(parts.imports)} It computes on the CPU.
The first losses of the run in ReLU Lab are written below; the script checks that it gets the same ones.

    python {usage}            train, check, evaluate
    python {usage} --check    only compare the first losses
"""'''
    body = [
        f"# --- {name.capitalize()} ---\n\n{'' if name == 'settings' else chr(10)}{parts.sections[name]}"
        for name in SECTIONS
    ]
    return "\n\n".join([head, parts.imports, "\n\n\n".join([*body, parts.main])]).rstrip() + "\n"


def notebook(spec: ExperimentSpec, description: Description, losses: list[float]) -> str:
    """The same as a Jupyter notebook: JSON of nbformat 4.5."""
    context = _context(spec, description, losses)
    run = {name: _render(f"cell_{name}", context).strip() for name in ("data", "model", "training", "evaluation")}
    parts = _parts(context, "\n".join(run.values()))
    title = f"# {_as_markdown(_title(spec))}\n\nAn experiment of ReLU Lab {__version__} in plain PyTorch."
    title = f"{title} {_needs(parts.imports)}"
    cells = [("markdown", title), ("code", parts.imports)]
    for name in SECTIONS:
        cells += [("markdown", _NOTEBOOK_TEXTS[name]), ("code", parts.sections[name])]
        cells += [("code", run[name])] if name in run else []
    cells += [("markdown", "## Evaluation"), ("code", run["evaluation"])]
    return json.dumps(_document(cells), indent=1, ensure_ascii=False) + "\n"


def _context(spec: ExperimentSpec, description: Description, losses: list[float]) -> dict[str, Any]:
    return {
        **data_context(spec.data, description),
        **model_context(spec, description),
        **training_context(spec, description),
        "first_losses": [f"{loss:.9g}".replace("e+", "e") for loss in losses],
    }


def _parts(context: Mapping[str, Any], main: str) -> Parts:
    """Render all sections and cut out what ``main`` does not need."""
    rendered = {name: _render(name, context) for name in SECTIONS}
    used = needed("\n".join(rendered.values()), names_in(main))
    sections = {name: keep(text, used) for name, text in rendered.items()}
    return Parts(imports_for("\n".join([*sections.values(), main])), sections, main.strip())


def _render(name: str, context: Mapping[str, Any]) -> str:
    environment = Environment(
        loader=PackageLoader("resources", "templates/pytorch"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    text = environment.get_template(f"{name}.py.j2").render(context)
    return re.sub(r"\n[ \t]*(\n[ \t]*){2,}\n", "\n\n\n", text)


def _title(spec: ExperimentSpec) -> str:
    """The experiment's name, harmless inside a docstring."""
    return _harmless(spec.name, LONGEST_TITLE) or "Experiment"


def _harmless(given: str, most: int) -> str:
    """Words out of a file or of its name on one line that cannot end a docstring."""
    plain = given.replace("\\", "/").replace('"', "'")
    return textwrap.shorten("".join(c if c.isprintable() else " " for c in plain), most)


def _as_markdown(words: str) -> str:
    """Words that are shown as they stand by a notebook, which would follow HTML, links and pictures."""
    return escape(re.sub(r"([\\`*_{}\[\]()#!|$~])", r"\\\1", words), quote=False)


def _needs(imports: str) -> str:
    """Which packages the code needs, as a sentence."""
    packages = ["torch", "numpy", *(package for module, package in PACKAGES.items() if f"from {module}" in imports)]
    return f"It needs {', '.join(packages[:-1])} and {packages[-1]}."


def _document(cells: list[tuple[str, str]]) -> dict[str, Any]:
    """The notebook as nbformat wants it."""
    output: dict[str, Any] = {"execution_count": None, "outputs": []}
    return {
        "cells": [
            {
                "cell_type": kind,
                "id": f"cell-{index}",
                "metadata": {},
                "source": text.splitlines(keepends=True),
                **(output if kind == "code" else {}),
            }
            for index, (kind, text) in enumerate(cells)
        ],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
