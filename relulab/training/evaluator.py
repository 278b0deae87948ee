"""A network judged from outside: in eval mode, without gradients, in chunks; its own mode is back afterwards.

The run that trains, a replay of a checkpoint, the autopsy, the diagnosis and the pictures all look through this.
"""

from typing import Self

import torch
from torch import Tensor

from relulab.data.dataset import Dataset
from relulab.measurements.gradients import gradient_norms, gradient_rms
from relulab.measurements.probe import ProbeResult, measuring, probe_network
from relulab.model.memory import EVALUATION_CHUNK
from relulab.model.network import Kept, Network
from relulab.training.objective import Objective, Samples
from relulab.training.telemetry import Floats, ProbeRecord

PROBE_IMAGES = 1024
START_SAMPLES = 1024  # of the training set, for batch norms that have seen no batch yet
PROBE_SEED = 20_200_101  # the probe set is the same in every run on the same data
VALIDATION_SAMPLES = 2048  # the live validation curve is measured on at most so many
SEARCHED_SAMPLES = 2048  # training samples among which those that excite a unit are looked for


class Evaluator:
    """``network`` with the loss that it learns from and the samples that it is looked at with.

    ``probe``: the samples on which layers and units are measured. ``validation``: the first of the validation set,
    of the training set where there is none. ``searched``: the training samples that a unit is looked at with.
    """

    def __init__(
        self, network: Network, objective: Objective, *, probe: Samples, validation: Samples, searched: Samples
    ) -> None:
        self.network = network
        self.objective = objective
        self.probe = probe
        self.validation = validation
        self.searched = searched

    @classmethod
    def of(
        cls, network: Network, objective: Objective, dataset: Dataset, dtype: torch.dtype, device: torch.device
    ) -> Self:
        """With the samples of ``dataset`` that every run on it is looked at with."""
        probed = probe_index(len(dataset.train), dataset.description.is_image).numpy()
        seen = dataset.validation if len(dataset.validation) else dataset.train
        probe, validation, searched = (
            objective.samples(split.at(rows), dtype, device)
            for split, rows in (
                (dataset.train, probed),
                (seen, slice(VALIDATION_SAMPLES)),
                (dataset.train, slice(SEARCHED_SAMPLES)),
            )
        )
        return cls(network, objective, probe=probe, validation=validation, searched=searched)

    def of_few(self, probe: int, validation: int) -> "Evaluator":
        """The same with at most so many samples: evenly spread ones of the probe set, the first for validation."""
        spread = torch.linspace(0, len(self.probe) - 1, min(probe, len(self.probe))).long()
        first = torch.arange(min(validation, len(self.validation)))
        return Evaluator(
            self.network,
            self.objective,
            probe=self.probe.at(spread.to(self.probe.inputs.device)),
            validation=self.validation.at(first.to(self.validation.inputs.device)),
            searched=self.searched,
        )

    def on(self, network: Network) -> Self:
        """The same samples for a copy of the network."""
        return type(self)(network, self.objective, probe=self.probe, validation=self.validation, searched=self.searched)

    def outputs(self, inputs: Tensor, at_once: int = EVALUATION_CHUNK) -> Tensor:
        """(n, outputs) for inputs (n, *input_shape), ``at_once`` at a time."""
        return outputs_of(self.network, inputs, at_once)

    def judge(self, outputs: Tensor, samples: Samples) -> tuple[float, float]:
        """Loss and accuracy (NaN in a regression) of ``outputs`` for these samples."""
        loss = float(self.objective.loss(outputs, samples.targets))
        return loss, self.objective.accuracy(outputs, samples.labels)

    def evaluate(self, samples: Samples) -> tuple[float, float]:
        """Loss and accuracy (NaN in a regression) on these samples."""
        return self.judge(self.outputs(samples.inputs), samples)

    def evaluate_classes_alike(self, samples: Samples) -> tuple[float, float]:
        """Loss and accuracy, each the mean over the classes that ``samples`` hold, so that all count alike."""
        assert samples.labels is not None, "only classes have such a mean"
        outputs = self.outputs(samples.inputs)
        parts = [samples.labels == label for label in samples.labels.unique()]
        inputs = samples.inputs
        judged = [self.judge(outputs[part], Samples(inputs[part], samples.targets[part], samples.labels[part]))
                  for part in parts]  # fmt: skip
        losses, accuracies = zip(*judged, strict=True)
        return sum(losses) / len(losses), sum(accuracies) / len(accuracies)

    def probed(self) -> ProbeResult:
        """Every measurement of layers and units on the probe set, now."""
        return probe_network(self.network, self.probe.inputs)

    def record_of(self, seen: ProbeResult, step: int, epoch: float) -> ProbeRecord:
        """What was probed at a step, with loss and accuracy."""
        loss, accuracy = self.judge(seen.outputs, self.probe)
        return ProbeRecord(step=step, epoch=epoch, loss=loss, accuracy=accuracy, **seen.measured)

    def probe_record(self, step: int, epoch: float) -> ProbeRecord:
        """The probe of this step."""
        return self.record_of(self.probed(), step, epoch)

    def probe_gradients(self) -> tuple[Floats, Floats]:
        """Norm and RMS (L,) each of the gradients of the trained loss over the whole probe set."""
        with measuring(self.network, gradients=True):
            loss = self.objective.trained_loss(self.network(self.probe.inputs), self.probe.targets)
            gradients = torch.autograd.grad(loss, self.network.weights(), materialize_grads=True)
        norms = gradient_norms(gradients)
        return norms, gradient_rms(norms, gradients)

    def unit_values(self, inputs: Tensor, layer: int, unit: int, at_once: int = EVALUATION_CHUNK) -> Kept:
        """z and h of one unit (layer of the layout) for each sample, (n,) each; of a channel the greatest of each."""
        with measuring(self.network):
            parts = [_of_unit(self.network.forward_kept(part)[1][layer], unit) for part in inputs.split(at_once)]
            return Kept(*(torch.cat(values) for values in zip(*parts, strict=True)))


def _of_unit(layer: Kept, unit: int) -> Kept:
    """The greatest z and h of each sample over its positions: (n,) each."""
    z, h = (values[:, unit].flatten(1).amax(1) if values.dim() > 2 else values[:, unit] for values in layer)
    return Kept(z, h)


def outputs_of(network: Network, inputs: Tensor, at_once: int = EVALUATION_CHUNK) -> Tensor:
    """What ``network`` says in eval mode: (n, outputs), ``at_once`` samples at a time."""
    with measuring(network):
        return torch.cat([network(part) for part in inputs.split(at_once)])


def probe_index(available: int, is_image: bool) -> Tensor:
    """Which training samples are the probe set: all of a small set, 1,024 random ones of an image set."""
    if not is_image or available <= PROBE_IMAGES:
        return torch.arange(min(available, 8 * PROBE_IMAGES))
    generator = torch.Generator().manual_seed(PROBE_SEED)
    return torch.randperm(available, generator=generator)[:PROBE_IMAGES].sort().values
