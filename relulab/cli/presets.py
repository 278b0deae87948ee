"""``relulab presets``: what can be trained at once."""

from typing import Annotated

import typer


def presets(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """List the ready-made experiments."""
    from relulab.cli.strict_json import to_json
    from relulab.experiment.presets import DEFAULT_PRESET, GROUPS, PRESETS

    if as_json:
        fields = ("key", "group", "title", "summary", "question")
        typer.echo(to_json([{field: getattr(preset, field) for field in fields} for preset in PRESETS.values()]))
        return
    width = max(map(len, PRESETS)) + 2
    for group, keys in GROUPS.items():
        typer.echo(f"{group}")
        for key in keys:
            mark = "  (the default)" if key == DEFAULT_PRESET else ""
            typer.echo(f"  {key:{width}}{PRESETS[key].question}{mark}")
