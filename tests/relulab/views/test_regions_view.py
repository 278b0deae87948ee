"""What is said of the regions of a picture, and where their network comes from."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from relulab.introspection.dense_stack import AffineLayer, DenseStack
from relulab.introspection.plane_regions import PlaneRegions
from relulab.views import output, regions
from relulab.views.regions import RegionsView, kinks_of, kinks_words, pictured
from tests.helpers.designs import dense
from tests.helpers.pictured_runs import pictured_run
from tests.relulab.introspection.stacks import RELU, one_layer, stack

EIGHT = np.stack([np.cos(np.arange(8) * np.pi / 8), np.sin(np.arange(8) * np.pi / 8)], axis=1)


def output_view(info: Any, picture: Any) -> Any:
    """Of the kind that the picture asks for."""
    return output.output_view(info, picture)


def regions_view(of: Any) -> Any:
    """Regions, or why there are none."""
    return regions.regions_view(of)


@pytest.fixture(scope="module")
def run():
    return pictured_run(dense(8), dense(8), keep=True)


def view_of(run: Any, net: DenseStack, **box: Any) -> RegionsView:
    """The picture of this run as that of another network."""
    picture = replace(run.picture, stack=net, x_range=(-1.5, 1.5), y_range=(-1.5, 1.5))
    view = regions_view(output_view(run.info, picture))
    assert isinstance(view, RegionsView)
    return view


def test_the_network_comes_with_the_picture(run):
    view = regions_view(output_view(run.info, run.picture))
    alone = PlaneRegions.of(run.picture.stack, (run.picture.x_range, run.picture.y_range))
    assert view.regions.count == alone.count > 9
    assert str(view.count_words) == f"{alone.count} regions in view"
    assert [view.title_of(layer) for layer, _ in view.lines] == ["1 Dense", "2 Dense"]


def test_out_of_a_file_the_network_comes_from_the_checkpoint(run):
    stored = run.up_to(20)
    stored._picture = replace(run.picture, stack=None)
    found: Any = pictured(stored)
    for ours, theirs in zip(found.stack.layers, run.picture.stack.layers, strict=True):
        np.testing.assert_array_equal(ours.weight, theirs.weight)
    without = pictured_run(dense(4))
    without._picture = replace(without.picture, stack=None)
    left: Any = pictured(without)
    assert left.stack is None


def test_pieces_are_told_where_they_are_fewer_and_why(run):
    dead = view_of(run, stack((EIGHT, np.zeros(8)), (-np.ones((8, 8)), -np.ones(8)), (np.ones((2, 8)), [0, 0])))
    assert str(dead.words) == "16 regions in view, 1 piece: 2 Dense is dead in this view"
    silent = view_of(run, stack((EIGHT, np.zeros(8)), (np.zeros((2, 8)), [0, 0])))
    assert str(silent.words).startswith("16 regions in view, 1 piece: some bends reach no output")


def test_one_layer_is_counted_in_the_whole_plane_too(run):
    rng = np.random.default_rng(0)
    view = view_of(run, one_layer(rng.normal(size=(8, 2)), 3 * rng.normal(size=8)))
    assert view.regions.count < 37
    assert str(view.words) == f"{view.regions.count} regions in view, 37 in the whole plane"


def test_the_map_of_a_region_is_written_out(run):
    layers = (
        AffineLayer(np.array([[1.0, 0.0], [0.0, -1.0]]), np.array([0.5, 0.0]), RELU, 0),
        AffineLayer(
            np.array([[2.0, -3.0], [0.25, 0.0]]), np.array([-1.0, 7.0]), stack(([[1]], [0])).layers[0].pieces, 2
        ),
    )
    view = view_of(run, DenseStack(layers))
    said = str(view.region_words(1.0, -1.0))
    assert "upper moon = 2 x₁ + 3 x₂ + 0; lower moon = 0.25 x₁ + 0 x₂ + 7.12." in said
    assert said.endswith("On in this region: 1 Dense: 2/2 (1–2)")
    assert "1 Dense: 0/2" in str(view.region_words(-1.0, 1.0))
    assert view.region_words(2.0, 0.0) is None


def test_curves_have_kinks_and_curved_networks_say_why_not():
    curve = pictured_run(dense(6), data="sine", loss="mse")
    kinks = kinks_of(output_view(curve.info, curve.picture))
    assert kinks is not None
    assert len(kinks.positions) >= 1
    assert str(kinks_words(kinks)).endswith("in view")
    tanh = pictured_run(dense(6, "tanh"))
    assert "1 Dense uses Tanh" in str(regions_view(output_view(tanh.info, tanh.picture)))


def test_targets_in_their_own_unit_take_the_maps_with_them():
    history = pictured_run(dense(6), data="sine", loss="mse")
    data = replace(history.info.dataset, target_offset=np.array([5.0]), target_scale=np.array([3.0]))
    own = output_view(replace(history.info, dataset=data), history.picture)
    x = own.picture.x[:, None].astype(float)
    np.testing.assert_allclose(own.picture.stack(x)[:, 0], own.picture.y[0], rtol=1e-4, atol=1e-4)


def test_the_table_has_the_map_of_every_region(run):
    view = regions_view(output_view(run.info, run.picture))
    table = view.table("run")
    assert len(table.rows) == view.regions.count
    assert len(table.columns) == len(table.rows[0]) == 6 + 2 * 3
    x, y, *maps = np.array([row[4:] for row in table.rows], float).T
    outputs = view.regions.stack(np.column_stack([x, y]))
    np.testing.assert_allclose(maps[0] * x + maps[1] * y + maps[2], outputs[:, 0], atol=1e-12)


def test_a_network_without_bends_is_one_map_and_its_rank_is_told():
    """2-1-2: whatever the weights, the matrix of it all has rank 1."""
    linear = pictured_run(dense(5, "identity"), dense(1, "identity"))
    view = regions_view(output_view(linear.info, linear.picture))
    words = str(view.words)
    assert view.is_one_map
    assert words.startswith("no unit bends: the whole network is one affine map, of rank 1 of 2; as one layer")
    assert float(words.rsplit(" ", 1)[1]) < 1e-5
    x = np.array([view.middle])
    said = str(view.region_words(*view.middle))
    assert "On in this region" not in said
    assert said.startswith("upper moon = ")
    np.testing.assert_allclose(view.regions.maps(x)[0], view.regions.stack(x)[0], atol=1e-12)
    on_the_line = view.regions.stack(view.boundary.reshape(-1, 2))
    assert len(on_the_line) == 2
    np.testing.assert_allclose(on_the_line[:, 0], on_the_line[:, 1], atol=1e-9)


def test_a_network_that_bends_has_no_line_of_one_map(run):
    assert regions_view(output_view(run.info, run.picture)).boundary.shape == (0, 2, 2)


def test_weights_beyond_all_numbers_are_said(run):
    layer = (1e200 * np.eye(2), [0, 0])
    picture = replace(run.picture, stack=stack(layer, layer, (np.ones((2, 2)), [0, 0])))
    assert "so large" in str(regions_view(output_view(run.info, picture)))
