"""torch's largest library is opened before torch is imported, and what cannot be opened is left to the import."""

import sys

import pytest

from relulab.training import engine
from tests.ui.plots.test_fast_import import said_by_a_fresh_python


@pytest.mark.skipif(sys.platform != "linux", reason="only there")
def test_the_library_is_open_before_the_import():
    said = said_by_a_fresh_python(
        "import sys\n"
        "from relulab.training.engine import LIBRARY, load_torch, open_library\n"
        "opened, imported = open_library(), 'torch' in sys.modules\n"
        "print(opened, imported, LIBRARY in open('/proc/self/maps').read())\n"
        "load_torch(1)\n"
        "print(open_library(), sys.modules['torch'].get_num_threads())\n"
    )
    assert said == "True False True\nFalse 1"


def test_where_there_is_nothing_to_open_nothing_happens(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert not engine.open_library("win32")
    monkeypatch.setattr(engine, "find_spec", lambda _name: None)
    assert not engine.open_library("linux")
