"""A network as an ONNX file, for other programs to run."""

import io
import json
import logging
import warnings
from collections import OrderedDict
from pathlib import Path

from relulab.data.dataset import Dataset
from relulab.experiment import ExperimentSpec
from relulab.export.export_input import ExportInput, MissingExtraError, write_bytes


def write_onnx(given: ExportInput, path: Path) -> None:
    """Write the network with any number of samples as its input "inputs", scaled as in training.

    The metadata say how: original = inputs * scale + offset, and
    the same with target_scale and target_offset for the outputs of a regression. The outputs are the network's own,
    before any softmax of
    the loss. Raises MissingExtraError where the extra "onnx" is not installed.
    """
    try:
        import onnx
        import onnxscript  # noqa: F401  # the exporter inside torch imports it late and explains less
    except ImportError as error:
        raise MissingExtraError("An ONNX file", "onnx", error) from None
    import torch
    from torch import nn

    network = given.needed_network()
    # The same layers called one after the other: tracing follows them better than the network's own fast path.
    layers = nn.Sequential(OrderedDict(network.named_children())).eval()
    example = torch.from_numpy(given.dataset.train.first(2).inputs).to(next(network.parameters()).dtype)
    batch = torch.export.Dim("samples", min=1)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the insides of the exporter
        program = torch.onnx.export(
            layers,
            (example,),
            input_names=["inputs"],
            output_names=["outputs"],
            dynamic_shapes=({0: batch},),
            dynamo=True,
            verbose=False,
        )
    assert program is not None, "without a file name, the exporter returns the model"
    model = program.model_proto
    onnx.helper.set_model_props(model, _metadata(given.spec, given.dataset))
    content = io.BytesIO()
    onnx.save_model(model, content)
    write_bytes(path, content.getvalue())


def _metadata(spec: ExperimentSpec, dataset: Dataset) -> dict[str, str]:
    return {
        "experiment": spec.to_json(),
        "classes": json.dumps(dataset.description.class_names),
        "offset": json.dumps(dataset.offset.ravel().tolist()),
        "scale": json.dumps(dataset.scale.ravel().tolist()),
        "target_offset": json.dumps(dataset.target_offset.tolist()),
        "target_scale": json.dumps(dataset.target_scale.tolist()),
    }
