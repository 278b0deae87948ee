"""Which finding explains which: a consequence is told under its cause, and offers no cures of its own.

A cause explains what its mechanism brings about in any network, directly or by way of another finding in this table.
The order of the rules is the order of the table's arrows: a cause always comes before what it explains.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from relulab.diagnosis.findings import Finding, Severity

SILENT = ("dead_layer", "dying", "dormant_layer", "dead_output")
BLOWN_UP = ("exploding_gradient", "non_finite", "updates_too_large", "oscillation")
SLOW = ("learning_rate_too_low", "updates_too_small", "too_few_steps")
FADED = ("vanishing_signal", "vanishing_gradient", *SLOW)
NOT_LEARNED = ("too_few_units", "plateau", "underfitting")

# cause -> what it brings about; that of a consequence follows by itself
EXPLAINS: Mapping[str, tuple[str, ...]] = {
    "unscaled_targets": (
        "first_loss",
        "learning_rate_too_high",
        "saturation",
        *BLOWN_UP,
        *SILENT,
        *FADED,
        *NOT_LEARNED,
    ),
    "unscaled_input": (
        *("saturated_from_start", "first_loss", "learning_rate_too_high", "saturation"),
        *(*BLOWN_UP, *SILENT, *FADED, *NOT_LEARNED),
    ),
    "class_imbalance": ("updates_too_large", "oscillation", *SLOW, *NOT_LEARNED),
    "strong_penalty": ("learning_rate_too_high", *BLOWN_UP, *SILENT, *FADED, *NOT_LEARNED),
    "heavy_dropout": ("learning_rate_too_high", *BLOWN_UP, *SILENT, *FADED, *NOT_LEARNED),
    "symmetry": (
        *("born_dead", "linear_collapse", "saturated_from_start", "learning_rate_too_high", "saturation"),
        *("updates_too_large", "oscillation", *SILENT, *FADED, *NOT_LEARNED),
    ),
    "negative_bias": (
        *("born_dead", "learning_rate_too_high"),
        *(*SILENT, *FADED, *NOT_LEARNED),
    ),
    "born_dead": ("learning_rate_too_high", *SILENT, *FADED, *NOT_LEARNED),
    "softmax_inside": (*FADED, *NOT_LEARNED),
    "output_clash": ("dead_output", "too_few_steps", *NOT_LEARNED),
    "linear_collapse": ("learning_rate_too_high", "updates_too_large", "oscillation", *NOT_LEARNED),
    "exploding_signal": (
        *("saturated_from_start", "first_loss", "learning_rate_too_high", "saturation"),
        *(*BLOWN_UP, *SILENT, *FADED, *NOT_LEARNED),
    ),
    "saturated_from_start": ("saturation", "oscillation", *FADED, *NOT_LEARNED),
    "first_loss": ("learning_rate_too_high", "saturation", *BLOWN_UP, *SILENT, *FADED, *NOT_LEARNED),
    "learning_rate_too_high": ("saturation", *BLOWN_UP, *SILENT, *FADED, *NOT_LEARNED),
    "exploding_gradient": ("non_finite", "updates_too_large", *NOT_LEARNED),
    "non_finite": ("vanishing_gradient", "updates_too_large", *SILENT, *NOT_LEARNED),
    "saturation": (*FADED, *NOT_LEARNED),
    "vanishing_signal": ("dead_layer", "dormant_layer", "vanishing_gradient", *SLOW, *NOT_LEARNED),
    "dead_output": ("dead_layer", "dormant_layer", "vanishing_gradient", *SLOW, *NOT_LEARNED),
    "dead_layer": ("dying", "vanishing_gradient", *SLOW, *NOT_LEARNED),
    "dying": ("dormant_layer", *NOT_LEARNED),
    "vanishing_gradient": (*SLOW, *NOT_LEARNED),
    "learning_rate_too_low": ("updates_too_small", "too_few_steps", *NOT_LEARNED),
    "updates_too_large": ("oscillation", "underfitting"),
    "oscillation": ("underfitting",),
    "too_few_steps": ("underfitting",),
    "too_few_units": ("too_few_steps", "plateau", "underfitting"),
}


def cause_of(rule: str, ill: Iterable[str]) -> str:
    """The rule behind the finding of ``rule``: of the rules that found an illness the first that explains it, followed
    to where nothing explains it any more. Empty where it stands for itself.
    """
    ill = tuple(ill)
    cause = next((key for key in ill if rule in EXPLAINS.get(key, ())), "")
    return (cause_of(cause, ill) or cause) if cause else ""


def folded(findings: Collection[Finding]) -> tuple[Finding, ...]:
    """Findings of one moment, in the order of the rules, each with its cause; consequences lose their cures."""
    ill = tuple(dict.fromkeys(finding.rule for finding in findings if finding.severity.is_illness))
    return tuple(
        replace(finding, because=cause, cures=()) if (cause := cause_of(finding.rule, ill)) else finding
        for finding in findings
    )


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """As they are shown everywhere: causes by the worst that they bring about, under each its consequences.

    Findings of equal severity stay in their order.
    """
    places = {severity: place for place, severity in enumerate(Severity)}
    findings = tuple(findings)
    rules = {finding.rule for finding in findings}

    def cause(finding: Finding) -> str:
        return finding.because if finding.because in rules else finding.rule

    worst: dict[str, int] = {}
    for finding in findings:
        worst[cause(finding)] = min(worst.get(cause(finding), len(places)), places[finding.severity])
    first = {rule: place for place, rule in reversed([*enumerate(map(cause, findings))])}
    return tuple(
        sorted(
            findings,
            key=lambda one: (worst[cause(one)], first[cause(one)], cause(one) != one.rule, places[one.severity]),
        )
    )
