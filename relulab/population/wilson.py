"""How sure a share is that was counted in few runs: the interval of Wilson.

E. B. Wilson 1927, "Probable inference, the law of succession, and statistical inference", without a correction. Beside
the plain p ± 1.96·√(p(1-p)/n) it stays within 0 and 1, and says something at 0 of 20.
"""

from math import sqrt

NORMAL_95 = 1.959963984540054  # 95 % of a normal distribution lie within so many deviations


def wilson_interval(found: int, of: int) -> tuple[float, float]:
    """Between which shares the true one lies with 95 %, after ``found`` of ``of`` independent tries."""
    if not 0 <= found <= of or of < 1:
        raise ValueError(f"{found} of {of} is no share of tries.")
    share, square = found / of, NORMAL_95**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = NORMAL_95 * sqrt(share * (1 - share) / of + square / (4 * of**2)) / (1 + square / of)
    return (middle - half if found else 0.0), (middle + half if found < of else 1.0)  # both ends exact
