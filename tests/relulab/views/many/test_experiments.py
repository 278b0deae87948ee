"""Ready maps and tables: each can be trained as it stands, and findings ask for the table that tries their cures."""

import pytest

from relulab.diagnosis.cure import Change, Cure
from relulab.diagnosis.findings import Finding, Severity
from relulab.model.plan import check_experiment
from relulab.population.sweep import Sweep
from relulab.text import text
from relulab.views.many.experiments import EXPERIMENTS
from relulab.views.many.map import MEASURES
from relulab.views.many.ready import TABLES, table_for
from relulab.views.many.settings import MAP_SETTINGS


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS.keys())
def test_every_network_of_an_experiment_can_be_built(experiment):
    sweep = Sweep.of(experiment.spec(), experiment.over, experiment.starts)
    designs = [sweep.design(run) for run in range(0, len(sweep), experiment.starts)]
    for design in designs:
        check_experiment(design)
        assert design.name == str(experiment.title)
    assert len({design.model_dump_json() for design in designs}) == sweep.cells, "every cell is another design"
    assert set(experiment.over) <= set(MAP_SETTINGS)
    assert experiment.measure in MEASURES


def finding_with(*cures):
    change = Change(("training", "steps"), 7)
    offered = tuple(Cure(key, text("Do it"), (change,)) for key in cures)
    return Finding("dead_layer", "Dead layer", Severity.ERROR, text("So."), text("Because."), cures=offered)


@pytest.mark.parametrize(
    ("cures", "table"),
    [
        (("longer", "smaller_rate"), "cures"),
        (("more_data", "dropout"), "overfitting"),
        (("rectify",), "activations"),
        (("fitting_weights",), "first-weights"),
        (("plain_output",), None),
        ((), None),
    ],
)
def test_a_finding_asks_for_the_table_of_its_cures(cures, table):
    found = table_for(finding_with(*cures))
    assert found is (TABLES[table] if table else None)
