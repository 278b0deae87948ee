"""The figures of a report: drawn by the catalogue, numbered as they come, each with a name that is good for a file."""

from collections.abc import Mapping, Sequence

from relulab.report.content.blocks import Figure, Picture
from relulab.report.figures.catalogue import FIGURES
from relulab.report.figures.figure import FigureKind, ShownRun
from relulab.session.records import PinnedPicture

DESIGN, DATA = "design", "samples"  # kinds that stand in the sections on the design and on the data


class Album:
    """Draws figures and counts them."""

    def __init__(self) -> None:
        self._count = 0

    def of_design(self, run: ShownRun) -> list[Figure]:
        """The picture of the network."""
        return self._draw([kind for kind in FIGURES.values() if kind.key == DESIGN], [run])

    def of_data(self, run: ShownRun) -> list[Figure]:
        """The pictures of the samples."""
        return self._draw([kind for kind in FIGURES.values() if kind.key == DATA], [run])

    def of_all(self, runs: Sequence[ShownRun]) -> list[Figure]:
        """The figures that show several runs on the same axes."""
        return self._draw(_measured(several=True), runs)

    def of_one(self, run: ShownRun) -> list[Figure]:
        """The figures that show one run only."""
        return self._draw(_measured(several=False), [run])

    def pinned(self, pictures: Sequence[PinnedPicture], names: Mapping[str, str]) -> list[Picture]:
        """Pinned pictures; ``names`` are those of the runs by their keys."""
        shown = []
        for picture in pictures:
            self._count += 1
            title = picture.title or "Pinned picture"
            of = f" of the run {names[picture.run]}" if picture.run in names else ""
            alternative = f"{title}: a picture{of} that was pinned. {picture.note}".strip()
            name = f"{self._count:02}-pinned"
            shown.append(Picture(name, title, picture.note, picture.png, alternative, self._count))
        return shown

    def _draw(self, kinds: Sequence[FigureKind], runs: Sequence[ShownRun]) -> list[Figure]:
        figures = []
        for kind in kinds:
            drawing = kind.draw(runs)
            if drawing is not None:
                self._count += 1
                figures.append(Figure(f"{self._count:02}-{kind.key}", drawing, self._count))
        return figures


def _measured(several: bool) -> list[FigureKind]:
    return [kind for kind in FIGURES.values() if kind.several is several and kind.key not in (DESIGN, DATA)]
