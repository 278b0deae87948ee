"""Small real runs for figures, each trained once for all tests of a module that asks for it."""

import re
from functools import cache
from typing import Any
from xml.etree import ElementTree

from matplotlib.figure import Figure

from relulab.data.loading import load_dataset
from relulab.errors import DivergedError
from relulab.experiment import ExperimentSpec
from relulab.report.figures.catalogue import FIGURES
from relulab.report.figures.writing import to_svg
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from relulab.training.schedule import MeasurementSchedule
from relulab.views.parts import ShownRun

SVG = "{http://www.w3.org/2000/svg}"
Layers = list[Any]


def dense(units: int = 6, **more: Any) -> dict[str, Any]:
    return {"kind": "dense", "parameters": {"units": units}, **more}


DEAD = dense(300, bias={"name": "constant", "parameters": {"value": -50.0}})
CONV = {"kind": "conv2d", "parameters": {"channels": 4}}
DESIGNS: dict[str, tuple[str, Layers, dict[str, Any]]] = {
    "moons": ("moons", [dense(), dense()], {"steps": 60}),
    "moons slow": ("moons", [dense(), dense()], {"steps": 40, "learning_rate": 0.001}),
    "one layer": ("moons", [], {"steps": 20}),
    "deep": ("moons", [dense() for _ in range(10)], {"steps": 20}),
    "dead": ("moons", [DEAD], {"steps": 20}),
    "digits": ("digits", [CONV, "max_pool2d", "flatten", dense()], {"steps": 20}),
    "sine": ("sine", [dense(8, activation="tanh")], {"steps": 30, "loss": "mse"}),
    "surface": ("plane", [dense(8)], {"steps": 20, "loss": "mse"}),
    "diverging": ("moons", [dense(), dense()], {"steps": 50, "learning_rate": 1e5, "loss": "mse"}),
}
OTHERS = {"moons": "moons slow"}  # what a run is compared with; the rest with itself


@cache
def history_of(name: str) -> Any:  # a RunHistory, with the kind of picture that its data have
    """The history of one of the DESIGNS, or of one that was only built ("built")."""
    data, layers, training = DESIGNS["moons" if name == "built" else name]
    spec = ExperimentSpec.parse(
        {
            "name": name,
            "data": {"dataset": data, "train_size": 60, "validation_size": 20, "test_size": 20},
            "model": {"layers": layers},
            "training": {"batch_size": 16, "learning_rate": 0.05} | training,
        }
    )
    store = SessionStore()
    run = TrainingRun(spec, load_dataset(spec.data), recording=MeasurementSchedule.every(1), record=store.append)
    run.instruments.network_wanted = name != "built"
    if name != "built":
        run.measure_start()
        try:
            while not run.finished:
                run.step()
        except DivergedError:
            pass
        run.instruments.measure_all()
    assert store.current is not None
    return store.current


def shown(*names: str) -> list[ShownRun]:
    return [ShownRun(name, history_of(name), place) for place, name in enumerate(names)]


def shown_in(key: str, *names: str) -> list[ShownRun]:
    """These runs and, where the figure needs more than so many, others of the same data."""
    missing = max(0, FIGURES[key].least_runs - len(names))
    return shown(*names, *[OTHERS.get(names[-1], names[-1])] * missing)


def drawing_of(key: str, *names: str) -> Any:  # a Drawing: what its artists hold is known only when they are made
    drawing = FIGURES[key].draw(shown_in(key, *names))
    assert drawing is not None
    return drawing


def painted(key: str, *names: str) -> Any:
    return drawing_of(key, *names).figure


def labels(figure: Figure) -> list[str]:
    """What the legend says."""
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def svg_texts(svg: str) -> list[str]:
    return ["".join(text.itertext()).strip() for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def svg_of(key: str, *names: str) -> str:
    return to_svg(drawing_of(key, *names))


def ids_in(svg: str) -> list[str]:
    return re.findall(r' id="([^"]+)"', svg)
