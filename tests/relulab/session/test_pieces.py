"""Arrays go into a session in pieces: the bytes are those of numpy and safetensors, and no call takes long."""

from io import BytesIO

import numpy as np
import pytest
from safetensors.numpy import save

from relulab.errors import SessionError
from relulab.session.file.arrays import from_npy, from_tensors, to_npy, to_tensors
from relulab.session.file.container import PIECE, Container, write_container

ROOM = 200  # bytes of a zip's own that may go with a piece
NAME = "runs/00000000/steps/loss.npy"
WEIGHTS = "runs/00000000/checkpoints/000000000000/weights.safetensors"
DTYPES = ("<f4", "<f8", "<i8", "|u1")


class Watched(BytesIO):
    """A file that knows the largest piece that was written into it."""

    largest = 0

    def write(self, data) -> int:
        self.largest = max(self.largest, memoryview(data).nbytes)
        return super().write(data)


def numbers(shape: tuple[int, ...], dtype: str, seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).normal(size=shape) * 100).astype(dtype)


SHAPES: dict[str, tuple[int, ...]] = {"number": (), "nothing": (0,), "no rows": (0, 3), "row": (7,), "block": (3, 4, 5)}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("turned", [False, True])
def test_an_array_is_written_as_numpy_writes_it(shape, dtype, turned):
    array = numbers(shape, dtype).T if turned else numbers(shape, dtype)
    expected = BytesIO()
    np.lib.format.write_array(expected, np.asarray(array, order="C"), version=(1, 0), allow_pickle=False)
    written = b"".join(to_npy(array, dtype))
    assert written == expected.getvalue()
    np.testing.assert_array_equal(from_npy(written, dtype, NAME), array)


def test_every_second_row_is_written_as_what_it_is():
    array = numbers((9, 4), "<f4")[::2]
    np.testing.assert_array_equal(from_npy(b"".join(to_npy(array, "<f4")), "<f4", NAME), array)


@pytest.mark.parametrize("seed", range(5))
def test_tensors_are_written_as_safetensors_writes_them(seed):
    chosen = np.random.default_rng(seed)
    arrays = {
        f"{letter}.{place}{chr(97 + chosen.integers(26))}": numbers(shape, str(chosen.choice(DTYPES)), seed)
        for place, (letter, shape) in enumerate(zip("zaQ_9", SHAPES.values(), strict=True))
    }
    arrays["turned"] = numbers((4, 6), "<f4").T
    written = b"".join(to_tensors(arrays))
    assert written == save({name: np.ascontiguousarray(a).reshape(a.shape) for name, a in arrays.items()})
    back = from_tensors(written, WEIGHTS)
    assert back.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(back[name], array)


def test_no_tensors_are_a_file_all_the_same():
    assert b"".join(to_tensors({})) == save({})


def test_numbers_that_no_session_has_are_refused_before_they_are_written():
    with pytest.raises(SessionError, match=r"half.*float16"):
        to_tensors({"half": np.zeros(2, np.float16)})


@pytest.mark.parametrize("compress", [False, True])
def test_large_parts_are_written_in_pieces_and_not_copied(compress):
    array = numbers((3 * PIECE // 4 + 5,), "<f8")
    parts = [(NAME, to_npy(array, "<f8")), (WEIGHTS, to_tensors({"weight": array}))]
    for _, pieces in parts:
        assert any(np.shares_memory(np.frombuffer(piece, np.uint8), array) for piece in pieces)
    file = Watched()
    write_container(file, lambda: parts, compress=compress)
    assert file.largest <= PIECE + ROOM
    container = Container(file)
    for name, pieces in parts:
        assert container.take(name) == b"".join(pieces)
