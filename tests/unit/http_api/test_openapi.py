"""The description of the API: complete, valid, and of one mind with the types."""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from shared.http_api import ROUTES, handlers, openapi
from shared.http_api.operations import Operation, ok
from shared.http_api.payloads import rows_request
from shared.http_api.routes import Route
from shared.settings import Settings
from tests.described import answer_of, problems_of

DOCUMENT = json.loads(openapi.openapi_file(ROUTES, Settings()).body)
DESCRIBED = [route for route in ROUTES if route.operation is not None]


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, described in methods.items():
            yield method.upper(), path, described


def test_every_route_is_described_but_options_and_the_files_of_the_page() -> None:
    missing = [route for route in ROUTES if route.operation is None and route.method != "OPTIONS"]
    assert [route.name for route in missing if route.handler is not handlers.static_file] == []
    assert {described["operationId"] for _, _, described in operations()} == {route.name for route in DESCRIBED}


def test_the_document_is_valid() -> None:
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_every_schema_is_json_schema_of_the_right_draft() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


def test_every_operation_has_examples_and_what_a_reader_needs() -> None:
    for route in DESCRIBED:
        operation = route.operation
        assert operation is not None
        assert operation.summary, route.name
        assert operation.examples, route.name
        assert (operation.request is not None) == (route.method in ("POST", "PUT")), route.name
        assert set(operation.takes) == route.takes, route.name


