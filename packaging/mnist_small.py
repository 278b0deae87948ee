"""Make ``resources/data/mnist_small.npz``, the part of MNIST that comes with ReLU Lab, from the published files.

    python3 packaging/mnist_small.py FOLDER

FOLDER holds the four files of MNIST. Of each digit, the first 500 training and the first 100 test images are taken, in
the published order, which is random already. The file is the same byte for byte each time.
"""

import io
import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from relulab.data.dataset import RawSplit, Source  # noqa: E402 (from this checkout)
from relulab.data.image_files import load_images  # noqa: E402

TARGET = ROOT / "resources" / "data" / "mnist_small.npz"
TRAINING, TEST = 500, 100  # images of each digit
AT_MOST = 2_000_000  # bytes
MADE = (2026, 1, 1, 0, 0, 0)  # the time that the archive says, so that its bytes do not depend on the clock


def first_of_each(split: RawSplit, count: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Images (10·count, 28, 28) and labels (10·count,), in the order of ``split``."""
    rows = np.sort(np.concatenate([np.flatnonzero(split.targets == digit)[:count] for digit in range(10)]))
    return split.inputs[rows, 0], split.targets[rows].astype(np.uint8)


def write(path: Path, arrays: dict[str, NDArray[np.uint8]]) -> None:
    """What ``np.savez_compressed`` writes, without the time of day."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.save(content, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content.getvalue(), compresslevel=9)


def main() -> None:
    pool = load_images("mnist", Source(root=Path(sys.argv[1])))
    assert pool.test is not None, "MNIST has test images of its own"
    train_images, train_labels = first_of_each(pool.train, TRAINING)
    test_images, test_labels = first_of_each(pool.test, TEST)
    write(
        TARGET,
        {
            "train_images": train_images,
            "train_labels": train_labels,
            "test_images": test_images,
            "test_labels": test_labels,
        },
    )
    size = TARGET.stat().st_size
    print(f"{TARGET.name}: {len(train_labels):,} + {len(test_labels):,} images, {size:,} bytes")
    if size > AT_MOST:
        sys.exit(f"That is more than {AT_MOST:,} bytes.")


if __name__ == "__main__":
    main()
