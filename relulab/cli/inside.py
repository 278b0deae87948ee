"""``relulab regions`` and ``relulab trace``: a trained network looked into, written to a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from relulab.cli.numbers import numbers_of
from relulab.cli.options import DataRoot, Download, ExperimentOrSession, ReadTables, Run, Seed, Settings, Weights
from relulab.cli.table_options import Given, takes_data_options
from relulab.formatting import count
from relulab.introspection.cutting import MOST_REGIONS

if TYPE_CHECKING:
    from relulab.cli.trained import Check, Chosen
    from relulab.export.export_input import ExportInput
    from relulab.introspection.own_units import Regions
    from relulab.model.plan import DesignPlan

Box = tuple[tuple[float, float], ...]


@takes_data_options
def regions(
    experiment: ExperimentOrSession,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A file .json, .svg or .png.")],
    box: Annotated[
        str | None,
        typer.Option("--box", metavar="X0:X1,Y0:Y1", help="In the units of the data; by default the data's own."),
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, help="Stop where there are more regions.")] = MOST_REGIONS,
    weights: Weights = None,
    settings: Settings = None,
    data_root: DataRoot = None,
    download: Download = False,
    seed: Seed = None,
    read_tables: ReadTables = False,
    run: Run = None,
    *,
    given: Given,
) -> None:
    """Write the exact regions of the input plane in which a trained network is affine.

    As JSON every polygon with its map, as SVG or PNG the lines at which each layer bends. Trains first, unless a
    session or --weights has the network.
    """
    from relulab.cli.trained import Chosen
    from relulab.inside import regions_of_network
    from relulab.introspection.own_units import checked_box
    from relulab.introspection.refusals import check_has_regions

    def check(plan: "DesignPlan") -> None:
        check_has_regions(plan)
        if ranges is not None:
            checked_box(ranges, plan.description.input_shape[0])

    ranges = None if box is None else _box(box)
    _check_ending(out, ".json", ".svg", ".png")
    made = _made(Chosen(experiment, settings, seed, given, weights, run, data_root, download, read_tables), check)
    found = regions_of_network(made.needed_network(), made.dataset, ranges, most)
    _write(out, made, found)
    noun = "region" if found.count == 1 else "regions"
    pieces = "" if found.pieces == found.count else f", {found.pieces:,} with different maps"
    typer.echo(f"{found.count:,} {noun}{pieces}: {out}")


@takes_data_options
def trace(
    experiment: ExperimentOrSession,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A file .json.")],
    inputs: Annotated[
        str | None, typer.Option("--input", metavar="NUMBERS", help="One input in the units of the data: 0.3,0.4.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option("--sample", min=0, help="A sample of the test set, counted from 0.")
    ] = None,
    weights: Weights = None,
    settings: Settings = None,
    data_root: DataRoot = None,
    download: Download = False,
    seed: Seed = None,
    read_tables: ReadTables = False,
    run: Run = None,
    *,
    given: Given,
) -> None:
    """Write what every unit of a trained network computes for one input, and what adds up to its outputs.

    For a sample of the test set also the way back: how the loss changes with every unit. Trains first, unless a
    session or --weights has the network.
    """
    from relulab.cli.trained import Chosen
    from relulab.data.loading import sizes_of
    from relulab.inside import as_samples, trace_of_network

    def check(plan: "DesignPlan") -> None:
        if numbers is not None:
            as_samples(numbers, plan.description)
        _check_sample(sample, sizes_of(plan.spec.data, plan.description)[2])

    if (inputs is None) == (sample is None):
        raise typer.BadParameter("say which input to follow: --input or --sample, one of the two.")
    numbers: Any = None if inputs is None else numbers_of(inputs)
    _check_ending(out, ".json")
    made = _made(Chosen(experiment, settings, seed, given, weights, run, data_root, download, read_tables), check)
    target = None
    _check_sample(sample, len(made.dataset.test))
    if sample is not None:
        numbers = made.dataset.original(made.dataset.test.at(slice(sample, sample + 1)).inputs)
        target = made.dataset.test.targets[sample : sample + 1]
        target = made.dataset.original_targets(target) if target.ndim > 1 else target
    found = trace_of_network(made.needed_network(), made.dataset, numbers, target)
    fields = {name: getattr(found, name) for name in found.__slots__}
    _write_json(out, {"experiment": made.spec.name, "target": target, **fields})
    typer.echo(f"{len(found.layers)} layers: {out}")


def _check_sample(sample: int | None, size: int) -> None:
    if sample is not None and sample >= size:
        raise typer.BadParameter(f"the test set has {count(size, 'sample')}, counted from 0.", param_hint="--sample")


def _made(chosen: "Chosen", check: "Check") -> "ExportInput":
    """The network with its data."""
    from relulab.cli.progress import ProgressBar
    from relulab.cli.trained import made_of
    from relulab.export.formats import Need

    bar = ProgressBar()
    made = made_of(chosen, Need.NETWORK, bar, check)
    bar.finish()
    return made


def _write(out: Path, made: "ExportInput", found: "Regions") -> None:
    """The numbers, or a picture of the same box."""
    if out.suffix.lower() == ".json":
        regions = zip(found.polygons, found.weights, found.biases, strict=True)
        table = {
            "experiment": made.spec.name,
            "box": found.box,
            "count": found.count,
            "pieces": found.pieces,
            "regions": [{"polygon": polygon, "weight": weight, "bias": bias} for polygon, weight, bias in regions],
            "lines": found.lines,
        }
        _write_json(out, table)
        return
    from relulab.inside import write_drawing
    from relulab.introspection.own_units import as_scaled
    from relulab.report.figures.pictures import regions_picture
    from relulab.training.telemetry import RunStarted

    network, dataset = made.needed_network(), made.dataset
    info = RunStarted(made.spec, network.layout, dataset, 0, len(dataset.validation), "cpu")
    write_drawing(regions_picture(network, info, 0, as_scaled(dataset, found.box)), out)


def _write_json(out: Path, table: dict[str, Any]) -> None:
    from relulab.cli.strict_json import to_json, write_text

    write_text(out, to_json(table) + "\n")


def _check_ending(out: Path, *endings: str) -> None:
    """Before anything is trained."""
    if out.suffix.lower() not in endings:
        raise typer.BadParameter(f"{out}: the name must end in {', '.join(endings)}.", param_hint="--out")


def _box(text: str) -> Box:
    """``X0:X1,Y0:Y1``."""
    ranges = [numbers_of(part.replace(":", ",")) for part in text.split(",")]
    if not all(len(ends) == 2 and ends[0] < ends[1] for ends in ranges):
        raise typer.BadParameter(f"{text}: write X0:X1,Y0:Y1, each from low to high.", param_hint="--box")
    return tuple((low, high) for low, high in ranges)
