"""A layout that is larger as a whole keeps its order, and its pictures stay alike."""

from itertools import pairwise

import pytest

from relulab.views.network.arrange import ColumnSize, Shown, arrange
from relulab.views.network.scaling import scaled

PLANE = Shown.PLANE
COLUMNS = [ColumnSize(2, PLANE, 20), ColumnSize(64, PLANE), ColumnSize(64, PLANE), ColumnSize(2, PLANE, 60)]


@pytest.mark.parametrize("share", [0.8, 1.25, 2.0])
def test_everything_is_as_many_times_as_large(share):
    plain = arrange(COLUMNS, 700, 400)
    large = scaled(plain, share)
    assert scaled(plain, 1.0) is plain
    assert (large.width, large.height) == (round(plain.width * share), round(plain.height * share))
    assert large.captions.height == round(plain.captions.height * share)
    assert large.legend.bottom == round(plain.legend.bottom * share)
    for before, after in zip(plain.places, large.places, strict=True):
        assert after.side == round(before.side * share)
        assert (after.units, after.across) == (before.units, before.across)
        assert after.rectangle(0).left == round(before.rectangle(0).left * share)
    for one, other in pairwise(large.places):
        assert one.ground.right < other.ground.left, "no column meets another"
    assert large.captions.bottom <= large.network.top + 1
