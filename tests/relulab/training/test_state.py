"""What can be said of a state."""

import pytest

from relulab.training.state import State

SETS = {
    "is_resting": {"ready", "paused"},
    "is_under_way": {"running", "paused"},
    "is_over": {"finished", "diverged"},
    "has_ended": {"finished", "diverged", "failed"},
    "has_run": {"ready", "running", "paused", "finished", "diverged"},
}


@pytest.mark.parametrize("name", SETS)
def test_a_property_names_a_set_of_states(name):
    assert {state.value for state in State if getattr(state, name)} == SETS[name]
