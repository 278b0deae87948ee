"""A start of the window reads the source of no module that it imports, and looks for no plugins."""

from types import SimpleNamespace

import pytest

from tests.ui.plots.test_fast_import import said_by_a_fresh_python
from ui.platform import plain_imports

START = """
import builtins, os, sys
import ui.startup.launch as launch
from types import ModuleType
ends = ModuleType("ui.startup.main")
ends.main = lambda arguments: 0
sys.modules["ui.startup.main"] = ends  # the window itself is not what this is about
launch.open_window([])
from PySide6.QtCore import QObject
import ui.widgets.icons, shibokensupport.feature as feature
known = [name for name in feature.pyside_feature_dict if name.startswith("ui.widgets")]
plugins = os.environ["PYDANTIC_DISABLE_PLUGINS"]
print(builtins.__import__ is builtins.__orig_import__, known, QObject().objectName() == "", plugins)
"""


def test_the_window_is_imported_without_reading_any_source():
    assert said_by_a_fresh_python(START) == "True [] True __all__"


@pytest.mark.parametrize("kept", [{}, {"__orig_import__": "python"}])
def test_where_pyside_has_none_nothing_changes(monkeypatch, kept):
    names = SimpleNamespace(__import__="python", **kept)
    monkeypatch.setattr(plain_imports, "builtins", names)
    assert not plain_imports.import_plainly()
    assert vars(names) == {"__import__": "python", **kept}
