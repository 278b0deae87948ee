"""Whether this copy of ReLU Lab works on this machine: what ``relulab self-test`` checks without a window."""

from relulab.selftest.features import FEATURES
from relulab.selftest.self_test_runs import DATA_SETS, Check, Work, run_check

__all__ = ["DATA_SETS", "FEATURES", "Check", "Work", "run_check"]
