"""A layer made leaky, as a change of the design. No torch in here: the window shows the same change."""

from relulab.experiment import ExperimentSpec


def leaky_design(spec: ExperimentSpec, index: int, slope: float) -> ExperimentSpec:
    """``spec`` with a leaky ReLU of this slope in layer ``index`` of the design. Raises SpecError for a bad slope."""
    layers = list(spec.model.layers)
    leaky = {"name": "leaky_relu", "parameters": {"negative_slope": slope}}
    layers[index] = layers[index].replace(activation=leaky)
    return spec.replace(model=spec.model.replace(layers=tuple(layers)))
