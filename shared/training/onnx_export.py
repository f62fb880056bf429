"""Fitted estimators as ONNX, so that onnxruntime gives what scikit-learn gives.

skl2onnx converts; here is what it gets wrong or leaves out.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, compose, helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType
from sklearn.base import is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

INPUT, OUTPUT = "X", "outputs"


class Refused(Exception):
    """An estimator that is not exported, as the message says why."""


def has_trees(model: ModelProto) -> bool:
    return any(node.op_type.startswith("TreeEnsemble") for node in model.graph.node)


def convert(estimator: Any, n_features: int, *, double: bool) -> ModelProto:
    """`estimator` with one input of shape (n_rows, `n_features`), float64 or float32, and one float64 output.

    Raises Refused for isotonic calibration, whose conversion is wrong, and whatever skl2onnx raises where it has no
    conversion. Whether what it returns is right, only a comparison can tell.
    """
    if any(_is_calibrated(part, "isotonic") for part in [estimator, *estimator.get_params().values()]):
        raise Refused("isotonic calibration is not exported: its conversion gives wrong probabilities")
    *before, last = steps_of(estimator)
    if _is_calibrated(last, "temperature"):
        model = _temperature_scaled(before, last, n_features, double)
    else:
        model = _converted(estimator, n_features, double)
    _mend_trees(model)
    _mend_imputers(model)
    return _finished(model, has_probabilities=is_classifier(estimator))


def steps_of(estimator: Any) -> list[Any]:
    """The steps of a pipeline; anything else is its own one step."""
    return [step for _, step in estimator.steps] if isinstance(estimator, Pipeline) else [estimator]


def _is_calibrated(part: Any, method: str) -> bool:
    return isinstance(part, CalibratedClassifierCV) and part.method == method


def _converted(estimator: Any, n_features: int, double: bool, **further: bool | str) -> ModelProto:
    kind = DoubleTensorType if double else FloatTensorType
    last = steps_of(estimator)[-1]
    if isinstance(last, KNeighborsClassifier):
        further["optim"] = "cdist"  # otherwise it loops over the training rows, which takes 30 times as long
    options = {id(last): {"zipmap": False, **further}} if is_classifier(last) else None
    model: ModelProto = to_onnx(
        estimator, initial_types=[(INPUT, kind([None, n_features]))], options=options, name="estimator"
    )
    return model


def _temperature_scaled(before: Sequence[Any], calibrated: Any, n_features: int, double: bool) -> ModelProto:
    """The mean over the calibrated classifiers of softmax(beta * scores), which skl2onnx has no conversion for."""
    number = np.float64 if double else np.float32
    parts: list[ModelProto] = []
    for index, one in enumerate(calibrated.calibrated_classifiers_):
        steps = [(str(position), step) for position, step in enumerate([*before, *steps_of(one.estimator)])]
        part = _converted(Pipeline(steps), n_features, double, raw_scores=True)
        part = compose.add_prefix(part, f"{index}_", rename_inputs=False)
        beta = numpy_helper.from_array(np.array(one.calibrators[0].beta_, dtype=number), f"{index}_beta")
        part.graph.initializer.append(beta)
        part.graph.node.append(helper.make_node("Mul", [_output(part), beta.name], [f"{index}_scaled"]))
        part.graph.node.append(helper.make_node("Softmax", [f"{index}_scaled"], [f"{index}_calibrated"], axis=-1))
        parts.append(part)
    whole = parts[0]
    for part in parts[1:]:
        whole.graph.node.extend(part.graph.node)
        whole.graph.initializer.extend(part.graph.initializer)
    share = numpy_helper.from_array(np.array(1 / len(parts), dtype=number), "share")
    whole.graph.initializer.append(share)
    each = [f"{index}_calibrated" for index in range(len(parts))]
    whole.graph.node.append(helper.make_node("Sum", each, ["sum"]))
    whole.graph.node.append(helper.make_node("Mul", ["sum", share.name], ["mean"]))
    whole.graph.output[-1].name = "mean"
    return whole


def _output(model: ModelProto) -> str:
    """Of a classifier the probabilities or scores, which stand behind the class; of a regressor the value."""
    return str(model.graph.output[-1].name)


def _mend_trees(model: ModelProto) -> None:
    """Let trees see their input as scikit-learn's do: rounded to float32, whatever came before it.

    They are compared with thresholds in float64 then, so that every row takes the branch that it takes in
    scikit-learn, between thresholds or on them. onnxruntime gives their scores in float32, which the nodes behind
    them don't expect.
    """
    mended: list[NodeProto] = []
    is_double = model.graph.input[0].type.tensor_type.elem_type == TensorProto.DOUBLE
    for index, node in enumerate(model.graph.node):
        if not (is_double and node.op_type.startswith("TreeEnsemble")):
            mended.append(node)
            continue
        rounded, widened, scores, last = f"rounded_{index}", f"widened_{index}", f"scores_{index}", node.output[-1]
        mended.append(helper.make_node("Cast", [node.input[0]], [rounded], to=TensorProto.FLOAT))
        mended.append(helper.make_node("Cast", [rounded], [widened], to=TensorProto.DOUBLE))
        node.input[0], node.output[len(node.output) - 1] = widened, scores
        mended += [node, helper.make_node("Cast", [scores], [last], to=TensorProto.DOUBLE)]
    del model.graph.node[:]
    model.graph.node.extend(mended)


def _mend_imputers(model: ModelProto) -> None:
    """Let what is missing be replaced in float64, too, for which onnxruntime has no Imputer."""
    if model.graph.input[0].type.tensor_type.elem_type != TensorProto.DOUBLE:
        return
    mended: list[NodeProto] = []
    for index, node in enumerate(model.graph.node):
        if node.op_type != "Imputer":
            mended.append(node)
            continue
        given = {attribute.name: attribute for attribute in node.attribute}
        values = np.array([given["imputed_value_floats"].floats], dtype=np.float64)
        model.graph.initializer.append(numpy_helper.from_array(values, f"imputed_{index}"))
        mended.append(helper.make_node("IsNaN", [node.input[0]], [f"missing_{index}"]))
        chosen = [f"missing_{index}", f"imputed_{index}", node.input[0]]
        mended.append(helper.make_node("Where", chosen, list(node.output)))
    del model.graph.node[:]
    model.graph.node.extend(mended)


def _keep_to_probabilities(model: ModelProto) -> None:
    """Let nothing be less than 0 or more than 1: of two classes one is 1 less the other, and float32 sums of trees
    round to a little more than 1.
    """
    graph, last = model.graph, _output(model)
    graph.node.append(helper.make_node("Cast", [last], ["wide"], to=TensorProto.DOUBLE))
    for name, bound in (("least", 0.0), ("most", 1.0)):
        graph.initializer.append(numpy_helper.from_array(np.array(bound), name))
    graph.node.append(helper.make_node("Clip", ["wide", "least", "most"], ["probabilities_kept"]))
    graph.output[-1].name = "probabilities_kept"


def _finished(model: ModelProto, *, has_probabilities: bool) -> ModelProto:
    """`model` with one output, float64, and without what says nothing of the estimator."""
    graph = model.graph
    if has_probabilities and has_trees(model):
        _keep_to_probabilities(model)
    graph.node.append(helper.make_node("Cast", [_output(model)], [OUTPUT], to=TensorProto.DOUBLE))
    del graph.output[:], graph.value_info[:]
    graph.output.append(helper.make_tensor_value_info(OUTPUT, TensorProto.DOUBLE, [None, None]))
    opsets = sorted(model.opset_import, key=lambda opset: opset.domain)  # skl2onnx takes them from a set
    del model.opset_import[:]
    model.opset_import.extend(opsets)
    model.doc_string = graph.doc_string = ""
    for node in graph.node:
        node.doc_string = ""
    return model
