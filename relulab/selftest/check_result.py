"""One thing that has to work, and what became of it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)

Work = Callable[[], str]  # returns what was seen, in words; raises when something does not work


@dataclass(frozen=True, slots=True)
class Check:
    """``detail`` is what was seen, or why it failed. It holds no times and no paths: reports can be compared."""

    group: str
    name: str
    passed: bool
    detail: str


def run_check(group: str, name: str, work: Work) -> Check:
    """Do ``work``; whatever goes wrong is a failed check, never the end of the self-test."""
    try:
        return Check(group, name, True, work())
    except Exception as error:  # a broken package may raise anything
        log.exception("self-test: %s, %s", group, name)
        return Check(group, name, False, f"{type(error).__name__}: {error}")
