"""What the numbers of a report mean: the quantities that its figures show, each with its sentence."""

from collections.abc import Collection, Mapping

from relulab.report.content.blocks import Facts, Section
from relulab.views.explained.catalogue import glossary

SHOWN: Mapping[str, tuple[str, ...]] = {
    "loss": ("loss", "validation_loss", "accuracy", "guessing"),
    "gradients": ("gradient",),
    "updates": ("update_ratio",),
    "dead": ("dead_share",),
    "units": ("unit", "dormancy_score"),
    "histograms": ("activations",),
    "regions": ("regions",),
    "output": ("output",),
}


def glossary_section(figures: Collection[str]) -> Section:
    """The quantities that figures of these kinds show; empty where nothing was measured."""
    rows = glossary(key for figure in figures for key in SHOWN.get(figure, ()))
    facts = Facts(tuple((str(name), str(sentence)) for name, sentence in rows))
    return Section("What the numbers mean", (facts,) if rows else ())
