"""What an engine is, and how one is made of the bytes that a training exported."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.dataset import FloatMatrix
from shared.domain.engine import DENSE, ONNXRUNTIME
from shared.engines.dense import DenseEngine, unpack_layers
from shared.engines.onnx_runtime import OnnxRuntimeEngine


class Engine(Protocol):
    """Evaluates one fitted estimator; `name` is told in metadata.

    A classifier gives probabilities, one column a class; a regressor gives one column of values.
    """

    name: str

    def evaluate(self, X: FloatMatrix) -> FloatMatrix:
        """Outputs of shape (n_rows, n_outputs), for `X` of shape (n_rows, n_features)."""

    def evaluate_row(self, row: Sequence[float]) -> list[float]:
        """The same for one row."""


def open_engine(name: str, artefact: bytes) -> Engine:
    """The engine called `name` over `artefact`; whatever its library raises where the bytes are not its own."""
    if name == DENSE:
        return DenseEngine(unpack_layers(artefact))
    if name == ONNXRUNTIME:
        return OnnxRuntimeEngine(artefact)
    raise ValueError(f"no engine is called {name!r}")
