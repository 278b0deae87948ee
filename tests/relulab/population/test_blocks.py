"""Blocks of designs that are trained as one: whoever trains which of them, each comes to the same bits."""

import pytest

from relulab.model.plan import check_experiment
from relulab.population.blocks import blocks_of, room_of
from relulab.population.preparation import Preparation
from relulab.population.rows import RowTrainer, portions_of
from relulab.population.storage import widest
from relulab.population.sweep import Sweep
from tests.relulab.population.designs import design

RATE = "training.learning_rate"


def told(rows):
    """Rows by their run, without what depends on the clock; NaN is equal to NaN."""
    return {
        run: {name: repr(value) for name, value in row.items() if not name.endswith("seconds")} for run, row in rows
    }


@pytest.mark.parametrize(
    ("changed", "over", "seeds"),
    [
        ({"units": (8, 8)}, {RATE: [0.05, 2.0], "model.layers.0.activation": ["relu", "tanh"]}, 9),
        ({"units": (5, 3), "optimizer": "adam"}, {"hidden.units": [2, 9, 16], RATE: [0.01, 0.1]}, 6),
        (
            {"activation": {"name": "leaky_relu"}},
            {"model.layers.0.activation.parameters.negative_slope": [0.01, 0.1]},
            17,
        ),
        ({"behind": ["batch_norm", "dropout"]}, {"training.l2": [0, 0.01]}, 10),
    ],
)
def test_pieces_singles_and_what_is_left_come_to_the_same_bits_as_all_together(changed, over, seeds):
    sweep = Sweep.of(design(steps=12, **changed), over, seeds, "fresh")
    trainer = RowTrainer(sweep, None)
    blocks, failed = trainer.plan(next(portions_of(sweep)))
    assert not failed
    whole = told(pair for block in blocks for pair in trainer.train(block))
    assert len(whole) == len(sweep)
    pieces = told(pair for block in blocks for piece in block.pieces(16) for pair in trainer.train(piece))
    assert pieces == whole
    alone = told(pair for block in blocks for one in list(block.singles())[3::23] for pair in trainer.train(one))
    assert alone == {run: whole[run] for run in alone}
    done = set(range(0, len(sweep), 2))
    rest = told(pair for block in blocks for pair in trainer.train(block.without(done)))
    assert rest == {run: row for run, row in whole.items() if run not in done}


def test_the_room_of_a_kind_is_that_of_its_widest_networks():
    specs = [
        design(units=units, behind=behind)
        for units in [(3, 9), (8, 2)]
        for behind in [["layer_norm", {"kind": "dropout", "parameters": {"rate": 0.1}}]]
    ]
    plans = [check_experiment(spec) for spec in specs]
    preparation = Preparation()
    assert list(room_of(plans)) == widest([preparation.prepare(plan).network for plan in plans])


def test_large_networks_are_counted_in_the_whole_portion_not_in_a_piece():
    plans = [check_experiment(design(seed, units=(400, 200))) for seed in range(9)]
    (block,) = blocks_of(list(enumerate(plans)))
    assert block.together
    assert all(piece.together for piece in block.pieces(1))
    assert not any(block.together for block in blocks_of(list(enumerate(plans))[:5]))
