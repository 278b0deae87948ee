"""What a network has to beat: the best answer of who looks at no feature."""

from collections.abc import Mapping

import numpy as np

from relulab.catalog.losses import Task
from relulab.data.tables.cells import class_name
from relulab.data.tables.understanding import Understanding
from relulab.formatting import percentage, rounded, shortened
from relulab.text import NOTHING, Text, text

NAME_LETTERS = 40


def class_counts(table: Understanding) -> Mapping[str, int]:
    """How many rows are of each class, the commonest first; empty where a number is predicted."""
    target = table.columns[table.target.value]
    if table.task.value is Task.REGRESSION:
        return {}
    if target.values is not None:
        values, counts = np.unique(target.values[~target.gaps], return_counts=True)
        named = {class_name(value): int(count) for value, count in zip(values, counts, strict=True)}
    else:
        assert target.labels is not None
        every = zip(target.labels.words, map(int, target.labels.counts), strict=True)
        named = {word: count for word, count in every if word.lower() not in target.gap_labels}
    return dict(sorted(named.items(), key=lambda item: -item[1]))


def to_beat(table: Understanding, unit: str = "") -> Text:
    """``always guessing the mean is off by about 159,000 dollars``; nothing where there is nothing to guess."""
    target = table.columns[table.target.value]
    counts = class_counts(table)
    if counts:
        name, most = next(iter(counts.items()))
        share = percentage(most / sum(counts.values()))
        return text("always guessing '{name}' is right in {share}", name=shortened(name, NAME_LETTERS), share=share)
    if target.values is None or target.gaps.all():
        return NOTHING
    with np.errstate(over="ignore", invalid="ignore"):
        spread = float(np.nanstd(target.values))
    if not np.isfinite(spread):
        return NOTHING
    off = f"{rounded(spread)} {unit or target.unit}".strip()
    return text("always guessing the mean is off by about {off}", off=off)
