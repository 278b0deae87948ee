"""``relulab regions`` and ``relulab trace``: what they write and how they refuse."""

from pathlib import Path

import numpy as np
import pytest

SHORT = ("--set", "training.epochs=2")
SMALL = ("--set", "model.layers.0.parameters.units=8", "--set", "model.layers.1.parameters.units=8")


def test_regions_as_numbers(call, folder: Path, read_strict) -> None:
    out = folder / "regions.json"
    result = call("regions", "moons-healthy", *SHORT, *SMALL, "--box=-1:2,-0.5:1", "--out", out)
    assert result.exit_code == 0, result.stderr
    found = read_strict(out)
    assert found["box"] == [[-1, 2], [-0.5, 1]]
    assert found["count"] == len(found["regions"]) > 9
    assert f"{found['count']} regions" in result.stdout
    area = 0.0
    for region in found["regions"]:
        x, y = np.array(region["polygon"]).T
        area += (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2
        assert np.array(region["weight"]).shape == (2, 2)
    assert area == pytest.approx(4.5, rel=1e-12)


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_regions_as_a_picture(ending: str, call, folder: Path) -> None:
    out = folder / f"regions.{ending}"
    assert call("regions", "moons-healthy", *SHORT, *SMALL, "--out", out).exit_code == 0
    assert out.read_bytes()[:4] in (b"<svg", b"\x89PNG")


def test_a_trace_of_an_input_and_of_a_sample(call, folder: Path, read_strict) -> None:
    out = folder / "trace.json"
    assert call("trace", "moons-healthy", *SHORT, *SMALL, "--input=-0.3,0.4", "--out", out).exit_code == 0
    found = read_strict(out)
    assert found["inputs"] == [[-0.3, 0.4]]
    assert found["deltas"] is None
    np.testing.assert_allclose(np.sum(found["contributions"], axis=2), found["outputs"], atol=1e-10)
    assert call("trace", "moons-healthy", *SHORT, *SMALL, "--sample", 2, "--out", out).exit_code == 0
    found = read_strict(out)
    assert found["target"] in ([0], [1])
    assert [len(layer[0]) for layer in found["deltas"]] == [8, 8, 2]


def test_a_network_with_given_weights_is_not_trained_again(call, folder: Path) -> None:
    call("train", "moons-healthy", *SHORT, "--out", folder)
    result = call(
        "trace", "moons-healthy", "--weights", folder / "weights.safetensors", "--sample", 0, "--out", folder / "t.json"
    )
    assert result.exit_code == 0
    assert "Training" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("regions", "moons-healthy", "--out", "a.txt"), 2, "must end in .json, .svg, .png"),
        (("regions", "moons-healthy", "--box", "2:1,0:1", "--out", "a.json"), 2, "write X0:X1,Y0:Y1"),
        (("regions", "moons-healthy", "--box", "red", "--out", "a.json"), 2, "write numbers"),
        (("regions", "moons-healthy", *SHORT, "--box", "0:1", "--out", "a.json"), 2, "does not fit"),
        (("regions", "digits-mlp", *SHORT, "--out", "a.json"), 5, "one or two inputs; this network has 64"),
        (("regions", "moons-healthy", *SHORT, "--most", "9", "--out", "a.json"), 5, "More than 9 regions"),
        (("trace", "moons-healthy", "--out", "a.json"), 2, "--input or --sample"),
        (("trace", "moons-healthy", "--input", "1,2", "--sample", "1", "--out", "a.json"), 2, "one of the two"),
        (("trace", "moons-healthy", *SHORT, "--input", "1,2,3", "--out", "a.json"), 2, "takes finite numbers"),
        (("trace", "moons-healthy", *SHORT, "--sample", "99999", "--out", "a.json"), 2, "counted from 0"),
    ],
)
def test_refusals(arguments, code: int, words: str, call, folder: Path, monkeypatch) -> None:
    monkeypatch.chdir(folder)
    result = call(*arguments)
    assert result.exit_code == code
    assert words in " ".join(result.stderr.replace("│", " ").split())
    assert not list(folder.glob("a.*"))
    assert ("Training" in result.stdout) == ("--most" in arguments), "only their number is not known before"
