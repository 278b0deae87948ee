"""What ReLU Lab needs of the packages under it, tried one by one.

A packaged program lacks whatever its builder took for unused, and often notices only when a menu is opened. The same
list runs from source and from the package; where the two differ, the package is not delivered.
"""

import gzip
import ssl
import zipfile
from collections.abc import Mapping
from importlib import metadata
from io import BytesIO
from multiprocessing import get_context

import numpy as np

from relulab.selftest.self_test_runs import Work

DISTRIBUTIONS = ("torch", "torchvision", "numpy", "scikit-learn", "PySide6-Essentials", "pyqtgraph")
DIGITS = 6  # of numbers that are compared between two machines


def _gradient() -> str:
    import torch

    x = torch.linspace(-1, 1, 7, requires_grad=True)
    torch.relu(x).pow(2).sum().backward()
    assert x.grad is not None
    return f"sum of gradients {x.grad.sum().item():.{DIGITS}g}"


def _jvp() -> str:
    import torch

    x = torch.tensor([0.5, -2.0, 3.0])
    value, tangent, *_ = torch.func.jvp(torch.tanh, (x,), (torch.ones(3),))
    assert torch.allclose(tangent, 1 - value**2)
    return "the derivative of tanh"


def _hessian() -> str:
    import torch

    found = torch.func.hessian(lambda x: (x**3).sum())(torch.tensor([1.0, 2.0]))
    assert torch.allclose(found, torch.diag(torch.tensor([6.0, 12.0])))
    return "the second derivative of x³"


def _vmap() -> str:
    import torch

    network = torch.nn.Linear(3, 1)
    weights: dict[str, torch.Tensor] = dict(network.named_parameters())

    def loss(sample: torch.Tensor) -> torch.Tensor:
        output: torch.Tensor = torch.func.functional_call(network, weights, (sample,))
        return output.sum()

    rows = torch.func.vmap(torch.func.grad(loss))(torch.ones(4, 3))
    return f"gradients per sample {tuple(rows.shape)}"


def _linalg() -> str:
    import torch

    matrix = torch.tensor([[2.0, 1.0], [1.0, 3.0]])
    singular = torch.linalg.svdvals(matrix)
    assert torch.allclose(singular, torch.linalg.eigvalsh(matrix).flip(0), atol=1e-5)
    assert torch.allclose(torch.linalg.qr(matrix)[0] @ torch.linalg.qr(matrix)[1], matrix, atol=1e-5)
    assert torch.allclose(torch.linalg.solve(matrix, matrix), torch.eye(2), atol=1e-5)
    return "svd, eigenvalues, qr, solve"


def _convolution() -> str:
    import torch

    layers = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.MaxPool2d(2))
    return f"output {tuple(layers(torch.ones(2, 1, 8, 8)).shape)}"


def _optimizers() -> str:
    import torch

    kinds = (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop)
    for kind in kinds:
        weight = torch.nn.Parameter(torch.ones(2))
        optimizer = kind([weight], lr=0.1)
        weight.sum().backward()
        optimizer.step()
        assert (weight < 1).all(), kind.__name__
    return ", ".join(kind.__name__ for kind in kinds)


def _safetensors() -> str:
    import torch
    from safetensors.torch import load, save

    kept = {"weight": torch.arange(6.0).reshape(2, 3)}
    assert torch.equal(load(save(kept))["weight"], kept["weight"])
    return "written and read back"


def _torchvision() -> str:
    from relulab.data.torchvision_import import torchvision_datasets

    module = torchvision_datasets()
    return ", ".join(name for name in ("MNIST", "FashionMNIST", "CIFAR10") if hasattr(module, name))


def _digits() -> str:
    from relulab.data.shipped import load_digits

    pool = load_digits()
    return f"{len(pool.train)} digits, {int(pool.train.inputs.sum())} ink dots"


def _pillow() -> str:
    from PIL import Image

    file = BytesIO()
    Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save(file, "PNG")
    return f"PNG {Image.open(file).size}"


def _presets() -> str:
    from relulab.experiment.presets import PRESETS

    return ", ".join(f"{preset.key} ({len(preset.spec().model.layers)})" for preset in PRESETS.values())


def _template() -> str:
    from jinja2 import Environment

    return Environment(autoescape=True).from_string("{{ text }}").render(text="<ReLU>")


def _exported_code() -> str:
    """The formulas of generated data are read out of this program's own source, which a package must bring along."""
    from relulab.experiment.presets import load_preset
    from relulab.export.code import script

    names = ("moons-healthy", "sine-fit")
    for spec in map(load_preset, names):
        compile(script(spec, spec.data.dataset.describe(), [0.5], "x.py"), spec.name, "exec")
    return ", ".join(names)


def _compression() -> str:
    import bz2
    import lzma

    data = b"relu" * 100
    for module in (gzip, bz2, lzma):
        assert module.decompress(module.compress(data)) == data, module.__name__
    with zipfile.ZipFile(BytesIO(), "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("é.txt", data)
    return "gzip, bz2, lzma, zip"


def _secure_connections() -> str:
    return f"TLS 1.3: {ssl.HAS_TLSv1_3 and ssl.create_default_context().check_hostname}"


def _child_process() -> str:
    """A child of a packaged program is the program itself: without freeze_support it would open a second window."""
    with get_context("spawn").Pool(1) as pool:
        return f"a child process says {pool.apply(abs, (-3,))}"


def _versions() -> str:
    return ", ".join(f"{name} {metadata.version(name)}" for name in DISTRIBUTIONS)


FEATURES: Mapping[str, Work] = {
    "torch: backward": _gradient,
    "torch.func.jvp": _jvp,
    "torch.func.hessian": _hessian,
    "torch.func.vmap": _vmap,
    "torch.linalg": _linalg,
    "torch.nn: convolution": _convolution,
    "torch.optim": _optimizers,
    "safetensors": _safetensors,
    "torchvision.datasets": _torchvision,
    "scikit-learn: digits": _digits,
    "Pillow": _pillow,
    "presets": _presets,
    "jinja2": _template,
    "exported code": _exported_code,
    "compression": _compression,
    "TLS": _secure_connections,
    "child process": _child_process,
    "versions": _versions,
}
