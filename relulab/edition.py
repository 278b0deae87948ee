"""Which ReLU Lab this is: its version, and the packaged program or one that was installed into a Python."""

import sys

__version__ = "0.1.0"


def is_packaged() -> bool:
    """Whether this is the packaged program, which brings its own Python and its own PyTorch."""
    return bool(getattr(sys, "frozen", False))
