"""The registry of all figures: reports, the window and the command line read it."""

from relulab.registry import Registry
from relulab.report.figures.compare import COMPARE
from relulab.report.figures.design import DESIGN
from relulab.report.figures.figure import FigureKind
from relulab.report.figures.histograms import HISTOGRAMS, WEIGHTS
from relulab.report.figures.layered import DEAD, GRADIENTS, UPDATES
from relulab.report.figures.loss import LOSS
from relulab.report.figures.network import NETWORK
from relulab.report.figures.output import OUTPUT
from relulab.report.figures.regions import REGIONS
from relulab.report.figures.samples import SAMPLES
from relulab.report.figures.units import UNITS

FIGURES: Registry[FigureKind] = Registry(
    "figure",
    DESIGN,
    SAMPLES,
    COMPARE,
    LOSS,
    GRADIENTS,
    UPDATES,
    DEAD,
    UNITS,
    HISTOGRAMS,
    WEIGHTS,
    OUTPUT,
    REGIONS,
    NETWORK,
)
