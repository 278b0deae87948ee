"""``relulab reproduce``: run the experiments whose outcome is known, and compare."""

from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Annotated, Any

import typer

from relulab.cli.options import DataRoot, Download

if TYPE_CHECKING:
    from relulab.data.dataset import Source
    from relulab.diagnosis.recipes import Expectation, Recipe
    from relulab.training.examination import Examination

MISSED = 1  # exit code where an outcome is not as expected


def reproduce(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME …]", help="Recipes; all of them if none.")] = None,
    data_root: DataRoot = None,
    download: Download = False,
    seeds: Annotated[int | None, typer.Option("--seeds", min=1, help="Seeds per recipe, instead of its own.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Also write the table as JSON.")] = None,
) -> None:
    """Run recipes with known outcomes, and print expected, measured and the verdict.

    Recipes whose data are not on this machine are left out, and said so. Exit code 1: some outcome is different.
    """
    from relulab.cli.arguments import source
    from relulab.cli.progress import ProgressBar
    from relulab.cli.strict_json import write_json
    from relulab.diagnosis.recipes import RECIPES
    from relulab.errors import DataMissingError

    data = source(data_root, download, ProgressBar().loading)
    chosen = [RECIPES[name] for name in names or RECIPES]
    rows: list[dict[str, Any]] = []
    typer.echo(f"{'recipe':<24}{'measure':<34}{'published':>12}{'allowed':>20}{'measured':>12}  verdict")
    for recipe in chosen:
        try:
            found = _run(recipe, data, seeds)
        except DataMissingError:
            typer.echo(f"{recipe.key:<24}left out: its data set is not on this machine (see --data-root)")
            continue
        for row in found:
            rows.append(row)
            typer.echo(_line(row))
    held = sum(row["holds"] for row in rows)
    typer.echo(f"{held} of {len(rows)} as expected.")
    if out is not None:
        write_json(out, rows)
    if held < len(rows):
        raise typer.Exit(MISSED)


def _run(recipe: "Recipe", data: "Source", seeds: int | None) -> list[dict[str, Any]]:
    """One row per expected number and per finding that must or must not be raised."""
    from relulab.data.loading import load_dataset
    from relulab.training.examination import examine

    runs = []
    for seed in range(seeds or recipe.seeds):
        spec = recipe.experiment(seed)
        runs.append(examine(spec, load_dataset(spec.data, data)))
    return [_number(recipe, expected, runs) for expected in recipe.expected] + _verdicts(recipe, runs)


def _number(recipe: "Recipe", expected: "Expectation", runs: "list[Examination]") -> dict[str, Any]:
    from relulab.diagnosis.recipes import METRICS

    value = median(METRICS[expected.metric](run.outcome, expected.layer) for run in runs)
    layered = f"{expected.metric}, layer {expected.layer + 1}" if expected.metric in ("dead", "saturated") else ""
    measure = layered or expected.metric
    return _row(recipe, measure, expected.low, expected.high, value, expected.published)


def _row(
    recipe: "Recipe", measure: str, low: float, high: float, measured: float, published: Any = ""
) -> dict[str, Any]:
    return {
        "recipe": recipe.key,
        "measure": measure,
        "published": published,
        "low": low,
        "high": high,
        "measured": measured,
        "holds": low <= measured <= high,
    }


def _verdicts(recipe: "Recipe", runs: "list[Examination]") -> list[dict[str, Any]]:
    """The share of runs in which each finding was raised, or stood at the end."""
    wanted = [
        *[("raises " + rule, rule, recipe.share, 1.0, False) for rule in recipe.must],
        *[("ends with " + rule, rule, recipe.share, 1.0, True) for rule in recipe.stands],
    ]
    rows = [_share(recipe, runs, *want) for want in wanted]
    forbidden = {rule: _share(recipe, runs, "never " + rule, rule, 0.0, 0.0, False) for rule in recipe.must_not}
    raised = [row for row in forbidden.values() if not row["holds"]]
    if recipe.must_not and not raised:
        raised = [_row(recipe, f"silent: {len(recipe.must_not)} other rules", 0.0, 0.0, 0.0)]
    return rows + raised


def _share(
    recipe: "Recipe", runs: "list[Examination]", measure: str, rule: str, low: float, high: float, at_end: bool
) -> dict[str, Any]:
    from relulab.diagnosis.recipes.recipe import is_said

    found = [{f.rule for f in (run.current if at_end else run.all) if _counts(f, high)} for run in runs]
    held = [is_said(rule, rules) if at_end else rule in rules for rules in found]
    return _row(recipe, measure, low, high, sum(held) / len(runs))


def _counts(finding: Any, high: float) -> bool:
    """Whether a finding counts; of those that must not be raised only illnesses do that nothing explains."""
    return bool(high or (finding.severity.is_illness and not finding.because))


def _line(row: dict[str, Any]) -> str:
    allowed = f"{row['low']:.4g} … {row['high']:.4g}"
    verdict = "ok" if row["holds"] else "DIFFERENT"
    return (
        f"{row['recipe']:<24}{row['measure']:<34}{row['published']:>12}{allowed:>20}{row['measured']:>12.4g}  {verdict}"
    )
