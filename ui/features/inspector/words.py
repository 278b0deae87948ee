"""The facts of a unit and its death in plain sentences. No widgets."""

import math

from relulab.data.dataset import Dataset
from relulab.formatting import percent
from relulab.model.layout import Layout
from relulab.training.telemetry import ChangeRecord, DeathCertificate
from ui.features.inspector.facts import Unit, UnitFacts
from ui.platform.translation import translate

CONTEXT = "Inspector"
INDICES_SHOWN = 12  # of the samples of a batch

Row = tuple[str, str, str]  # name, before, after (empty where there is only one value)


def number(value: float) -> str:
    """Four digits; words for what is no number."""
    return f"{value:.4g}" if math.isfinite(value) else translate(CONTEXT, "not a finite number")


def unit_label(layout: Layout, unit: Unit) -> str:
    """What people call it, in their language."""
    return translate(CONTEXT, "{layer}, unit {number:,}").format(layer=layout.layers[unit[0]].title, number=unit[1] + 1)


def status_since(facts: UnitFacts, name: str) -> str:
    """Its status (``name``) and since which measured step."""
    if facts.other_until is None:
        return translate(CONTEXT, "{status} in every measurement, from step {step:,} on").format(
            status=name, step=facts.first
        )
    return translate(CONTEXT, "{status} since step {step:,} (measured; not yet at step {before:,})").format(
        status=name, step=facts.since, before=facts.other_until
    )


def firing(facts: UnitFacts, samples: int) -> str:
    """How often it fires."""
    if not math.isfinite(facts.firing_rate):
        return number(facts.firing_rate)
    return translate(CONTEXT, "{share} of the {samples:,} probe samples").format(
        share=percent(facts.firing_rate, 1), samples=samples
    )


def fired_last(facts: UnitFacts) -> str:
    """When it fired last, as far as the measurements tell."""
    if facts.silent_from is None:
        return translate(CONTEXT, "at step {step:,}, the latest measurement").format(step=facts.last)
    if facts.fired_last is None:
        return translate(CONTEXT, "in no measurement, not even at step {step:,}").format(step=facts.first)
    return translate(CONTEXT, "in the measurement at step {fired:,}; silent since step {silent:,}").format(
        fired=facts.fired_last, silent=facts.silent_from
    )


def change_line(change: ChangeRecord) -> str:
    """One change by hand."""
    return translate(CONTEXT, "step {step:,}: {what}, {before} → {after}").format(
        step=change.step, what=change.what, before=change.before, after=change.after
    )


def measured_death(facts: UnitFacts) -> str:
    """What is known before the exact step was looked for."""
    if facts.fired_last is None:
        return translate(
            CONTEXT,
            "It fired in no measurement, not even in the first one at step {step:,}: it seems to be born dead.",
        ).format(step=facts.first)
    return translate(
        CONTEXT,
        "It fired last in the measurement at step {fired:,} and is silent since step {silent:,}: it died in between.",
    ).format(fired=facts.fired_last, silent=facts.silent_from)


def not_repeatable(change: ChangeRecord) -> str:
    """Why the step cannot be looked for."""
    return translate(
        CONTEXT,
        "The exact step cannot be found: it is found by training again from the start, and this run was changed by "
        "hand before ({change}).",
    ).format(change=change_line(change))


def verdict(certificate: DeathCertificate) -> tuple[str, str]:
    """How it died, in two sentences."""
    if certificate.born_dead:
        return (
            translate(CONTEXT, "Born dead: at step 0, before the first update, no probe sample made it fire."),
            translate(
                CONTEXT,
                "No update killed it: its first weights and bias give an input z of at most {greatest} over the "
                "probe set, and a ReLU needs one above 0.",
            ).format(greatest=number(certificate.max_after)),
        )
    return (
        translate(
            CONTEXT,
            "The update of step {step:,} pushed it under: its greatest input z over the probe set fell from "
            "{before} to {after}.",
        ).format(step=certificate.died_in, before=number(certificate.max_before), after=number(certificate.max_after)),
        _aftermath(certificate),
    )


def _aftermath(certificate: DeathCertificate) -> str:
    if certificate.gradient_norm == 0:
        return translate(
            CONTEXT,
            "Its own gradient was 0 in that batch, so it was moved by what the optimizer remembered of earlier steps, "
            "or by the layers before it.",
        )
    return translate(
        CONTEXT,
        "From then on no probe sample made it fire; a silent ReLU gets no gradient that could bring it back.",
    )


def table(certificate: DeathCertificate) -> list[Row]:
    """The numbers of a certificate."""
    pairs = (
        (translate(CONTEXT, "bias"), certificate.bias_before, certificate.bias_after),
        (translate(CONTEXT, "weight norm"), certificate.weight_norm_before, certificate.weight_norm_after),
        (translate(CONTEXT, "greatest input z"), certificate.max_before, certificate.max_after),
    )
    if certificate.born_dead:
        return [(name, number(after), "") for name, _, after in pairs if not math.isnan(after)]
    rows = [(name, number(before), number(after)) for name, before, after in pairs if not math.isnan(before)]
    single = (
        (translate(CONTEXT, "learning rate"), certificate.learning_rate),
        (translate(CONTEXT, "norm of its gradient"), certificate.gradient_norm),
        (translate(CONTEXT, "loss of the batch"), certificate.loss),
    )
    rows += [(name, number(value), "") for name, value in single]
    return [*rows, (translate(CONTEXT, "followed step by step until"), f"{certificate.replayed_to:,}", "")]


def batch_line(certificate: DeathCertificate) -> str:
    """The samples of the update, by their number in the training set, counted from 1."""
    shown = [f"{index + 1:,}" for index in certificate.batch[:INDICES_SHOWN]]
    rest = " …" if len(certificate.batch) > INDICES_SHOWN else ""
    return translate(CONTEXT, "Batch of {count:,} training samples: no. {numbers}").format(
        count=len(certificate.batch), numbers=", ".join(shown) + rest
    )


def target_name(dataset: Dataset, index: int) -> str:
    """What training sample ``index`` is: its class, or its target values."""
    target = dataset.train.targets[index]
    if target.ndim:
        return ", ".join(number(float(value)) for value in target)
    names = dataset.description.class_names
    return names[int(target)] if int(target) < len(names) else str(int(target))
