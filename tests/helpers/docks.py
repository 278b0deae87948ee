"""The docks of the real window, for tests of the frame alone."""

KEYS = (
    "design",
    "runs",
    "network",
    "one_input",
    "loss",
    "output",
    "findings",
    "units",
    "histograms",
    "gradients",
    "inspector",
    "compare",
)
