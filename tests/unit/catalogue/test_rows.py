"""Data that another process reads."""

import subprocess
import sys

import numpy as np

from shared.catalogue import CATALOGUE
from shared.catalogue.rows import rows_of
from tests.processes import ROOT


def test_rows_are_those_of_the_catalogue_and_are_read_once() -> None:
    read, data = rows_of("iris"), CATALOGUE["iris"].dataset
    assert (read.name, read.source, read.sha256()) == (data.name, data.source, data.sha256())
    assert np.array_equal(read.y, data.y)
    assert rows_of("iris") is read


def test_whoever_asks_for_rows_does_not_load_scikit_learn() -> None:
    program = "import sys; from shared.catalogue.rows import rows_of; rows_of('iris'); print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
