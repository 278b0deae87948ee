"""One input at every moment of a run: what each network made of it, worked out from the weights that were kept."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from relulab.report.film.beforehand import check_inputs, check_sample
from relulab.training.kept_weights import MomentWeights
from relulab.training.one_input import OneInput, Question
from relulab.training.one_input_reader import OneInputReader
from relulab.training.telemetry import RunStarted
from relulab.views.film import Subject
from relulab.views.one_input.course import Course, course_of
from relulab.views.samples import checked_split


class Followed:
    """The input of ``subject`` in the networks of ``moments``, which are in order. Raises SpecError where the data have
    no such sample, or inputs of another number.
    """

    def __init__(self, info: RunStarted, subject: Subject, moments: Sequence[MomentWeights]) -> None:
        self.subject = subject
        self._info, self._moments = info, moments
        self._question = _question(info, subject)
        self._reader = OneInputReader(info)

    def look(self, moment: MomentWeights) -> OneInput:
        """What the network of then makes of it."""
        self._reader.take(moment)
        return self._reader.look(self._question)

    @cached_property
    def course(self) -> Course:
        """What all of them say to it."""
        shares = []
        for moment in self._moments:
            self._reader.take(moment)
            shares.append(self._reader.shares(self._question))
        return course_of(self._info, self._question, [moment.step for moment in self._moments], np.array(shares))


def _question(info: RunStarted, subject: Subject) -> Question:
    dataset = info.dataset
    if subject.inputs:
        shape = dataset.description.input_shape
        check_inputs(shape, subject.inputs)
        own = np.array(subject.inputs, np.float64).reshape(shape)
        return Question(((own - dataset.offset) / dataset.scale).astype(np.float32).reshape(shape))
    kind, split = checked_split(dataset)
    check_sample(subject.sample, len(split), kind)
    one = split.at(slice(subject.sample, subject.sample + 1))
    return Question(one.inputs[0], one.targets[0])
