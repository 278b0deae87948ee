"""Which networks can be trained as one, and which cannot: with the reason, for whoever waits for them."""

from collections.abc import Hashable

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.layers import LAYERS
from relulab.data.loading import sizes_of
from relulab.model.plan import DesignPlan
from relulab.population import stackable
from relulab.population.stackable import NORMS, PER_NET, UNSEEN, data_key, hidden
from relulab.text import Text, text

ALIKE = {"batch_norm": ("momentum",)}  # parameters of layers that all networks of a stack have alike
LARGE = 50_000  # parameters; so few as below of such networks are faster one after another
LARGE_AT_LEAST = 8
LARGE_DATA = 2**25  # bytes; only networks that share such samples lie in one stack, so that it fits into the memory


def why_alone(plan: DesignPlan) -> Text | None:
    """Why a design is trained by itself; None where it can be trained together with others of its kind."""
    spec = plan.spec
    others = [layer for layer in spec.model.layers if layer.kind not in (*stackable.LAYERS, UNSEEN)]
    images = [layer for _, layer, inputs, _ in plan.hidden if layer.kind in NORMS and len(inputs) > 1]
    names = [layer.activation.name for layer in spec.model.layers if layer.activation is not None]
    unknown = [name for name in (*names, spec.model.output.activation.name) if name not in stackable.ACTIVATIONS]
    if others:
        return text("{layer} layers are trained one network after another.", layer=LAYERS[others[0].kind].title)
    if images:
        return text(
            "{layer} of images is trained one network after another; behind a Flatten it is not.",
            layer=LAYERS[images[0].kind].title,
        )
    if unknown:
        return text("{name} is trained one network after another.", name=ACTIVATIONS[unknown[0]].title)
    if spec.training.loss not in stackable.LOSSES or spec.training.optimizer.name not in stackable.OPTIMIZERS:
        return text("This loss or optimizer is trained one network after another.")
    if spec.training.class_weights != "none":
        return text("With class weights networks are trained one after another.")
    if spec.training.early_stopping:
        return text("With early stopping networks end at steps of their own, so they are trained one after another.")
    if spec.training.device not in ("cpu", "auto"):
        return text("On a graphics card networks are trained one after another.")
    return None


def too_few(plan: DesignPlan, count: int) -> Text | None:
    """Why ``count`` networks of one kind are not worth being trained as one; None where they are."""
    if count >= LARGE_AT_LEAST or (plan.parameter_count < LARGE and not _has_large_data(plan)):
        return None
    if _has_large_data(plan):
        return text(
            "Fewer than {least} networks on one large data set are faster one after another.", least=LARGE_AT_LEAST
        )
    return text(
        "Fewer than {least} networks of more than {large:,} weights are faster one after another.",
        least=LARGE_AT_LEAST,
        large=LARGE,
    )


def kind_of(plan: DesignPlan) -> Hashable:
    """What networks must have in common to be trained as one. Everything else may differ."""
    spec, training = plan.spec, plan.spec.training
    layers = [layer for _, layer, _, _ in hidden(plan)]
    choices = [layer.activation for layer in layers if layer.activation is not None]
    sizes = sizes_of(spec.data, plan.description)
    shared = {name: value for name, value in training.optimizer.parameters.items() if name not in PER_NET}
    return (
        plan.description.input_shape,
        plan.shapes[-1].units,
        tuple(
            (layer.kind, *((name, layer.parameters[name]) for name in ALIKE.get(layer.kind, ()))) for layer in layers
        ),
        tuple(choice.name for choice in (*choices, spec.model.output.activation)),
        sizes,
        min(training.batch_size, sizes[0]),
        (training.steps, training.epochs),
        training.loss,
        (training.optimizer.name, *sorted(shared.items())),
        (training.schedule.name, *sorted(training.schedule.parameters.items())),
        training.clipping.name,
        training.precision,
        plan.parameter_count >= LARGE,
        data_key(spec.data) if _has_large_data(plan) else "",
    )


def _has_large_data(plan: DesignPlan) -> bool:
    return plan.memory.data > LARGE_DATA
