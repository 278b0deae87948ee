"""The interval of Wilson, at values that are known."""

import pytest

from relulab.population.wilson import wilson_interval


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [
        (0, 20, 0, 16),
        (5, 20, 11, 47),
        (6, 20, 15, 52),
        (10, 20, 30, 70),
        (15, 20, 53, 89),
        (5, 5, 57, 100),
        (4, 5, 38, 96),
        (2, 4, 15, 85),
    ],
)
def test_known_values_in_whole_per_cent(found, of, low, high):
    assert tuple(round(100 * share) for share in wilson_interval(found, of)) == (low, high)


def test_it_is_symmetric_and_holds_the_share():
    for found in range(31):
        low, high = wilson_interval(found, 30)
        mirrored = wilson_interval(30 - found, 30)
        assert 0.0 <= low <= found / 30 <= high <= 1.0
        assert (1.0 - mirrored[1], 1.0 - mirrored[0]) == pytest.approx((low, high))


@pytest.mark.parametrize(("found", "of"), [(0, 0), (3, 2), (-1, 5)])
def test_what_is_no_share_is_refused(found, of):
    with pytest.raises(ValueError, match="no share"):
        wilson_interval(found, of)
