"""Where everything lies on the sheet of a comparison."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF

GAP, HEAD, FOOT = 22.0, 22.0, 36.0  # pixels between pictures, above and below each
WIDE_FROM = 880.0  # pixels from which on the losses stand beside two or three pictures
LEAST = 130.0  # pixels of a picture, before they go into two rows
UPPER = 0.62  # of the height, at most, for the pictures
LOW = 200.0  # pixels of height below which there is room for the pictures and the losses beside them alone
LOSSES_ACROSS = 0.52  # of the width, where they stand below


@dataclass(frozen=True, slots=True)
class Places:
    """``pictures``: of each run, and behind them of the difference, where there is one. ``below``: the rest."""

    pictures: tuple[QRectF, ...]
    losses: QRectF
    below: QRectF


def places_of(width: float, height: float, cells: int) -> Places:
    """For so many square pictures; ``below`` has no height where there is none left."""
    if height < LOW:
        side = max(min((width - GAP * cells) / (cells + 1), height - HEAD - FOOT), 1.0)
        row = tuple(QRectF(place * (side + GAP), HEAD, side, side) for place in range(cells))
        left = cells * (side + GAP)
        return Places(row, QRectF(left, HEAD, width - left, side), QRectF(0, height, width, 0))
    if cells <= 3 and width >= WIDE_FROM:
        side = min((width - GAP * cells) / (cells + 1), UPPER * height - HEAD - FOOT)
        pictures = [QRectF(place * (side + GAP), HEAD, side, side) for place in range(cells)]
        left = cells * (side + GAP)
        under = HEAD + side + FOOT + GAP / 2
        return Places(tuple(pictures), QRectF(left, HEAD, width - left, side), QRectF(0, under, width, height - under))
    across = cells if (width - GAP * (cells - 1)) / cells >= LEAST else -(-cells // 2)
    rows = -(-cells // across)
    side = min((width - GAP * (across - 1)) / across, UPPER * height / rows - HEAD - FOOT)
    step = HEAD + side + FOOT
    pictures = [
        QRectF(place % across * (side + GAP), HEAD + place // across * step, side, side) for place in range(cells)
    ]
    under = rows * step + GAP / 2
    losses = QRectF(0, under + HEAD, LOSSES_ACROSS * width - GAP, height - under - HEAD)
    return Places(
        tuple(pictures), losses, QRectF(LOSSES_ACROSS * width, under, (1 - LOSSES_ACROSS) * width, height - under)
    )