def test_variables_of_the_path_are_parameters() -> None:
    for method, path, described in operations():
        named = {one["name"] for one in described.get("parameters", ()) if one["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), (method, path)


def test_links_lead_to_operations_and_fill_their_parameters() -> None:
    by_name = {described["operationId"]: described for _, _, described in operations()}
    links = [
        link
        for described in by_name.values()
        for answer in described["responses"].values()
        for link in answer.get("links", {}).values()
    ]
    assert links
    for link in links:
        wanted = {one["name"] for one in by_name[link["operationId"]].get("parameters", ())}
        assert set(link["parameters"]) <= wanted


@pytest.mark.parametrize("route", DESCRIBED, ids=lambda route: route.name)
def test_examples_are_what_the_schemas_say(route: Route) -> None:
    operation = route.operation
    assert operation is not None
    described = next(found for _, _, found in operations() if found["operationId"] == route.name)
    for example in operation.examples:
        ((_, media),) = list(answer_of(described, str(example.status.value), DOCUMENT)["content"].items())[:1]
        assert problems_of(json.loads(msgspec.json.encode(example.answer())), media["schema"], DOCUMENT) == [], (
            example.title
        )
        if example.body is not None:
            schema = described["requestBody"]["content"]["application/json"]["schema"]
            assert (problems_of(example.body, schema, DOCUMENT) == []) == (example.status < 400), example.title


def _tensor(**further: object) -> dict[str, object]:
    return {"name": "input", "shape": [1, 4], "datatype": "FP64", "data": [5.1, 3.5, 1.4, 0.2], **further}


def _train(**further: object) -> dict[str, object]:
    return {"data": "train", **further}


@pytest.mark.parametrize(
    ("kind", "body", "is_good"),
    [
        ("ClassifyRequest", {"data": [1, 2, 3, 4]}, True),
        ("ClassifyRequest", {"data": [1, 2, 3]}, False),
        ("ClassifyRequest", {"data": [1, 2, 3, 4, 5], "model": "iris-tree"}, False),
        ("ClassifyRequest", {"data": [1, 2, 3, 4, 5], "model": "roses"}, True),
        ("ClassifyRequest", {"data": [1, 2, 3, 4], "model": "Roses"}, False),
        ("ClassifyRequest", {"data": [1, 2, 3, 3.5e38]}, False),
        ("RowsRequest", {"rows": []}, False),
        ("RowsRequest", {"rows": [[1, 2, 3, 4]] * 10_000}, True),
        ("RowsRequest", {"rows": [[1, 2, 3, 4]] * 10_001}, False),
        ("TrainRequest", _train(), True),
        ("TrainRequest", _train(recipe=None, params={}, seed=None), True),
        ("TrainRequest", _train(recipe="mlp", params={"epochs": 1}), True),
        ("TrainRequest", _train(recipe="mlp", params={"epochs": 0}), False),
        ("TrainRequest", _train(recipe="mlp", params={"epochs": 1.5}), False),
        ("TrainRequest", _train(params={"epochs": 1}), False),
        ("TrainRequest", _train(model="iris-tree", params={"max_depth": 3}), True),
        ("TrainRequest", _train(model="iris-tree", recipe="mlp"), False),
        ("TrainRequest", _train(model="roses", recipe="mlp"), True),
        ("TrainRequest", _train(model="roses", recipe="magic"), False),
        ("InferRequest", {"inputs": [_tensor()]}, True),
        ("InferRequest", {"inputs": [_tensor(data=[[5.1, 3.5, 1.4, 0.2]])], "model_name": "iris"}, True),
        ("InferRequest", {"inputs": []}, False),
        ("InferRequest", {"inputs": [_tensor()], "model_name": "roses"}, True),
        ("InferRequest", {"inputs": [_tensor()], "model_name": "Roses"}, False),
        ("InferRequest", {"inputs": [_tensor(datatype="BYTES", data=["5.1"])]}, False),
        ("InferRequest", {"inputs": [_tensor(shape=[10_001, 4])]}, False),
        ("InferRequest", {"inputs": [_tensor(shape=[1, 2, 2])]}, False),
        ("InferRequest", {"inputs": [_tensor(parameters={"binary_data_size": -1})]}, False),
        ("InferRequest", {"inputs": [_tensor()], "parameters": {"binary_data_output": 1}}, False),
        ("InferRequest", {"inputs": [_tensor()], "outputs": [{"name": "label", "parameters": {"a": 1}}]}, True),
        ("InferRequest", {"inputs": [_tensor()], "outputs": [{"name": "species"}]}, False),
        ("LoadRequest", {"parameters": {"config": "{}"}}, False),
        ("UnloadRequest", {"parameters": {"unload_dependents": True}}, True),
        ("UnloadRequest", {"parameters": {"force": True}}, False),
    ],
    ids=lambda part: str(part)[:60],
)
def test_schemas_say_what_the_catalogue_and_the_settings_allow(kind: str, body: object, is_good: bool) -> None:
    assert (problems_of(body, {"$ref": f"#/components/schemas/{kind}"}, DOCUMENT) == []) == is_good


def test_settings_change_what_is_described() -> None:
    found = openapi.openapi(ROUTES, Settings(token="secret", max_rows=7, max_body_bytes=4321))  # noqa: S106 - no secret
    assert found["components"]["schemas"]["RowsRequest"]["properties"]["rows"]["maxItems"] == 7
    assert "4,321 bytes" in found["paths"]["/classify"]["post"]["requestBody"]["description"]
    assert found["paths"]["/train"]["post"]["security"] == [{"token": []}]
    assert "secret" not in json.dumps(found)
    secured = [
        one["operationId"] for methods in found["paths"].values() for one in methods.values() if "security" in one
    ]
    assert secured == [
        "train",
        "add_model",
        "remove_model",
        "read_table",
        "promote",
        "start_run",
        "cancel_run",
        "load",
        "unload",
    ]
    assert "security" not in DOCUMENT["paths"]["/train"]["post"]
    assert list(OpenAPIV31SpecValidator(json.loads(json.dumps(found))).iter_errors()) == []


def test_errors_below_v2_have_that_protocol_s_form() -> None:
    for method, path, described in operations():
        for status in ("400", "500"):
            (media,) = answer_of(described, status, DOCUMENT)["content"]
            assert (media == "application/json") == path.startswith("/v2"), (method, path)


def test_models_of_other_inputs_have_rows_of_their_own() -> None:
    kinds = {name: rows_request(names) for name, names in (("a", ("x",)), ("b", ("y", "z")))}
    operation = Operation("Ask", "Predict", ok("Well.", int), request=kinds)
    found = openapi.openapi([Route("ask", "POST", "/ask", handlers.home, operation=operation)], Settings())
    schema = found["paths"]["/ask"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert [one["$ref"].rpartition("/")[2] for one in schema["anyOf"]] == ["RowsRequest", "RowsRequest_b"]
    assert found["components"]["schemas"]["Row_b"]["required"] == ["y", "z"]


def test_two_types_of_one_name_are_not_taken_for_one() -> None:
    one, other = (msgspec.defstruct("Thing", [(name, int)]) for name in "xy")
    operation = Operation("Ask", "Predict", ok("Well.", other), request=one)
    with pytest.raises(ValueError, match="two types are called Thing"):
        openapi.openapi([Route("ask", "POST", "/ask", handlers.home, operation=operation)], Settings())
