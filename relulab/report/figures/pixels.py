"""Images of a data set as pixels: the window and the figures of reports show the same."""

import numpy as np
from numpy.typing import NDArray


def to_pixels(images: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(n, rows, columns, 3) of images (n, channels, rows, columns) in any scaling; one channel becomes grey.

    Each channel is stretched from its least to its greatest value among these images.
    """
    low = images.min(axis=(0, 2, 3), keepdims=True)
    high = images.max(axis=(0, 2, 3), keepdims=True)
    scaled = 255 * (images - low) / np.maximum(high - low, 1e-12)
    channels = scaled[:, :3] if images.shape[1] >= 3 else np.repeat(scaled[:, :1], 3, axis=1)
    return np.asarray(channels.transpose(0, 2, 3, 1), np.uint8)
