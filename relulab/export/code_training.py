"""How loss, optimizer, schedule, penalties and clipping are written down in exported code."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from relulab.catalog.losses import Target
from relulab.data.dataset import Description
from relulab.data.loading import sizes_of
from relulab.experiment import ExperimentSpec, TrainingSpec
from relulab.export.code_model import arguments

PRINTED_LINES = 20  # about so many tell how the training goes

_WARM_UP = "min(1.0, (step + 1) / {warm_up_steps})"
_COSINE = "0.5 * (1.0 + math.cos(math.pi * {share}))"

# schedule -> the factor on the learning rate as code, after lines that prepare it; empty where there is none
FACTORS: Mapping[str, tuple[str, ...]] = {
    "constant": (),
    "step": ("{decay} ** (step // {every_steps})",),
    "cosine": (_COSINE.format(share="min(1.0, step / STEPS)"),),
    "warm_up": (_WARM_UP,),
    "warm_up_cosine": (
        f"warm_up = {_WARM_UP}",
        "share = min(1.0, max(0, step - {warm_up_steps}) / max(1, STEPS - {warm_up_steps}))",
        "warm_up * " + _COSINE.format(share="share"),
    ),
}

# clipping -> the line between backward pass and update; empty where there is none
CLIPPINGS: Mapping[str, str] = {
    "none": "",
    "norm": "nn.utils.clip_grad_norm_(model.parameters(), {max_norm})",
    "value": "nn.utils.clip_grad_value_(model.parameters(), {max_value})",
}

# form of the targets -> from classes y to targets; from outputs and targets y to the share of right answers
TARGETS: Mapping[Target, tuple[Callable[[int], str], str]] = {
    Target.CLASS_INDEX: (lambda classes: "torch.from_numpy(y)", "(outputs.argmax(1) == y)"),
    Target.BINARY: (
        lambda classes: "torch.from_numpy(y).to(torch.{precision}).unsqueeze(1)",
        "((outputs > 0) == (y > 0))",
    ),
    Target.VECTOR: (
        lambda classes: f"functional.one_hot(torch.from_numpy(y), {classes}).to(torch.{{precision}})",
        "(outputs.argmax(1) == y.argmax(1))",
    ),
}


def steps_per_epoch(spec: ExperimentSpec, description: Description) -> tuple[int, int]:
    """Batches per epoch, and the samples that they hold: a last batch of a single sample is left out."""
    train, _, _ = sizes_of(spec.data, description)
    batch = min(spec.training.batch_size, train)
    rows = train - 1 if train % batch == 1 and train > 1 else train
    return math.ceil(rows / batch), rows


def training_context(spec: ExperimentSpec, description: Description) -> dict[str, Any]:
    """What the templates of the settings and of the training need to know."""
    training = spec.training
    train, _, _ = sizes_of(spec.data, description)
    per_epoch, rows = steps_per_epoch(spec, description)
    targets, right = _targets(training, description)
    optimizer = training.optimizer
    given = arguments(optimizer.entry.arguments(optimizer.parameters))
    steps = training.steps or (training.epochs or 0) * per_epoch
    rate = "learning_rate(0)" if FACTORS[training.schedule.name] else "LEARNING_RATE"
    return {
        "seeds": {"data": spec.data.seed, "model": spec.model.seed, "training": training.seed},
        "learning_rate": training.learning_rate,
        "batch_size": min(training.batch_size, train),
        "steps": steps,
        "steps_in_words": f"{training.epochs} epochs" if training.epochs else "batches",
        "steps_per_epoch": per_epoch,
        "epochs_per_line": max(1, steps // per_epoch // PRINTED_LINES),
        "rows_used": "" if rows == train else f"[:{rows}]  # a last batch of one sample is left out",
        "l1": training.l1,
        "l2": training.l2,
        "penalty": _penalty(training),
        "patience": training.early_stopping,
        "loss": training.loss_entry.torch_function,
        "targets": targets,
        "accuracy": f"{right}.double().mean().item()" if right else "math.nan",
        "optimizer": optimizer.entry.torch_class,
        "optimizer_arguments": f"model.parameters(), lr={rate}{', ' * bool(given)}{given}",
        "factor": [line.format_map(training.schedule.parameters) for line in FACTORS[training.schedule.name]],
        "clipping": CLIPPINGS[training.clipping.name].format_map(training.clipping.parameters),
        "cast": "" if training.precision == "float32" else f".to(torch.{training.precision})",
    }


def _targets(training: TrainingSpec, description: Description) -> tuple[str, str]:
    """Code for the targets, and for which answers are right; the latter is empty in a regression."""
    if not description.class_names:
        cast = "" if training.precision == "float32" else f".to(torch.{training.precision})"
        return f"torch.from_numpy(y){cast}", ""
    code, right = TARGETS[training.loss_entry.target]
    return code(description.outputs).replace("{precision}", training.precision), right


def _penalty(training: TrainingSpec) -> str:
    """L1 and L2 on all weights, as code; empty where there is neither."""
    terms = [
        f"{name} * sum(w.{power}().sum() for w in weights)"
        for name, power, factor in (("L1", "abs", training.l1), ("L2", "square", training.l2))
        if factor
    ]
    return " + ".join(terms)
