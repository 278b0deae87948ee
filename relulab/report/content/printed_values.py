"""Numbers and names as people write them in a report."""

from functools import partial

from relulab.experiment.described_fields import choice_text
from relulab.formatting import number, percent

printed = partial(number, digits=3, printed=True)
chosen = partial(choice_text, printed=True)
tenths = partial(percent, decimals=1)
