"""The registry of all figures: reports, the window and the command line read it."""

from relulab.registry import Registry
from relulab.report.figures.figure import FigureKind
from relulab.report.figures.loss import LOSS

FIGURES: Registry[FigureKind] = Registry("figure", LOSS)
