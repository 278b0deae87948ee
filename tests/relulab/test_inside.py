"""``relulab.regions``, ``trace`` and ``draw``: in the units of the data, and in words where something cannot be had."""

import numpy as np
import pytest
import torch

import relulab
from relulab.api import TrainResult
from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.inside import trace_of_network
from relulab.introspection.cutting import MOST_REGIONS
from relulab.introspection.own_units import TooManyRegionsError
from relulab.introspection.refusals import NotPiecewiseLinearError
from relulab.model.network import build_model
from relulab.model.plan import DesignPlan
from tests.helpers.designs import dense

FAR = {"dataset": "moons", "scaling": "standardized"}


def trained(*layers, data=None, steps=20, **training) -> TrainResult:
    parts = {"data": data or FAR, "model": {"layers": list(layers)}, "training": {"steps": steps, **training}}
    return relulab.train(ExperimentSpec.parse(parts))


@pytest.fixture(scope="module")
def moons() -> TrainResult:
    return trained(dense(8), dense(8))


def answer(result: TrainResult, inputs) -> np.ndarray:
    """What the network says to inputs in the units of the data."""
    dataset = result.history.info.dataset
    scaled = (np.asarray(inputs) - dataset.offset) / dataset.scale
    with torch.no_grad():
        return result.network.eval()(torch.from_numpy(scaled).float()).numpy()


def test_regions_are_in_the_units_of_the_data(moons):
    found = relulab.regions(moons, box=((-1, 2), (-0.5, 1)))
    assert found.count == len(found.polygons) == len(found.weights) == len(found.biases) > 9
    assert found.pieces <= found.count
    assert sorted(found.lines) == ["1_dense", "2_dense"]
    corners = np.concatenate(found.polygons)
    np.testing.assert_allclose(corners.min(axis=0), [-1, -0.5], atol=1e-12)
    np.testing.assert_allclose(corners.max(axis=0), [2, 1], atol=1e-12)
    for polygon, weight, bias in zip(found.polygons, found.weights, found.biases, strict=True):
        np.testing.assert_allclose(polygon @ weight.T + bias, answer(moons, polygon), atol=1e-5)


def test_without_a_box_it_is_what_the_window_shows(moons):
    found = relulab.regions(moons)
    points = moons.history.info.dataset.original(moons.history.info.dataset.validation.inputs)
    for (low, high), values in zip(found.box, points.T, strict=True):
        assert low < values.min()
        assert high > values.max()


def test_one_input_has_stretches():
    result = trained(dense(9), data={"dataset": "sine"}, steps=5, loss="mse")
    found = relulab.regions(result, box=((-2, 2),))
    assert found.count == sum(map(len, found.lines.values())) + 1
    assert found.polygons[0].shape == (2, 1)
    dataset = result.history.info.dataset
    for ends, weight, bias in zip(found.polygons, found.weights, found.biases, strict=True):
        expected = dataset.original_targets(answer(result, ends))
        np.testing.assert_allclose(ends @ weight.T + bias, expected, atol=1e-5)


def test_what_cannot_be_had_is_said_in_words(moons):
    with pytest.raises(NotPiecewiseLinearError, match="1 Dense uses Tanh, which is curved"):
        relulab.regions(trained(dense(4, "tanh"), steps=1))
    with pytest.raises(TooManyRegionsError, match="More than 9 regions"):
        relulab.regions(moons, most=9)
    for box in (((0, 1),), ((1, 0), (0, 1)), ((0, np.nan), (0, 1))):
        with pytest.raises(SpecError, match="does not fit"):
            relulab.regions(moons, box=box)


@pytest.mark.slow
def test_more_regions_than_can_be_shown_are_refused_with_where_it_stopped_and_what_helps(tmp_path):
    wide = trained(dense(160), dense(160), dense(160), steps=1)
    with pytest.raises(TooManyRegionsError, match=r"More than 20,000 regions \(stopped in .*\). Choose a smaller box"):
        relulab.regions(wide)
    drawn = relulab.draw(wide, "regions", tmp_path / "regions.svg").read_text("utf-8")
    assert "More than 20,000 regions" in drawn, "what there was when it stopped is drawn, and that it is not all"
    found = relulab.regions(wide, ((0.0, 0.05), (0.0, 0.05)))
    assert 0 < found.count < MOST_REGIONS


