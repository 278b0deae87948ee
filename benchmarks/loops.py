"""What ReLU Lab is compared with: the loops that people write by hand, in plain PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from relulab.data.dataset import Dataset as LabDataset
from relulab.data.torchvision_import import torchvision_datasets
from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import load_preset
from relulab.training.run import TrainingRun

Step = Callable[[], float]


def plain_network(spec: ExperimentSpec, dataset: LabDataset) -> nn.Sequential:
    """The spec's network as an ordinary nn.Sequential (Dense, Conv2d, MaxPool2d and Flatten with ReLU)."""
    modules: list[nn.Module] = []
    shape = dataset.description.input_shape
    sample = torch.zeros(1, *shape)
    for layer in spec.model.layers:
        p: dict[str, Any] = layer.parameters
        match layer.kind:
            case "dense":
                modules.append(nn.Linear(sample.shape[1], p["units"]))
            case "conv2d":
                modules.append(nn.Conv2d(sample.shape[1], p["channels"], p["kernel_size"], p["stride"], p["padding"]))
            case "max_pool2d":
                modules.append(nn.MaxPool2d(p["kernel_size"], p["stride"]))
            case "flatten":
                modules.append(nn.Flatten())
            case other:
                raise ValueError(f"the bare loop knows no {other}")
        if layer.activation is not None:
            modules.append(nn.ReLU())
        sample = nn.Sequential(*modules)(torch.zeros(1, *shape))
    modules.append(nn.Linear(sample.shape[1], dataset.description.outputs))
    return nn.Sequential(*modules)


def bare_loop(spec: ExperimentSpec, dataset: LabDataset) -> Step:
    """The short, good loop: tensors in memory, shuffled index batches, torch's default optimizer, no measuring."""
    network = plain_network(spec, dataset)
    optimizer_class = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[spec.training.optimizer.name]
    optimizer = optimizer_class(network.parameters(), lr=spec.training.learning_rate)
    inputs = torch.from_numpy(dataset.train.inputs)
    targets = torch.from_numpy(dataset.train.targets)
    size = spec.training.batch_size
    loss_function = nn.CrossEntropyLoss()

    def batches() -> Iterator[Tensor]:
        while True:
            yield from torch.randperm(len(inputs)).split(size)

    order = batches()

    def step() -> float:
        index = next(order)
        optimizer.zero_grad()
        loss = loss_function(network(inputs[index]), targets[index])
        loss.backward()
        optimizer.step()
        return float(loss.item())

    return step


GATHERED = 8  # batches that are fetched in one call


def good_loop(spec: ExperimentSpec, dataset: LabDataset) -> Step:
    """The loop of somebody who knows torch: a fused optimizer, several batches gathered at once, channels last for
    convolutions, no measuring.
    """
    network = plain_network(spec, dataset)
    convolves = any(layer.kind == "conv2d" for layer in spec.model.layers)
    if convolves:
        network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stub lacks it
    optimizer_class = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[spec.training.optimizer.name]
    optimizer = optimizer_class(network.parameters(), lr=spec.training.learning_rate, fused=True)
    inputs, targets = torch.from_numpy(dataset.train.inputs), torch.from_numpy(dataset.train.targets)
    size = spec.training.batch_size
    loss_function = nn.CrossEntropyLoss()

    def batches() -> Iterator[tuple[Tensor, Tensor]]:
        while True:
            for index in torch.randperm(len(inputs)).split(size * GATHERED):
                gathered = inputs[index]
                if convolves:
                    gathered = gathered.contiguous(memory_format=torch.channels_last)
                yield from zip(gathered.split(size), targets[index].split(size), strict=True)

    order = batches()

    def step() -> float:
        given, wanted = next(order)
        optimizer.zero_grad()
        loss = loss_function(network(given), wanted)
        loss.backward()
        optimizer.step()
        return float(loss.item())

    return step


class StudentImages(Dataset[tuple[Tensor, int]]):
    """MNIST as torchvision hands it out: a PIL image per index, ToTensor and Normalize on each."""

    def __init__(self, images: Tensor, labels: Tensor) -> None:
        torchvision_datasets()  # makes the import below work with any build of torch
        from torchvision import transforms

        self.images, self.labels = images, labels
        self.transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        from PIL import Image

        image = Image.fromarray(self.images[index].numpy(), mode=None)
        return self.transform(image), int(self.labels[index])


def students_script(spec: ExperimentSpec, dataset: LabDataset) -> Step:
    """What students write when they want to see inside: plain PyTorch, nothing tuned, nothing made slow on purpose.

    MNIST through torchvision's transforms, one PIL image at a time, in a DataLoader of the same process; a forward hook
    on every layer; at every step a histogram of 64 bins of every layer's output and of every gradient, the last 1,000
    of each kept. The network, the batches and Adam are those of the preset. No window, no plot, no logging.
    """
    images = torch.from_numpy(dataset.train.inputs[:, 0]).mul(255).round().to(torch.uint8)
    loader = DataLoader(
        StudentImages(images, torch.from_numpy(dataset.train.targets)),
        batch_size=spec.training.batch_size,
        shuffle=True,
    )
    network = plain_network(spec, dataset)
    seen: dict[str, Tensor] = {}
    histograms: dict[str, list[Tensor]] = {}

    def remember(name: str) -> Callable[[nn.Module, Any, Tensor], None]:
        def hook(module: nn.Module, arguments: Any, output: Tensor) -> None:
            seen[name] = output.detach()

        return hook

    for name, module in network.named_children():
        module.register_forward_hook(remember(name))
    optimizer = torch.optim.Adam(network.parameters(), lr=spec.training.learning_rate)
    loss_function = nn.CrossEntropyLoss()

    def batches() -> Iterator[Any]:
        while True:
            yield from loader

    order = batches()

    def step() -> float:
        inputs, targets = next(order)
        optimizer.zero_grad()
        loss = loss_function(network(inputs), targets)
        loss.backward()
        optimizer.step()
        for name, values in seen.items():
            histograms.setdefault(name, []).append(torch.histc(values.float(), 64))
        for name, parameter in network.named_parameters():
            assert parameter.grad is not None
            histograms.setdefault(f"grad {name}", []).append(torch.histc(parameter.grad, 64))
        for kept in histograms.values():
            del kept[:-1000]
        return float(loss.item())

    return step


def mnist_spec(preset: str, **training: Any) -> ExperimentSpec:
    """A preset with changes to its training part."""
    spec = load_preset(preset)
    return spec.replace(training=spec.training.replace(**training))


def engine_run(spec: ExperimentSpec, dataset: LabDataset, **arguments: Any) -> TrainingRun:
    """A run of the engine, measured at step 0 as the window does it."""
    run = TrainingRun(spec, dataset, **arguments)
    run.measure_start()
    return run
