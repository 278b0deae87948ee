"""The death of a unit: what the measurements tell, and the certificate of the exact step, in plain sentences."""

import math
from dataclasses import dataclass

from relulab.experiment.described_fields import setting_title
from relulab.formatting import mid_sentence
from relulab.session.history import RunHistory
from relulab.text import NOTHING, Text, text
from relulab.training.telemetry import ChangeRecord, DeathCertificate
from relulab.views.parts import finite
from relulab.views.unit import BIAS, WEIGHT_NORM, UnitFacts, change_line
from relulab.views.units import GREATEST_INPUT, Unit

INDICES_SHOWN = 12  # of the samples of a batch

Row = tuple[Text, Text, Text]  # name, before, after (nothing where there is only one value)


@dataclass(frozen=True, slots=True)
class DeathView:
    """What is told of a death.

    ``rows`` are the numbers of a certificate, ``batch`` names the training samples of the update, ``samples`` are their
    indices. ``search`` says what a search would find; nothing where there is nothing to search.
    """

    title: Text
    sentences: tuple[Text, ...]
    rows: tuple[Row, ...] = ()
    batch: Text = NOTHING
    samples: tuple[int, ...] = ()
    search: Text = NOTHING


def death_view(history: RunHistory, unit: Unit, facts: UnitFacts) -> DeathView | None:
    """The death of a unit that is dead, or was once and has a certificate of it; None of any other."""
    certificate = history.certificate(*unit)
    if certificate is not None and _is_outdated(certificate, facts):
        certificate = None
    if certificate is not None and not certificate.problem:
        return DeathView(
            title=text("Death certificate") if facts.is_dead else text("It was dead, and lives again"),
            sentences=verdict(certificate),
            rows=tuple(rows(certificate)),
            batch=batch_line(certificate) if certificate.batch else NOTHING,
            samples=certificate.batch,
        )
    return _measured(history, facts, certificate) if facts.is_dead else None


def _measured(history: RunHistory, facts: UnitFacts, failed: DeathCertificate | None) -> DeathView:
    """What is known before the exact step was looked for, or where the search ``failed``."""
    sentences = [_measured_death(facts)]
    if failed is not None:
        sentences.append(text("{problem}", problem=failed.problem))
    obstacle = None if facts.silent_from is None else change_before(history, facts.silent_from)
    if obstacle is not None:
        sentences.append(_not_repeatable(obstacle))
        return DeathView(text("How it died"), tuple(sentences))
    search = text("Make sure it was born dead") if facts.born_dead else text("Find the step it died in")
    return DeathView(text("How it died"), tuple(sentences), search=search)


def change_before(history: RunHistory, step: int) -> ChangeRecord | None:
    """The first change by hand of a run before its step ``step``: trained again, the run takes another way there.

    A branch was designed with its change, so training again would begin with it: there any step is behind it.
    """
    branched_at = history.branched_at
    return next((change for change in history.changes if change.step < step or change.step == branched_at), None)


def verdict(certificate: DeathCertificate) -> tuple[Text, Text]:
    """How it died, in two sentences."""
    after = finite(certificate.max_after)
    if certificate.born_dead:
        return (
            text("Born dead: at step 0, before the first update, no probe sample made it fire."),
            text(
                "No update killed it: its first weights and bias give an input z of at most {greatest} over the "
                "probe set, and a ReLU needs one above 0.",
                greatest=after,
            ),
        )
    fell = text(
        "It died in step {step:,}: the update lowered its greatest input z over the probe set from {before} to "
        "{after}, and a ReLU needs one above 0.",
        step=certificate.died_in,
        before=finite(certificate.max_before),
        after=after,
    )
    if certificate.gradient_norm == 0:
        return fell, text(
            "Its own gradient was 0 in that batch, so it was moved by what the optimizer remembered of earlier steps, "
            "or by the layers before it."
        )
    return fell, text(
        "From then on no probe sample made it fire; a silent ReLU gets no gradient that could bring it back."
    )


def rows(certificate: DeathCertificate) -> list[Row]:
    """The numbers of a certificate."""
    pairs = (
        (BIAS, certificate.bias_before, certificate.bias_after),
        (WEIGHT_NORM, certificate.weight_norm_before, certificate.weight_norm_after),
        (GREATEST_INPUT, certificate.max_before, certificate.max_after),
    )
    if certificate.born_dead:
        return [(name, finite(after), NOTHING) for name, _, after in pairs if not math.isnan(after)]
    single = (
        (text(mid_sentence(str(setting_title("learning_rate")))), finite(certificate.learning_rate)),
        (text("norm of its gradient"), finite(certificate.gradient_norm)),
        (text("loss of the batch"), finite(certificate.loss)),
        (text("followed step by step until"), text("{step:,}", step=certificate.replayed_to)),
    )
    return [
        *((name, finite(before), finite(after)) for name, before, after in pairs if not math.isnan(before)),
        *((name, value, NOTHING) for name, value in single),
    ]


def batch_line(certificate: DeathCertificate) -> Text:
    """The samples of the update, by their number in the training set, counted from 1."""
    shown = [f"{index + 1:,}" for index in certificate.batch[:INDICES_SHOWN]]
    count = len(certificate.batch)
    numbers = ", ".join(shown) + (" …" if count > INDICES_SHOWN else "")
    return text("Batch of {count:training sample|training samples}: no. {numbers}", count=count, numbers=numbers)


def _measured_death(facts: UnitFacts) -> Text:
    if facts.fired_last is None:
        return text(
            "It fired in no measurement, not even in the first one at step {step:,}: it seems to be born dead.",
            step=facts.first,
        )
    return text(
        "It fired last in the measurement at step {fired:,} and is silent since step {silent:,}: it died in between.",
        fired=facts.fired_last,
        silent=facts.silent_from,
    )


def _not_repeatable(change: ChangeRecord) -> Text:
    """Why the step cannot be looked for."""
    return text(
        "The exact step cannot be found: it is found by training again from the start, and this run was changed by "
        "hand before ({change}).",
        change=change_line(change),
    )


def _is_outdated(certificate: DeathCertificate, facts: UnitFacts) -> bool:
    """Whether the unit has lived again since: the certificate is about an earlier death."""
    if certificate.problem:
        return False
    return facts.is_dead and facts.fired_last is not None and facts.fired_last >= certificate.died_in