def test_contributions_sum_to_the_output_and_deltas_come_with_a_target(moons):
    points = [[0.3, 0.4], [1.2, -0.2], [0.0, 0.0]]
    found = relulab.trace(moons, points, target=[0, 1, 1])
    assert found.layers == ("1_dense", "2_dense", "output")
    np.testing.assert_allclose(found.outputs, answer(moons, points), atol=1e-5)
    np.testing.assert_allclose(found.contributions.sum(axis=2), found.outputs, atol=1e-12)
    assert found.contributions.shape == (3, 2, 3)
    np.testing.assert_allclose(found.contributions[1, :, 0], found.affine_weight[1, :, 0] * 1.2, atol=1e-14)
    assert [layer.shape for layer in found.deltas] == [(3, 8), (3, 8), (3, 2)]
    shares = np.exp(found.outputs) / np.exp(found.outputs).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found.deltas[-1], shares - np.eye(2)[[0, 1, 1]], atol=1e-12)
    assert not found.reason
    assert relulab.trace(moons, [0.3, 0.4]).deltas is None


def test_a_trace_and_a_region_tell_the_same_map(moons):
    found = relulab.regions(moons)
    for index in range(0, found.count, 7):
        way = relulab.trace(moons, found.polygons[index].mean(axis=0))
        np.testing.assert_allclose(way.affine_weight[0], found.weights[index], atol=1e-10)
        np.testing.assert_allclose(way.affine_bias[0], found.biases[index], atol=1e-10)


