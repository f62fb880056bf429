"""Clients of the protocol that know no server in particular: `open-inference-openapi` and `pydantic-open-inference`."""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

import httpx
import pytest
from open_inference.openapi.client import OpenInferenceClient
from open_inference.openapi.core.api_error import ApiError
from open_inference.openapi.errors import BadRequestError, NotFoundError
from open_inference.openapi.types import InferenceRequest
from pydantic_open_inference import (
    BadStatusCodeFromServerError,
    DatatypeOverride,
    InputsBaseModel,
    OutputsBaseModel,
    RemoteModel,
)

from tests.processes import Backend


class Row(NamedTuple):  # `RemoteModel.validate` counts a plain tuple as two dimensions
    sepal_length_cm: float
    sepal_width_cm: float
    petal_length_cm: float
    petal_width_cm: float


class Probabilities(NamedTuple):
    setosa: float
    versicolor: float
    virginica: float


class Rows(InputsBaseModel):
    input: Annotated[list[Row], DatatypeOverride("FP64")]


class RowsAsFloat32(InputsBaseModel):
    input: list[Row]


class Columns(InputsBaseModel):
    sepal_length_cm: list[float]
    sepal_width_cm: list[float]
    petal_length_cm: list[float]
    petal_width_cm: list[float]


class Answers(OutputsBaseModel):
    predict: list[int]
    predict_proba: list[Probabilities]
    label: list[str]


ROWS = [Row(5.1, 3.5, 1.4, 0.2), Row(6.3, 2.9, 5.6, 1.8)]
FLAT = [value for row in ROWS for value in row]
LABELS = ["setosa", "virginica"]


@pytest.fixture
def client(backend: Backend) -> Iterator[OpenInferenceClient]:
    with httpx.Client() as connections:
        yield OpenInferenceClient(base_url=backend.url, httpx_client=connections)


def _request(data: object, *outputs: str) -> InferenceRequest:
    # By `parse_obj`: mypy takes the optional fields for required ones, and one that is given as None is sent.
    tensor = {"name": "input", "shape": [2, 4], "datatype": "FP64", "data": data}
    wanted = {"outputs": [{"name": name} for name in outputs]} if outputs else {}
    parameters = {"trace": "abc", "priority": 1}
    return InferenceRequest.parse_obj({"id": "seven", "inputs": [tensor], "parameters": parameters, **wanted})


def test_openapi_client_finds_server_and_models(client: OpenInferenceClient) -> None:
    client.check_server_liveness()
    client.check_server_readiness()
    client.check_model_readiness("iris")
    client.check_model_version_readiness("iris", "1")
    with pytest.raises(NotFoundError):
        client.check_model_readiness("roses")
    with pytest.raises(NotFoundError):
        client.check_model_version_readiness("iris", "9")
    assert client.read_server_metadata().name == "duet"
    for metadata in (client.read_model_metadata("iris"), client.read_model_version_metadata("iris", "1")):
        assert (metadata.name, metadata.versions) == ("iris", ["1"])
        assert [tensor.shape for tensor in metadata.inputs or []] == [[-1, 4]]
        assert [tensor.datatype for tensor in metadata.outputs or []] == ["INT64", "FP64", "BYTES"]


@pytest.mark.parametrize("data", [FLAT, [list(row) for row in ROWS]], ids=["flat", "nested"])
def test_openapi_client_gets_its_answers(client: OpenInferenceClient, data: object) -> None:
    for answer in (
        client.model_infer("iris", request=_request(data)),
        client.model_version_infer("iris", "1", request=_request(data)),
    ):
        assert (answer.model_name, answer.model_version, answer.id) == ("iris", "1", "seven")
        assert answer.parameters == {"trace": "abc", "priority": 1}
        shapes = {output.name: output.shape for output in answer.outputs}
        assert shapes == {"predict": [2], "predict_proba": [2, 3], "label": [2]}
        data_of = {output.name: output.data.dict()["__root__"] for output in answer.outputs}
        assert (data_of["predict"], data_of["label"]) == ([0, 2], LABELS)
        assert sum(data_of["predict_proba"]) == pytest.approx(2)
    chosen = client.model_infer("iris", request=_request(data, "label"))
    assert [output.name for output in chosen.outputs] == ["label"]


def test_openapi_client_reads_errors(client: OpenInferenceClient) -> None:
    with pytest.raises(BadRequestError) as raised:
        client.model_infer("iris", request=_request(FLAT[:-1]))
    assert "inputs[0].data" in str(raised.value.body)
    with pytest.raises(ApiError) as refused:
        client.read_model_metadata("roses")
    assert refused.value.status_code == 404


@pytest.mark.parametrize("version", [None, "1"])
@pytest.mark.parametrize("inputs", [Rows(input=ROWS), RowsAsFloat32(input=ROWS)], ids=["FP64", "FP32"])
def test_pydantic_client_gets_its_answers(backend: Backend, inputs: InputsBaseModel, version: str | None) -> None:
    remote = RemoteModel(
        model_name="iris",
        inputs_model=type(inputs),
        outputs_model=Answers,
        server_url=backend.url,
        model_version=version,
    )
    assert remote.is_ready()
    found = remote.infer(inputs)
    assert (found.predict, found.label) == ([0, 2], LABELS)
    assert [sum(row) for row in found.predict_proba] == pytest.approx([1, 1])


def test_pydantic_client_finds_its_models_fit_the_metadata(backend: Backend) -> None:
    RemoteModel(model_name="iris", inputs_model=Rows, outputs_model=Answers, server_url=backend.url).validate()


def test_pydantic_client_may_send_a_tensor_for_each_feature(backend: Backend) -> None:
    columns = {name: [getattr(row, name) for row in ROWS] for name in Row._fields}
    remote = RemoteModel(model_name="iris", inputs_model=Columns, outputs_model=Answers, server_url=backend.url)
    assert remote.infer(Columns(**columns)).label == LABELS


def test_pydantic_client_is_told_what_does_not_exist(backend: Backend) -> None:
    remote = RemoteModel(model_name="roses", inputs_model=Rows, outputs_model=Answers, server_url=backend.url)
    assert not remote.is_ready()
    with pytest.raises(BadStatusCodeFromServerError) as raised:
        remote.infer(Rows(input=ROWS))
    assert raised.value.status_code == 404
