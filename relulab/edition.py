"""Which ReLU Lab this is: the packaged program, or one that was installed into a Python."""

import sys


def is_packaged() -> bool:
    """Whether this is the packaged program, which brings its own Python and its own PyTorch."""
    return bool(getattr(sys, "frozen", False))
