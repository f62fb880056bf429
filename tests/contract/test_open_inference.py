"""The Open Inference Protocol's routes, as bytes: what clients of others take for granted is in tests/conformance."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.contract.bad_bodies import PREDICT
from tests.contract.bad_input import GOOD, GOOD_ROW
from tests.contract.bad_tensors import FEATURES, INFER, LENGTH, ROW_BYTES, behind, columns, tensor
from tests.contract.conftest import Pair
from tests.contract.raw import Answer, Header, ask
from tests.processes import Backend

ROWS = [GOOD_ROW, [6.0, 2.9, 4.5, 1.5], [6.3, 2.9, 5.6, 1.8]]
LABELS = ["setosa", "versicolor", "virginica"]
MODELS = ["iris", "iris-tree", "diabetes", "digits"]
GZIP: Header = ("Accept-Encoding", "gzip")
TOKEN: Header = ("Authorization", "Bearer s3cret-token")


def _infer(backend: Backend, document: object, *headers: Header, target: str = INFER) -> Answer:
    answer = ask(backend.port, "POST", target, json.dumps(document), headers)
    assert answer.status == 200, answer.body[:500]
    assert answer.value("vary") == "Accept-Encoding"
    return answer


def _outputs(answer: Answer) -> dict[str, Any]:
    """The data of each output, of which the JSON says shape and datatype."""
    assert answer.value("content-type") == "application/json"
    assert answer.value(LENGTH) is None
    return {output["name"]: output["data"] for output in answer.json()["outputs"]}


def test_one_row_is_answered_with_class_probabilities_and_label(backend: Backend) -> None:
    found = _infer(backend, {"inputs": [tensor()]}).json()
    alone = ask(backend.port, "POST", "/classify", GOOD).json()
    assert found == {
        "model_name": "iris",
        "model_version": "1",
        "outputs": [
            {"name": "predict", "datatype": "INT64", "shape": [1], "data": [0]},
            {
                "name": "predict_proba",
                "datatype": "FP64",
                "shape": [1, 3],
                "data": pytest.approx(list(alone["probabilities"].values()), rel=1e-9),
            },
            {"name": "label", "datatype": "BYTES", "shape": [1], "data": ["setosa"]},
        ],
    }


def test_every_form_of_the_same_rows_gets_the_same_answer(backend: Backend) -> None:
    flat = [value for row in ROWS for value in row]
    expected = _infer(backend, {"inputs": [tensor(flat, shape=[3, 4])]}).json()
    assert expected["outputs"][2]["data"] == LABELS
    by_feature = [tensor([row[index] for row in ROWS], name=name, shape=[3]) for index, name in enumerate(FEATURES)]
    upright = [{**one, "shape": [3, 1], "data": [[value] for value in one["data"]]} for one in by_feature]
    for inputs in (
        [tensor(ROWS, shape=[3, 4])],
        [tensor(ROWS, shape=[3, 4], name="input-0", datatype="FP32", parameters={"content_type": "np"})],
        by_feature[::-1],
        upright,
    ):
        assert _infer(backend, {"inputs": inputs}).json() == expected
    escaped = json.dumps({"inputs": [tensor(flat, shape=[3, 4])]}).replace("input", "inp\\u0075t")
    assert ask(backend.port, "POST", INFER, escaped).json() == expected
    assert _infer(backend, {"inputs": by_feature}, target="/v2/models/iris/versions/1/infer").json() == expected


def test_id_and_parameters_come_back_and_outputs_are_chosen(backend: Backend) -> None:
    parameters = {"trace": "abc", "n": 7, "half": 0.5, "yes": True, "binary_data_output": False}
    wanted = [{"name": "label"}, {"name": "predict"}]
    document = {"id": "seven", "parameters": parameters, "inputs": [tensor()], "outputs": wanted, "model_name": "iris"}
    found = _infer(backend, document).json()
    del parameters["binary_data_output"]
    assert (found["id"], found["parameters"]) == ("seven", parameters)
    assert [output["name"] for output in found["outputs"]] == ["label", "predict"]


@pytest.mark.parametrize("rows", [1, 3])
def test_rows_unlike_the_training_data_are_counted(backend: Backend, rows: int) -> None:
    inputs = [tensor([[51.0, 3.5, 1.4, 0.2]] * rows, shape=[rows, 4])]
    assert _infer(backend, {"inputs": inputs}).json()["parameters"] == {"rows_with_warnings": rows}


def test_bytes_behind_the_json_are_read_and_written_row_by_row(backend: Backend) -> None:
    expected = _outputs(_infer(backend, {"inputs": [tensor(ROWS, shape=[3, 4])]}))
    for kind, datatype in (("<f8", "FP64"), ("<f4", "FP32")):
        binary = np.array(ROWS, kind).tobytes()
        sized = tensor(None, shape=[3, 4], datatype=datatype, parameters={"binary_data_size": len(binary)})
        headers, body = behind({"inputs": [sized], "parameters": {"binary_data_output": True}}, binary)
        for content_type in ("application/octet-stream", "application/json", ""):
            answer = ask(backend.port, "POST", INFER, body, [("Content-Type", content_type), headers[1]])
            _check_is_binary(answer, expected)


def test_raw_bytes_alone_are_rows_and_answered_as_bytes(backend: Backend) -> None:
    expected = _outputs(_infer(backend, {"inputs": [tensor(ROWS, shape=[3, 4])]}))
    body = np.array(ROWS, "<f8").tobytes()
    _check_is_binary(ask(backend.port, "POST", INFER, body, [(LENGTH, "0")]), expected)
    assert ask(backend.port, "POST", INFER, ROW_BYTES, [(LENGTH, "0")]).status == 200


def _check_is_binary(answer: Answer, expected: dict[str, Any]) -> None:
    assert (answer.status, answer.value("content-type")) == (200, "application/octet-stream")
    length = int(answer.value(LENGTH) or "")
    outputs, binary = json.loads(answer.body[:length])["outputs"], answer.body[length:]
    sizes = [output["parameters"]["binary_data_size"] for output in outputs]
    assert sum(sizes) == len(binary)
    assert np.frombuffer(binary, "<i8", 3).tolist() == expected["predict"]
    assert np.frombuffer(binary, "<f8", 9, sizes[0]).tolist() == pytest.approx(expected["predict_proba"], rel=1e-5)
    label = binary[sizes[0] + sizes[1] :]
    assert label == b"".join(len(name).to_bytes(4, "little") + name.encode() for name in expected["label"])


@pytest.mark.parametrize(("coding", "inflate"), [("gzip", gzip.decompress), ("deflate", zlib.decompress)])
def test_large_answers_are_compressed_for_those_who_take_it(
    backend: Backend, coding: str, inflate: Callable[[bytes], bytes]
) -> None:
    document = {"inputs": [tensor([GOOD_ROW] * 500, shape=[500, 4])]}
    plain = _infer(backend, document)
    answer = _infer(backend, document, ("Accept-Encoding", coding))
    assert (answer.value("content-encoding"), plain.value("content-encoding")) == (coding, None)
    assert inflate(answer.body) == plain.body
    assert len(answer.body) < len(plain.body) / 2
    assert _infer(backend, {"inputs": [tensor()]}, ("Accept-Encoding", coding)).value("content-encoding") is None
    assert _infer(backend, document, ("Accept-Encoding", f"{coding};q=0, br")).body == plain.body


@pytest.mark.parametrize(
    ("coding", "compress"), [("gzip", gzip.compress), ("GZIP", gzip.compress), ("deflate", zlib.compress)]
)
def test_compressed_requests_are_read(backend: Backend, coding: str, compress: Callable[[bytes], bytes]) -> None:
    document = {"inputs": [tensor(None, parameters={"binary_data_size": 32})]}
    headers, body = behind(document, ROW_BYTES)
    answer = ask(backend.port, "POST", INFER, compress(body), [*headers, ("Content-Encoding", coding)])
    assert (answer.status, _outputs(answer)["label"]) == (200, ["setosa"])


def test_what_there_is_can_be_asked(backend: Backend) -> None:
    server = ask(backend.port, "GET", "/v2").json()
    assert (server["name"], server["backend"]) == ("duet", backend.kind)
    assert server["extensions"] == ["model_repository", "binary_tensor_data"]
    assert ask(backend.port, "GET", "/v2/models").json() == {"models": MODELS}
    for path in ("/v2/models/iris", "/v2/models/iris/versions/1"):
        model = ask(backend.port, "GET", path).json()
        assert (model["name"], model["versions"]) == ("iris", ["1"])
        assert model["inputs"][0]["parameters"] == {"features": list(FEATURES)}
        assert model["outputs"][1] == {
            "name": "predict_proba",
            "datatype": "FP64",
            "shape": [-1, 3],
            "parameters": {"classes": LABELS},
        }
        ready = ask(backend.port, "GET", f"{path}/ready")
        assert (ready.status, ready.json()) == (200, {"name": "iris", "ready": True})


@pytest.mark.parametrize("path", ["/v2/models/roses", "/v2/models/iris/versions/99", "/v2/models/iris/versions/one"])
@pytest.mark.parametrize("rest", ["", "/ready"])
def test_what_there_is_not_is_not_found(backend: Backend, path: str, rest: str) -> None:
    answer = ask(backend.port, "GET", path + rest)
    assert (answer.status, list(answer.json())) == (404, ["error"])


@pytest.mark.parametrize("body", ["", "{}", '{"ready":false}', '{"ready":true}'])
def test_the_repository_names_every_version(backend: Backend, body: str) -> None:
    index = ask(backend.port, "POST", "/v2/repository/index", body).json()
    expected = [{"name": name, "version": "1", "state": "READY", "reason": ""} for name in MODELS]
    assert index == expected


def test_an_unloaded_model_is_not_ready_until_it_is_loaded(start_both: Callable[[], list[Backend]]) -> None:
    for backend in start_both():
        assert _state(backend, "unload", '{"parameters":{"unload_dependents":false}}').status == 200
        # A training publishes a new champion, which must not come into memory by itself either.
        assert ask(backend.port, "POST", "/train", '{"data":"train","recipe":"tree"}', limit_s=60).status == 200
        for target, sent in (
            ("/classify", GOOD),
            ("/classify", b'{"data":[5.1,3.5,1.4,0.2],"version":1}'),
            (PREDICT, json.dumps({"rows": ROWS}).encode()),
            (INFER, json.dumps({"inputs": columns()}).encode()),
            ("/v2/models/iris/versions/1/infer", json.dumps({"inputs": columns()}).encode()),
        ):
            answer = ask(backend.port, "POST", target, sent)
            assert answer.status == 409
            assert b"was unloaded; load it first" in answer.body
        for path in ("/v2/models/iris/ready", "/v2/models/iris/versions/1/ready"):
            ready = ask(backend.port, "GET", path)
            assert (ready.status, ready.json()["ready"]) == (503, False)
        states = {(one["name"], one["state"]) for one in ask(backend.port, "POST", "/v2/repository/index").json()}
        assert states == {(name, "UNAVAILABLE" if name == "iris" else "READY") for name in MODELS}
        assert ask(backend.port, "GET", "/v2/health/ready").status == 200
        assert ask(backend.port, "GET", "/models").json()["models"][0]["champion"] is None
        assert _state(backend, "load").status == 200
        newest = ask(backend.port, "GET", "/models/iris/versions").json()["champion"]
        assert _infer(backend, {"inputs": [tensor()]}).json()["model_version"] == str(newest)
        assert newest > 1


def _state(backend: Backend, what: str, body: str = "", *headers: Header) -> Answer:
    return ask(backend.port, "POST", f"/v2/repository/models/iris/{what}", body, headers)


@pytest.mark.parametrize("what", ["load", "unload"])
def test_strangers_load_and_unload_nothing(pair: Pair, configured_pair: Pair, what: str) -> None:
    for backend in pair.values():
        assert _state(backend, what, "", ("Origin", "http://evil.test")).status == 403
        assert ask(backend.port, "GET", "/v2/models/iris/ready").status == 200
    for backend in configured_pair.values():
        assert _state(backend, what).status == 403
        assert ask(backend.port, "GET", "/v2/models/iris/ready").status == 200
    assert _state(configured_pair["flask"], "load", "", TOKEN).status == 200
