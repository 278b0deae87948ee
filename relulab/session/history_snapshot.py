"""What a run has measured, taken out of its history: to be saved, put back or cut off at a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from relulab.training.checkpoint import Checkpoint
from relulab.training.telemetry import ChangeRecord, DeathCertificate, FindingsRecord, Picture

if TYPE_CHECKING:
    from relulab.session.store import RunHistory


@dataclass(frozen=True, slots=True, eq=False)
class HistorySnapshot:
    """What a run has measured until some moment. ``columns``: the fields of each kind of record, (rows, …) each.

    The last unit that was looked at is not part of it: looking again tells the same. ``verdicts``: what the
    diagnosis said at each of the ``checkpoints``, oldest first.
    """

    columns: Mapping[type, Mapping[str, NDArray[Any]]]
    picture: Picture | None = None
    changes: tuple[ChangeRecord, ...] = ()
    findings: FindingsRecord | None = None
    certificates: tuple[DeathCertificate, ...] = ()
    trials: tuple[RunHistory, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    verdicts: tuple[FindingsRecord, ...] = ()

    def up_to(self, step: int) -> HistorySnapshot:
        """Only what was measured behind at most ``step`` finished steps, without trials."""
        columns = {kind: _rows_up_to(step, fields) for kind, fields in self.columns.items()}
        newest = () if self.findings is None else (self.findings,)
        verdicts = tuple(verdict for verdict in self.verdicts if verdict.step <= step)
        then = [verdict for verdict in (*verdicts, *newest) if verdict.step <= step]
        return HistorySnapshot(
            columns,
            self.picture if self.picture is not None and self.picture.step <= step else None,
            tuple(change for change in self.changes if change.step <= step),
            then[-1] if then else None,
            tuple(certificate for certificate in self.certificates if certificate.replayed_to <= step),
            checkpoints=tuple(checkpoint for checkpoint in self.checkpoints if checkpoint.step <= step),
            verdicts=verdicts,
        )


def _rows_up_to(step: int, columns: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The rows behind at most ``step`` steps, without a copy: rows are in the order of their steps."""
    rows = int(np.searchsorted(columns["step"], step, side="right")) if columns else 0
    return {name: column[:rows] for name, column in columns.items()}
