"""The registry of data sets: the one list that the form, the command line and the validation read."""

from relulab.data.dataset import DatasetEntry
from relulab.data.generated import GENERATED
from relulab.data.image_entries import DIGITS, DOWNLOADED
from relulab.data.table import CSV
from relulab.registry import Registry

DATASETS: Registry[DatasetEntry] = Registry("data set", *GENERATED, DIGITS, *DOWNLOADED, CSV)
