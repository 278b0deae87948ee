"""Where the checkout is, and the data sets that lie beside it on the machines of the project."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED_DATA = ROOT.parent / "shared" / "data"