def test_a_regression_takes_its_targets_in_the_units_of_the_data():
    result = trained(dense(6), data={"dataset": "sine", "target_scaling": "standardized"}, steps=5, loss="mse")
    dataset = result.history.info.dataset
    x, y = dataset.original(dataset.test.inputs[:4]), dataset.original_targets(dataset.test.targets[:4])
    found = relulab.trace(result, x, target=y)
    errors = found.outputs - dataset.test.targets[:4]
    np.testing.assert_allclose(found.losses, (errors**2)[:, 0], rtol=1e-4)
    np.testing.assert_allclose(found.deltas[-1], 2 * errors, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("inputs", [[0.1], [[0.1, 0.2, 0.3]], "moons", [[np.nan, 0.0]], [], [[[0.1, 0.2]]]])
def test_inputs_that_do_not_fit_are_refused(moons, inputs):
    with pytest.raises(SpecError, match="inputs"):
        relulab.trace(moons, inputs)


@pytest.mark.parametrize("target", [2, -1, 0.5, [0, 1], "red"])
def test_targets_that_do_not_fit_are_refused(moons, target):
    with pytest.raises(SpecError, match="targets"):
        relulab.trace(moons, [0.1, 0.2], target=target)


def test_dense_networks_up_to_the_largest_that_is_promised():
    """784-256-256-10 within a second or two, as a network of pixels."""
    spec = relulab.load_preset("digits-mlp")
    model = spec.model.replace(
        layers=tuple(ExperimentSpec.parse({"model": {"layers": ["flatten", dense(256), dense(256)]}}).model.layers)
    )
    result = relulab.train(spec.replace(model=model, training=spec.training.replace(epochs=None, steps=2)))
    dataset = result.history.info.dataset
    image = dataset.original(dataset.test.inputs[:2])
    found = relulab.trace(result, image, target=dataset.test.targets[:2])
    assert found.contributions.shape == (2, 10, image[0].size + 1)
    np.testing.assert_allclose(found.contributions.sum(axis=2), found.outputs, atol=1e-10)
    black = image.reshape(2, -1) == 0
    assert not found.contributions[:, :, :-1].transpose(0, 2, 1)[black].any(), "a black pixel adds nothing"


@pytest.mark.slow
def test_the_largest_network_of_convolutions_that_is_promised():
    """`mnist-cnn` as it starts, on an image of noise; its own data are a download."""
    spec = relulab.load_preset("mnist-cnn")
    small = relulab.load_preset("mnist-small-cnn")
    result = relulab.train(small.replace(training=small.training.replace(epochs=None, steps=1)))
    dataset = result.history.info.dataset
    network = build_model(DesignPlan.of(spec.replace(data=small.data), dataset.description))
    noise = np.random.default_rng(0).random((1, *dataset.description.input_shape)).astype(np.float32)
    image = dataset.original(noise)
    found = trace_of_network(network, dataset, image)
    assert found.layers == tuple(layer.name for layer in network.layout.layers)
    np.testing.assert_allclose(found.contributions.sum(axis=2), found.outputs, atol=1e-10)


@pytest.mark.parametrize("what", ["network", "regions", "units"])
def test_pictures_are_written_with_their_words(moons, what, tmp_path):
    written = relulab.draw(moons, what, tmp_path / "picture.svg").read_text("utf-8")
    assert "1 Dense" in written
    assert "<title" in written
    assert relulab.draw(moons, what, str(tmp_path / "picture.png")).read_bytes().startswith(b"\x89PNG")


def test_units_are_drawn_for_every_kind_of_data(tmp_path):
    curve = trained(dense(6), data={"dataset": "sine"}, steps=2, loss="mse")
    table = trained(dense(6, "tanh"), data={"dataset": "iris"}, steps=2)
    for result in (curve, table):
        assert "1 Dense: 6 units" in relulab.draw(result, "units", tmp_path / "units.svg").read_text("utf-8")


def test_pictures_that_cannot_be_had_are_refused(moons, tmp_path):
    with pytest.raises(SpecError, match="no picture named 'neurons'"):
        relulab.draw(moons, "neurons", tmp_path / "a.svg")
    with pytest.raises(SpecError, match=r"ends in \.svg or \.png"):
        relulab.draw(moons, "units", tmp_path / "a.gif")
    with pytest.raises(NotPiecewiseLinearError, match="Tanh"):
        relulab.draw(trained(dense(4, "tanh"), steps=1), "regions", tmp_path / "a.svg")


def test_slopes_are_drawn_of_dense_layers_beside_the_measured_gradient(tmp_path):
    result = trained(dense(8, "sigmoid"), dense(8, "sigmoid"), steps=3)
    written = relulab.draw(result, "slopes", tmp_path / "slopes.svg").read_text("utf-8")
    assert "product of the gains" in written
    assert "Slope × weights = gain of each layer: 1 Dense: 0." in written
    curve = trained(dense(6), data={"dataset": "sine"}, steps=2, loss="mse")
    assert "measured gradient" in relulab.draw(curve, "slopes", tmp_path / "curve.svg").read_text("utf-8")
    with pytest.raises(SpecError, match="along dense layers"):
        relulab.draw(trained(dense(6), "batch_norm", steps=2), "slopes", tmp_path / "none.svg")


def test_a_linear_network_is_one_map_and_a_design_of_one_layer():
    result = trained(dense(5, "identity"), dense(3, "identity"))
    one = relulab.effective_map(result)
    dataset = result.history.info.dataset
    points = dataset.original(dataset.train.inputs)
    np.testing.assert_allclose(dataset.train.inputs @ one.weights.T + one.biases, answer(result, points), atol=1e-5)
    assert one.difference < 1e-5
    assert (one.rank, one.samples) == (2, len(dataset.train))
    assert one.design is not None
    again = relulab.train(one.design.replace(training=one.design.training.replace(steps=1, learning_rate=1e-12)))
    np.testing.assert_allclose(answer(again, points), answer(result, points), atol=1e-5)
    with pytest.raises(NotPiecewiseLinearError, match="The units of 1 Dense bend"):
        relulab.effective_map(trained(dense(4), steps=1))
