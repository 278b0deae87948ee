"""Views are made before anything is drawn: they wait for no library that draws or trains."""

import subprocess
import sys
from pkgutil import iter_modules

import relulab.views

HEAVY = ("PySide6", "pyqtgraph", "matplotlib", "torch")


def test_views_import_nothing_that_draws_or_trains():
    names = [f"relulab.views.{module.name}" for module in iter_modules(relulab.views.__path__)]
    assert "relulab.views.parts" in names
    code = f"import sys, {', '.join(names)}; print(*[name for name in {HEAVY} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.split() == []
