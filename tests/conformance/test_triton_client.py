"""NVIDIA's client for Triton, `tritonclient[http]`, against both backends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput
from tritonclient.utils import InferenceServerException

from tests.contract.bad_bodies import NAMES
from tests.contract.conftest import store_of
from tests.processes import Backend

ROWS = np.array([[5.1, 3.5, 1.4, 0.2], [6.0, 2.9, 4.5, 1.5], [6.3, 2.9, 5.6, 1.8]])
CLASSES = [0, 1, 2]
LABELS = [b"setosa", b"versicolor", b"virginica"]
OUTPUTS = ("predict", "predict_proba", "label")
NUMBERS = (
    *((f"FP{bits}", f"float{bits}") for bits in (16, 32, 64)),
    *((f"INT{bits}", f"int{bits}") for bits in (8, 16, 32, 64)),
    *((f"UINT{bits}", f"uint{bits}") for bits in (8, 16, 32, 64)),
    ("BOOL", "bool"),
)


@pytest.fixture
def client(backend: Backend) -> Iterator[Any]:
    with InferenceServerClient(f"127.0.0.1:{backend.port}") as found:
        yield found


def _input(values: Any, datatype: str = "FP64", *, binary: bool, name: str = "input") -> Any:
    return InferInput(name, list(values.shape), datatype).set_data_from_numpy(values, binary_data=binary)


def _check(result: Any) -> None:
    assert result.as_numpy("predict").tolist() == CLASSES
    assert result.as_numpy("label").tolist() in (LABELS, [label.decode() for label in LABELS])
    probabilities = result.as_numpy("predict_proba")
    assert (probabilities.shape, probabilities.dtype) == ((3, 3), np.float64)
    assert probabilities.sum(axis=1) == pytest.approx(1)
    assert (probabilities.argmax(axis=1) == CLASSES).all()


def test_it_is_live_ready_and_described(client: Any, backend: Backend) -> None:
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("iris")
    assert client.is_model_ready("iris", "1")
    assert not client.is_model_ready("iris", "99")
    assert not client.is_model_ready("roses")
    server = client.get_server_metadata()
    assert (server["name"], server["backend"]) == ("duet", backend.kind)
    assert {"model_repository", "binary_tensor_data"} <= set(server["extensions"])
    for model in (client.get_model_metadata("iris"), client.get_model_metadata("iris", "1")):
        assert (model["name"], model["versions"]) == ("iris", ["1"])
        assert [(one["name"], one["datatype"], one["shape"]) for one in model["inputs"]] == [("input", "FP64", [-1, 4])]
        assert [one["name"] for one in model["outputs"]] == list(OUTPUTS)


@pytest.mark.parametrize("sent", [True, False], ids=["binary", "JSON"])
@pytest.mark.parametrize("wanted", [None, True, False], ids=["binary by default", "binary", "JSON"])
def test_every_output_comes_back_in_either_form(client: Any, sent: bool, wanted: bool | None) -> None:
    outputs = None if wanted is None else [InferRequestedOutput(name, binary_data=wanted) for name in OUTPUTS]
    result = client.infer("iris", [_input(ROWS, binary=sent)], outputs=outputs, request_id="seven")
    _check(result)
    answer = result.get_response()
    assert (answer["model_name"], answer["model_version"], answer["id"]) == ("iris", "1", "seven")
    is_binary = [("binary_data_size" in output.get("parameters", {})) for output in answer["outputs"]]
    assert is_binary == [wanted is not False] * 3


def test_outputs_are_those_that_are_asked_for_each_in_its_own_form(client: Any) -> None:
    outputs = [InferRequestedOutput("label", binary_data=False), InferRequestedOutput("predict", binary_data=True)]
    result = client.infer("iris", [_input(ROWS, binary=True)], model_version="1", outputs=outputs)
    assert [output["name"] for output in result.get_response()["outputs"]] == ["label", "predict"]
    assert (result.as_numpy("label").tolist(), result.as_numpy("predict").tolist()) == (
        [label.decode() for label in LABELS],
        CLASSES,
    )
    assert result.as_numpy("predict_proba") is None


@pytest.mark.parametrize("form", [True, False], ids=["binary", "JSON"])
@pytest.mark.parametrize(("datatype", "kind"), NUMBERS, ids=[name for name, _ in NUMBERS])
def test_every_datatype_of_numbers_is_read(client: Any, datatype: str, kind: str, form: bool) -> None:
    values = np.array([[1, 0, 1, 0], [1, 1, 1, 1]]).astype(kind)
    expected = client.infer("iris", [_input(values.astype(np.float64), binary=True)]).as_numpy("predict_proba")
    found = client.infer("iris", [_input(values, datatype, binary=form)]).as_numpy("predict_proba")
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("form", [True, False], ids=["binary", "JSON"])
def test_features_may_be_tensors_of_their_own_in_any_order(client: Any, form: bool) -> None:
    for columns in (ROWS.T, ROWS.T[:, :, np.newaxis]):
        inputs = [_input(column, binary=form, name=name) for name, column in zip(NAMES, columns, strict=True)]
        _check(client.infer("iris", inputs[::-1]))


@pytest.mark.parametrize("asked", ["gzip", "deflate", None])
@pytest.mark.parametrize("sent", ["gzip", "deflate", None])
def test_bodies_may_be_compressed_both_ways(client: Any, sent: str | None, asked: str | None) -> None:
    rows = np.tile(ROWS, (500, 1))
    for form in (True, False):
        result = client.infer(
            "iris",
            [_input(rows, binary=form)],
            outputs=[InferRequestedOutput(name, binary_data=form) for name in OUTPUTS],
            request_compression_algorithm=sent,
            response_compression_algorithm=asked,
        )
        assert result.as_numpy("predict").tolist() == CLASSES * 500
        assert result.as_numpy("predict_proba").shape == (1500, 3)


def test_errors_are_read_as_what_they_are(client: Any) -> None:
    wrong = (
        ("iris", [_input(ROWS[:, :3], binary=True)], "inputs[0].shape"),
        ("iris", [_input(ROWS, binary=True, name=NAMES[0])], "inputs[0].shape"),
        ("iris", [_input(np.array([["a"] * 4], dtype=object), "BYTES", binary=True)], "no input takes text"),
        ("roses", [_input(ROWS, binary=True)], "there is no model 'roses'"),
    )
    for model, inputs, message in wrong:
        with pytest.raises(InferenceServerException, match=re.escape(message)) as raised:
            client.infer(model, inputs)
        assert raised.value.status() in ("400", "404")
    with pytest.raises(InferenceServerException, match="predicted"):
        client.infer("iris", [_input(ROWS, binary=True)], outputs=[InferRequestedOutput("predicted")])


def test_asynchronous_requests_are_answered(client: Any) -> None:
    pending = [client.async_infer("iris", [_input(ROWS, binary=form)]) for form in (True, False) * 4]
    for request in pending:
        _check(request.get_result())


def test_the_repository_is_listed_and_models_are_unloaded_and_loaded(start: Any, pair: dict[str, Backend]) -> None:
    for kind, other in pair.items():
        backend = start(kind, store=store_of(other))  # for what is unloaded is so in one process
        with InferenceServerClient(f"127.0.0.1:{backend.port}") as client:
            index = client.get_model_repository_index()
            assert {(model["name"], model["version"], model["state"]) for model in index} == {
                ("iris", "1", "READY"),
                ("iris-tree", "1", "READY"),
                ("diabetes", "1", "READY"),
                ("digits", "1", "READY"),
            }
            client.unload_model("iris")
            assert (client.is_model_ready("iris"), client.is_model_ready("iris-tree")) == (False, True)
            with pytest.raises(InferenceServerException, match="was unloaded"):
                client.infer("iris", [_input(ROWS, binary=True)])
            client.load_model("iris")
            assert client.is_model_ready("iris")
            _check(client.infer("iris", [_input(ROWS, binary=True)]))
