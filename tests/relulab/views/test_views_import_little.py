"""Views are read before the window is up and by the command line: none of them waits for a heavy package."""

import pkgutil
import subprocess
import sys

import relulab.views

HEAVY = ("torch", "matplotlib", "PySide6", "pyqtgraph")


def test_no_view_imports_torch_matplotlib_or_qt():
    names = [f"relulab.views.{module.name}" for module in pkgutil.iter_modules(relulab.views.__path__)]
    assert len(names) > 5
    code = f"import sys, {', '.join(names)}; print([name for name in {HEAVY!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.strip() == "[]"
