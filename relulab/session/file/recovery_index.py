"""Which runs a copy for recovery holds, and where its session came from."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from relulab.experiment.frozen import AtMost
from relulab.session.file.document import Document, Key, Line
from relulab.session.limits import RUNS


class RecoveryIndex(Document):
    """What ``recovery.json`` says."""

    title: Line
    origin: Annotated[str, Field(max_length=10_000)]
    saved: AwareDatetime
    runs: Annotated[tuple[Key, ...], AtMost(RUNS)]
