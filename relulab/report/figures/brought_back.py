"""A run that rests, with the pictures of its output and its network again: files keep the weights alone."""

from relulab.errors import ReluLabError
from relulab.session.history import RunHistory
from relulab.session.looking_back import weights_at
from relulab.training.requests import MomentRequest


def brought_back(history: RunHistory) -> RunHistory | None:
    """``history`` as it was at its newest checkpoint, with both pictures; None where no weights were kept.

    They are made with the samples that the history has, which out of a file are the first of each part.
    """
    from relulab.training.jobs.replay import Replay  # brings torch

    weights = weights_at(history, None)
    if weights is None:
        return None
    then = history.up_to(weights.step)
    try:
        for record in Replay(weights.spec, history.info.dataset).look(MomentRequest(weights, sample=0)):
            then.append(record)
    except ReluLabError:  # a damaged file: the report does without
        return None
    return then
