"""Samples of the training set as pictures with a line or two under each."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from relulab.data.dataset import Dataset
from relulab.text import NOTHING, Text
from relulab.views.output import Answer
from relulab.views.samples import target_name, to_pixels
from ui.platform.translation import said
from ui.plots.thumbnails import Thumbnails


class SampleImages(Thumbnails):
    """Training images by their number; a sample that the data set does not hold is left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Training samples"))

    def show_samples(self, dataset: Dataset, samples: Sequence[int], notes: Sequence[Text] = ()) -> None:
        """Show these images with their labels and a note each; nothing where the data are no images."""
        held = [(i, sample) for i, sample in enumerate(samples) if sample < len(dataset.train)]
        if not (dataset.description.is_image and held):
            self.show_answers(())
            return
        pixels = to_pixels(dataset.train.inputs[[sample for _, sample in held]])
        answers = []
        for picture, (i, sample) in zip(pixels, held, strict=True):
            name = target_name(dataset, sample, said)
            answers.append(Answer(picture, name, name, note=notes[i] if notes else NOTHING))
        self.show_answers(answers)
