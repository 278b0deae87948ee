"""What a network says to one input, and why: the largest contributions to its answer, which sum to it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from relulab.catalog.losses import Task
from relulab.data.dataset import Description
from relulab.formatting import percent
from relulab.introspection.dense_stack import Array
from relulab.text import NOTHING, Text, as_it_stands, text
from relulab.training.one_input import OneInput
from relulab.training.telemetry import RunStarted
from relulab.views.network.columns import network_columns
from relulab.views.one_input.columns import n
from relulab.views.own_unit import target_label
from relulab.views.samples import PIXEL, class_names, input_names

MOST_CONTRIBUTIONS = 12
MOST_NUMBERS = 72  # of a matrix that is shown as a table


@dataclass(frozen=True, slots=True)
class Bar:
    """A class with its share, or an output of a regression with its ``value`` alone (``share`` is NaN)."""

    name: str
    value: str
    share: float
    is_answer: bool
    is_right: bool


@dataclass(frozen=True, slots=True, eq=False)
class Reasons:
    """Why the answer: ``words`` name the largest of the ``contributions`` of all inputs and, last, of the bias.

    ``picture``: of an image what each pixel adds, (rows, columns); None of other data.
    """

    title: Text
    words: tuple[Text, ...]
    contributions: Array
    picture: Array | None


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """The affine map of the region of an input: a row for each of ``outputs``, a column for each of ``inputs``."""

    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    weights: Array
    biases: Array

    @property
    def is_small(self) -> bool:
        """Whether every number can be shown."""
        return self.weights.size <= MOST_NUMBERS

    @property
    def words(self) -> Text:
        """What it is."""
        shape = f"{len(self.outputs):,} × {len(self.inputs):,}"
        return text(
            "In the region of this input the network is one affine map: a matrix of {shape}, {numbers:number|numbers} "
            "in all, and {biases:bias|biases}.",
            shape=shape, numbers=self.weights.size, biases=len(self.biases),
        )  # fmt: skip


def answer_bars(info: RunStarted, look: OneInput) -> tuple[Bar, ...]:
    """A bar for each class, or the outputs of a regression in the unit of the data."""
    description, target = info.dataset.description, look.question.target
    if description.task is not Task.CLASSIFICATION:
        values = info.dataset.original_targets(look.shares[None])[0]
        names = [str(name) for name in network_columns(info)[-1].names]
        return tuple(
            Bar(name, n(float(value)), np.nan, False, False) for name, value in zip(names, values, strict=True)
        )
    answer, right = int(np.argmax(look.shares)), -1 if target is None else int(target)
    return tuple(
        Bar(name, percent(float(share)), float(share), place == answer, place == right)
        for place, (name, share) in enumerate(zip(class_names(description), look.shares, strict=True))
    )


def answer_words(info: RunStarted, look: OneInput) -> Text:
    """What the network says, and what is right where that is known."""
    dataset, target = info.dataset, look.question.target
    if dataset.description.task is Task.CLASSIFICATION:
        names, answer = class_names(dataset.description), int(np.argmax(look.shares))
        said = {"answer": names[answer], "share": percent(float(look.shares[answer]))}
        if target is None:
            return text("It says {answer} ({share}).", **said)
        if answer == int(target):
            return text("It says {answer} ({share}): right.", **said)
        return text("It says {answer} ({share}), but it is {right}.", right=names[int(target)], **said)
    if target is None:
        return NOTHING
    right = ", ".join(n(float(value)) for value in dataset.original_targets(np.asarray(target)[None])[0])
    return text("{name} of this sample: {right}", name=target_label(dataset.description), right=right)


def input_labels(description: Description) -> tuple[str, ...]:
    """The names of all inputs in a row; of pixels where they are."""
    if not description.is_image:
        return input_names(description)
    channels, rows, columns = description.input_shape
    places = [(c, row, column) for c in range(channels) for row in range(rows) for column in range(columns)]
    coloured = text("row {row}, column {column}, channel {channel}")
    return tuple(str((coloured if channels > 1 else PIXEL).filled(row=row + 1, column=column + 1, channel=c + 1))
                 for c, row, column in places)  # fmt: skip


def matrix_of(info: RunStarted, look: OneInput) -> Matrix | Text:
    """The affine map of the region, or why there is none."""
    if look.map is None:
        return look.way.reason or NOTHING
    outputs = tuple(str(name) for name in network_columns(info)[-1].names)
    return Matrix(outputs, input_labels(info.dataset.description), look.map.weights[0], look.map.biases[0])


def reasons_of(info: RunStarted, look: OneInput) -> Reasons | Text:
    """What the winning sum is made of, or why that cannot be said."""
    if look.map is None:
        return look.way.reason or NOTHING
    description = info.dataset.description
    sums = look.way.pre_activations[-1][0]
    winner = int(np.argmax(sums)) if description.task is Task.CLASSIFICATION else 0
    added, total = look.map.contributions[0, winner], float(sums[winner])
    parts = added[:-1]
    return Reasons(
        _title(info, winner, total),
        _sum_words(look.inputs.ravel(), look.map.weights[0, winner], added, input_labels(description), total),
        added,
        parts.reshape(description.input_shape).sum(axis=0) if description.is_image else None,
    )


def _sum_words(inputs: Array, weights: Array, added: Array, labels: Sequence[str], total: float) -> tuple[Text, ...]:
    """A line for each of the largest parts, the others together, the bias, and what they sum to."""
    parts = added[:-1]
    order = np.argsort(-np.abs(parts), kind="stable")[:MOST_CONTRIBUTIONS]
    lines = [text("{name}: {value} × {weight} = {added}", name=as_it_stands(labels[i]), value=n(float(inputs[i])),
                  weight=n(float(weights[i])), added=n(float(parts[i]))) for i in order]  # fmt: skip
    left = len(parts) - len(order)
    if left:
        rest = float(parts.sum() - parts[order].sum())
        lines.append(text("{count:other input|other inputs}: {rest}", count=left, rest=n(rest)))
    return (*lines, text("bias: {bias}", bias=n(float(added[-1]))), text("sum: {total}", total=n(total)))


def _title(info: RunStarted, winner: int, total: float) -> Text:
    description = info.dataset.description
    if description.task is not Task.CLASSIFICATION:
        return text("Why this value? What each input adds to the output, as the network was trained to say it")
    names = class_names(description)
    if description.outputs == 1 or len(network_columns(info)[-1].names) == 1:
        told = {"name": names[1] if total > 0 else names[0], "total": n(total)}
        return text(
            "Why “{name}”? What each input adds to the only sum, {total}; above 0 it means the second class", **told
        )
    return text(
        "Why “{name}”? What each input adds to its sum, the largest of all: {total}", name=names[winner], total=n(total)
    )
