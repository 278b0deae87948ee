"""What a start of the window does not pay for."""

import os
import subprocess
import sys

from tests.helpers.paths import ROOT


def said_by_a_fresh_python(code: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def loaded(started: str, names: tuple[str, ...]) -> str:
    """Which of these modules a fresh Python has after it imported what is ``started``."""
    return said_by_a_fresh_python(f"import sys, {started}\nprint([name for name in {names!r} if name in sys.modules])")


def test_pyqtgraph_copies_no_names_of_qt_and_finds_them_all_the_same():
    said = said_by_a_fresh_python(
        "import ui.plots\n"
        "from PySide6 import QtCore, QtWidgets\n"
        "from pyqtgraph.Qt import QtCore as core, QtWidgets as widgets\n"
        "print('QCalendarWidget' in vars(widgets), widgets.QCalendarWidget is QtWidgets.QCalendarWidget)\n"
        "print(core.Qt.AlignmentFlag is QtCore.Qt.AlignmentFlag, 'QObject' in dir(QtCore))\n"
    )
    assert said == "False True\nTrue True"


def test_the_window_brings_pyqtgraph_in_that_way():
    said = said_by_a_fresh_python("import ui.app, pyqtgraph.Qt as qt; print('QCalendarWidget' in vars(qt.QtWidgets))")
    assert said == "False"


def test_the_window_waits_for_nothing_that_only_the_command_line_and_dialogs_need():
    rooms = (
        "benches.activation_window",
        "benches.hand_built_window",
        "population.map_window",
        "design.reader.dialog",
    )
    files = ("session.file.files", "data.table_reading", "views.many.kept")
    late = ("typer", *(f"relulab.{name}" for name in files), *(f"ui.features.{name}" for name in rooms))
    assert loaded("ui.startup.launch, ui.startup.main, ui.app", late) == "[]"


def test_the_design_needs_no_plots():
    assert loaded("ui.features.design", ("pyqtgraph",)) == "[]"


def test_the_window_loads_nothing_that_only_training_figures_reports_and_downloads_need():
    late = ("torch", "matplotlib", "reportlab", "pypdf", "sklearn", "scipy", "PIL", "ssl")
    assert loaded("ui.app", late) == "[]"


def test_seeds_rates_and_maps_are_asked_for_without_torch():
    """The first that is opened must not hold the window while torch is imported."""
    said = said_by_a_fresh_python(
        "import sys\nsys.modules['torch'] = None\n"
        "from PySide6.QtWidgets import QApplication, QWidget\n"
        "app = QApplication([])\n"
        "from relulab.population.sweep import Sweep\n"
        "from relulab.experiment import ExperimentSpec\n"
        "SPEC = ExperimentSpec.parse({'data': {'dataset': 'moons'}, 'model': {'layers': ['dense']}})\n"
        "from ui.features.population.map_window import MapWindow\n"
        "from ui.features.population.rate_window import RateWindow\n"
        "from ui.features.population.seeds_window import SeedsWindow\n"
        "from relulab.views.many.rate_test import RateTest\n"
        "from relulab.views.many.seeds import Starts\n"
        "parent = QWidget()\n"
        "starts, test, map_ = SeedsWindow(parent), RateWindow(parent), MapWindow(parent)\n"
        "starts.begin(Starts(SPEC, 40))\n"
        "test.begin(RateTest(SPEC))\n"
        "map_.set_spec(SPEC)\n"
        "sweep = map_.controls.check()\n"
        "map_.controls._weigh()\n"
        "map_.begin(sweep)\n"
        "print(Sweep.of(test.test.starts.spec, {}, 20).memory_needed() > 0, map_.controls.amount.text())\n"
    )
    assert said.startswith("True ")
    assert "of memory" in said
