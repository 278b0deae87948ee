"""Which weights between two layers are drawn as lines: a rule that can be told, and a choice that keeps still.

Of a few weights all are drawn, of many each unit's strongest, of very many the strongest of all. A weight joins those
that are shown only where it beats one of them by a tenth: without that the bundle would flicker.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from relulab.text import Text, text

Floats = NDArray[np.float32]

ALL_UP_TO = 144  # weights
LINES_OF_MANY = 64  # where very many units send, and of very many weights
LINES = 2 * LINES_OF_MANY  # of a gap whose units choose their strongest each
MANY = LINES  # units
KERNELS_EACH = 3  # norms of kernels are all alike: more lines are a grey veil
WEAKEST = 0.02  # of the largest, where all are shown
LEAD = 1.1  # by which a newcomer must beat one that is shown


class Lines(Enum):
    """What the lines between two layers tell."""

    WEIGHTS = "weights"  # with a sign
    NORMS = "norms"  # of kernels, or of a channel's weights: without a sign
    ONE_TO_ONE = "one to one"
    NONE = "none"  # each sees all of an image


@dataclass(frozen=True, slots=True)
class EdgeRule:
    """``each``: so many of every receiving unit, ``most``: so many of all; both 0 where all are shown.

    ``words`` say it, the longest first.
    """

    lines: Lines
    senders: int
    receivers: int
    words: tuple[Text, ...]
    each: int = 0
    most: int = 0


def edge_rule(lines: Lines, senders: int, receivers: int) -> EdgeRule:
    """The rule for weights (receivers, senders)."""
    told = {"senders": senders, "weights": senders * receivers}
    if lines is Lines.NONE:
        return EdgeRule(lines, senders, receivers, (text("each sees all {senders:,}", **told),))
    if lines is Lines.ONE_TO_ONE:
        return EdgeRule(lines, senders, receivers, (text("one to one"), text("1 : 1")))
    if lines is Lines.NORMS:
        each = min(KERNELS_EACH, senders)
        words = text("{each} of {senders:,} each", each=each, **told)
        return EdgeRule(lines, senders, receivers, (words, text("{each} each", each=each)), each)
    if senders * receivers <= ALL_UP_TO:
        return EdgeRule(lines, senders, receivers, (text("all weights"),))
    if receivers > MANY:
        words = text("strongest {most} of {weights:,}", most=LINES_OF_MANY, **told)
        short = text("{most} of {weights:,}", most=LINES_OF_MANY, **told)
        return EdgeRule(lines, senders, receivers, (words, short), most=LINES_OF_MANY)
    each = max(1, (LINES_OF_MANY if senders > MANY else LINES) // receivers)
    words = text("strongest {each} of {senders:,} each", each=each, **told)
    short = text("{each} of {senders:,} each", each=each, **told)
    return EdgeRule(lines, senders, receivers, (words, short), each)


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """The lines of a gap, the weakest first: ``strength`` (n,) is |w| / the largest, ``positive`` its sign."""

    receivers: NDArray[np.intp]
    senders: NDArray[np.intp]
    strength: Floats
    positive: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.receivers)


class EdgeChoice:
    """The lines of one gap over time."""

    def __init__(self, rule: EdgeRule) -> None:
        self.rule = rule
        self._shown: NDArray[np.bool_] | None = None

    def choose(self, weights: Floats) -> Edges:
        """The lines for ``weights`` (receivers, senders); what is not finite counts as 0."""
        if self.rule.lines is Lines.NONE:
            weights = weights[:0]
        sizes = np.abs(np.nan_to_num(weights, nan=0.0, posinf=0.0, neginf=0.0))
        largest = float(sizes.max(initial=0.0)) or 1.0
        favoured = sizes if self._shown is None else np.where(self._shown, sizes * np.float32(LEAD), sizes)
        self._shown = shown = self._chosen(favoured, largest) & (sizes > 0)
        receivers, senders = np.nonzero(shown)
        strength = (sizes[receivers, senders] / largest).astype(np.float32)
        order = np.argsort(strength, kind="stable")
        receivers, senders = receivers[order], senders[order]
        return Edges(receivers, senders, strength[order], weights[receivers, senders] >= 0)

    def _chosen(self, sizes: Floats, largest: float) -> NDArray[np.bool_]:
        rule = self.rule
        shown = np.zeros(sizes.shape, bool)
        if rule.most:
            flat = np.argpartition(sizes, sizes.size - rule.most, axis=None)[-rule.most :]
            shown.reshape(-1)[flat] = True
        elif rule.each:
            columns = np.argpartition(sizes, sizes.shape[1] - rule.each, axis=1)[:, -rule.each :]
            np.put_along_axis(shown, columns, True, axis=1)
        else:
            shown = sizes >= WEAKEST * largest
        return shown


def strongest(weights: Floats, most: int) -> Sequence[int]:
    """The places of the largest magnitudes of ``weights`` (n,), the largest first."""
    sizes = np.abs(np.nan_to_num(weights, nan=0.0, posinf=0.0, neginf=0.0))
    order = np.argsort(-sizes, kind="stable")[:most]
    return [int(place) for place in order if sizes[place] > 0]
