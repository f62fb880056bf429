"""Files of images like MNIST's, made of the digits that scikit-learn embeds."""

import gzip
import struct
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

from shared.files.reading import ByteArray

IMAGES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"


def enlarged(first: int, last: int) -> tuple[ByteArray, ByteArray]:
    """Digits number `first` up to `last`, each cell of 8 x 8 as 3 x 3 pixels, on paper of 28 x 28; and their labels."""
    X, y = load_digits(return_X_y=True)
    large = np.kron(X[first:last].reshape(-1, 8, 8), np.ones((1, 3, 3))) * 255 / 16
    return np.pad(large, ((0, 0), (2, 2), (2, 2))).astype(np.uint8), y[first:last].astype(np.uint8)


def idx(array: ByteArray) -> bytes:
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def write_idx(folder: Path, n: int = 500, n_test: int = 200) -> None:
    """Four files by the names that those of MNIST have."""
    pixels, labels = enlarged(0, n)
    test_pixels, test_labels = enlarged(n, n + n_test)
    for name, array in ((IMAGES, pixels), (LABELS, labels), (TEST_IMAGES, test_pixels), (TEST_LABELS, test_labels)):
        (folder / name).write_bytes(gzip.compress(idx(array)))


def write_csv(path: Path, pixels: ByteArray, labels: ByteArray) -> None:
    rows = np.column_stack([labels, pixels.reshape(len(pixels), -1)])
    path.write_text("\n".join(",".join(map(str, row)) for row in rows.tolist()))
