"""An exported computation graph, evaluated by onnxruntime."""

from collections.abc import Sequence

import numpy as np

from shared.domain.dataset import FloatMatrix
from shared.domain.engine import ONNXRUNTIME

FATAL = 4  # of onnxruntime's log severities; what fails is raised all the same
MOST_ROWS = 1000  # at once: some models need memory for each pair of a row and one that they were trained on
TYPES = {"tensor(double)": np.float64, "tensor(float)": np.float32}


class OnnxRuntimeEngine:
    """One input of shape (n_rows, n_features), float64 or float32; one output, float64."""

    name = ONNXRUNTIME

    def __init__(self, model: bytes) -> None:
        """`model` is ONNX; raises what onnxruntime raises where it is none that it can run."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # the server's workers are the parallel part
        options.log_severity_level = FATAL
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        (entry,), (outcome,) = session.get_inputs(), session.get_outputs()
        self._run, self._input, self._outputs = session.run, entry.name, [outcome.name]
        self._type = TYPES[entry.type]

    def evaluate(self, X: FloatMatrix) -> FloatMatrix:
        if len(X) > MOST_ROWS:
            starts = range(0, len(X), MOST_ROWS)
            return np.concatenate([self.evaluate(X[start : start + MOST_ROWS]) for start in starts])
        answer: FloatMatrix = self._run(self._outputs, {self._input: X.astype(self._type, copy=False)})[0]
        return answer

    def evaluate_row(self, row: Sequence[float]) -> list[float]:
        answer: list[float] = self._run(self._outputs, {self._input: np.array([row], self._type)})[0][0].tolist()
        return answer
