"""Cures that change the data or how the network learns."""

from relulab.catalog.optimizers import OPTIMIZERS
from relulab.data.loading import sizes_of
from relulab.diagnosis.cure import Change, Cure
from relulab.diagnosis.cures.treatment import Design, all_layers, layer_data
from relulab.experiment import ExperimentSpec
from relulab.text import text

RATE_STEP = 10.0
LONGER = 3
MORE_SAMPLES = 20
WEIGHT_DECAY = 3e-3  # a third of either leaves half of the runs of the overfitting recipe ill
ADAMW_DECAY = 3.0
PATIENCE_EPOCHS = 10
STEP_LENGTH = 1.0  # longest step that clipping leaves, in weight units

_RATE = ("training", "learning_rate")


def smaller_rate(design: Design) -> Cure:
    """A tenth, or the optimizer's usual rate where the present one is far above it."""
    return _rate(design.spec, min(design.spec.training.learning_rate / RATE_STEP, _usual_rate(design.spec)))


def larger_rate(design: Design) -> Cure:
    """Ten times, or the optimizer's usual rate where the present one is far below it."""
    return _rate(design.spec, max(design.spec.training.learning_rate * RATE_STEP, _usual_rate(design.spec)))


def _usual_rate(spec: ExperimentSpec) -> float:
    return OPTIMIZERS[spec.training.optimizer.name].typical_learning_rate


def _rate(spec: ExperimentSpec, rate: float) -> Cure:
    rate = float(f"{rate:.3g}")
    direction = "smaller" if rate < spec.training.learning_rate else "larger"
    titles = {"smaller": "Use a smaller learning rate: {rate:g}", "larger": "Use a larger learning rate: {rate:g}"}
    return Cure(f"{direction}_rate", text(titles[direction], rate=rate), (Change(_RATE, rate),))


def clip(design: Design) -> Cure | None:
    """Gradients cut to a norm that keeps a step no longer than 1."""
    if design.spec.training.clipping.name != "none":
        return None
    norm = float(f"{min(1.0, STEP_LENGTH / design.spec.training.learning_rate):.3g}")
    choice = {"name": "norm", "parameters": {"max_norm": norm}}
    return Cure(
        "clip", text("Clip the gradient to a norm of {norm:g}", norm=norm), (Change(("training", "clipping"), choice),)
    )


def weight_decay(design: Design) -> Cure:
    """AdamW's own decay, or an L2 penalty for other optimizers."""
    if design.spec.training.optimizer.name == "adamw":
        path: tuple[str | int, ...] = ("training", "optimizer", "parameters", "weight_decay")
        value = max(ADAMW_DECAY, 10.0 * float(design.spec.training.optimizer.parameters["weight_decay"]))
        value = min(value, 10.0)
    else:
        path, value = ("training", "l2"), max(WEIGHT_DECAY, 10.0 * design.spec.training.l2)
    return Cure(
        "weight_decay", text("Pull the weights towards 0: weight decay {value:g}", value=value), (Change(path, value),)
    )


def longer(design: Design) -> Cure:
    """Three times the steps or epochs."""
    training = design.spec.training
    if training.steps is not None:
        steps = LONGER * training.steps
        return Cure("longer", text("Train longer: {steps} steps", steps=steps), (Change(("training", "steps"), steps),))
    epochs = LONGER * (training.epochs or 1)
    title = text("Train longer: {epochs} epochs", epochs=epochs)
    return Cure("longer", title, (Change(("training", "epochs"), epochs),))


def stop_early(design: Design) -> Cure | None:
    """End when the validation loss gets no better."""
    if design.spec.training.early_stopping:
        return None
    change = Change(("training", "early_stopping"), PATIENCE_EPOCHS)
    return Cure("stop_early", text("Stop when the validation loss gets no better"), (change,))


def scale_inputs(design: Design) -> Cure | None:
    """Pixels to 0…1, other features to mean 0 and deviation 1."""
    if design.spec.data.scaling != "raw":
        return None
    scaling = "unit" if design.description.is_image else "standardized"
    titles = {"unit": "Scale the pixels to 0…1", "standardized": "Standardize the inputs"}
    return Cure("scale_inputs", text(titles[scaling]), (Change(("data", "scaling"), scaling),))


def more_data(design: Design) -> Cure | None:
    """Twenty times the training samples, as far as there are any."""
    usual = design.description
    present, validation, test = sizes_of(design.spec.data, usual)
    size = present * MORE_SAMPLES
    if usual.available is not None:
        size = min(size, usual.available - validation - test)
    if size <= present:
        return None
    return Cure(
        "more_data", text("Learn from more samples: {size}", size=size), (Change(("data", "train_size"), size),)
    )


def less_regularization(design: Design) -> Cure | None:
    """No L1, no L2, no dropout."""
    kept = [data for data in layer_data(design.spec) if data["kind"] not in ("dropout", "alpha_dropout")]
    changes = [Change(("training", name), 0.0) for name in ("l1", "l2") if getattr(design.spec.training, name)]
    if len(kept) < len(design.spec.model.layers):
        changes.append(all_layers(kept))
    return Cure("less_regularization", text("Remove penalties and dropout"), tuple(changes)) if changes else None
