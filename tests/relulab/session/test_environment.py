"""What a run was computed with."""

import platform

import numpy as np
import torch

from relulab.session.session import describe_environment


def test_versions_are_those_that_compute():
    described = describe_environment("cpu", 2)
    assert described["torch"] == torch.__version__
    assert described["numpy"] == np.__version__
    assert described["Python"] == platform.python_version()
    assert (described["device"], described["threads"]) == ("cpu", "2")
    assert all(described.values())
