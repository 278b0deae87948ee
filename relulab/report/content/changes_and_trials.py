"""What was changed by hand while a run went on, and what was tried beside it."""

from relulab.formatting import NOTHING
from relulab.report.content.blocks import Table
from relulab.session.results import final_check
from relulab.session.session import RunRecord
from relulab.views.runs import checked_part, loss_text, share_text


def change_table(run: RunRecord) -> Table | None:
    """One row per change, in order; None where nothing was changed."""
    rows = tuple(
        (f"{change.step:,}", change.what, change.before or NOTHING, change.after or NOTHING)
        for change in run.history.changes
    )
    if not rows:
        return None
    caption = "What was changed by hand while it was trained, and after which step."
    return Table(caption, ("Step", "What", "Before", "After"), rows, frozenset({0}))


def trial_table(run: RunRecord) -> Table | None:
    """One row per change that was tried beside the run; None where nothing was tried."""
    rows = []
    for trial in run.history.trials:
        loss, accuracy = final_check(trial)
        rows.append((trial.title, loss_text(loss), share_text(accuracy)))
    if not rows:
        return None
    caption = f"What was tried beside it: the same run with one change, as it ended on the {checked_part(run)} samples."
    return Table(caption, ("Change", "Loss", "Accuracy"), tuple(rows), frozenset({1, 2}))
