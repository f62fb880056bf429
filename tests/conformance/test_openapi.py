"""Both backends do what the description says: its examples are sent, and Schemathesis makes requests of it.

`--examples N` is how many requests Schemathesis makes for each operation and phase; 1,000 take minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.http_api import ROUTES, openapi
from shared.settings import Settings
from tests.conftest import Start
from tests.contract.outside import eventually
from tests.contract.raw import Answer, ask
from tests.described import answer_of, problems_of
from tests.processes import MODULES, Backend

KINDS = pytest.mark.parametrize("kind", MODULES)
# Both give the same bytes to the same request, as other tests see: each is asked in one way.
PHASES = {"flask": ("--phases", "examples,coverage"), "klein": ("--phases", "fuzzing")}
DOCUMENT = openapi.openapi(ROUTES, Settings())
# A valid request to train takes seconds. So of these only the examples and one for each recipe are sent; of invalid
# ones as many as of any other operation.
TRAIN, START = "train", "start_run"
SLOW = (TRAIN, START)
OF_A_RUN = ("run", "cancel_run")  # whose examples need one
# These two leave nothing as it was: the examples that follow would meet a model that is not there.
CHANGING = ("unload", "load")
OF_TWO_VERSIONS = ("compare", "promote", "versions")  # whose examples need a second version
OF_TABLES = (
    "read_table",
    "add_model",
    "remove_model",
)  # bodies that Schemathesis can't make: see tests/contract/test_adding.py
APART = (*SLOW, *CHANGING, *OF_TABLES)  # the others have servers of their own
LIMIT_S = 60.0
TOKEN = "s3cret-token"  # noqa: S105 - no secret
# Without the token Duet answers 403, and this check takes nothing but 401.
WITH_TOKEN = ("--header", f"Authorization: Bearer {TOKEN}", "--exclude-checks", "missing_required_header")
CASES = [
    (method.upper(), path, described["operationId"], key)
    for path, methods in DOCUMENT["paths"].items()
    for method, described in methods.items()
    for key in described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("examples", [""])
    if described["operationId"] not in (*APART, *OF_A_RUN, *OF_TWO_VERSIONS)
]


def described_by(backend: Backend) -> dict[str, Any]:
    answer = ask(backend.port, "GET", "/openapi.json")
    assert (answer.status, answer.value("content-type")) == (200, "application/json")
    found: dict[str, Any] = answer.json()
    return found


def operation_of(document: dict[str, Any], name: str) -> tuple[str, str, dict[str, Any]]:
    return next(
        (method.upper(), path, described)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
        if described["operationId"] == name
    )


def send(backend: Backend, document: dict[str, Any], name: str, body: object | None, **parameters: str) -> Answer:
    """Ask an operation, its other parameters as in their examples; fails where the answer is not as described."""
    method, path, described = operation_of(document, name)
    for parameter in described.get("parameters", ()):
        value = parameters.get(parameter["name"], parameter["example"])
        path = path.replace(f"{{{parameter['name']}}}", str(value))
        if parameter["in"] == "query":
            path += f"{'&' if '?' in path else '?'}{parameter['name']}={value}"
    sent = None if body is None else json.dumps(body).encode()
    answer = ask(backend.port, method, path, sent, [("Content-Type", "application/json")] if sent else [], 120)
    check(answer, document, described)
    return answer


def check(answer: Answer, document: dict[str, Any], described: dict[str, Any]) -> None:
    found = answer_of(described, str(answer.status), document)
    content_type = answer.value("content-type") or ""
    value = answer.json() if content_type.endswith("json") else answer.body.decode()
    assert problems_of(value, found["content"][content_type]["schema"], document) == []
    for header, described_header in found["headers"].items():
        assert not described_header.get("required") or answer.value(header) is not None


def test_both_give_the_same_description_of_the_routes_that_they_serve(pair: dict[str, Backend]) -> None:
    one, other = (ask(backend.port, "GET", "/openapi.json") for backend in pair.values())
    assert one.body == other.body
    assert one.value("etag") == other.value("etag")
    assert one.body == openapi.openapi_file(ROUTES, Settings()).body


@pytest.mark.parametrize(("method", "path", "name", "key"), CASES, ids=lambda part: part or "plain")
def test_every_example_is_answered_as_described(backend: Backend, method: str, path: str, name: str, key: str) -> None:
    check_example(backend, name, key)


@KINDS
def test_what_changes_the_models_in_memory_is_answered_as_described(kind: str, start: Start) -> None:
    backend = start(kind)
    document = described_by(backend)
    for name in CHANGING:
        _, _, described = operation_of(document, name)
        for key in described["requestBody"]["content"]["application/json"]["examples"]:
            check_example(backend, name, key)
        assert send(backend, document, name, None).status == 200
        for route in ("model_ready", "version_ready"):
            assert send(backend, document, route, None).status == {"unload": 503, "load": 200}[name]


@KINDS
def test_two_versions_are_compared_and_chosen_as_described(kind: str, start: Start) -> None:
    backend = start(kind)
    document = described_by(backend)
    assert send(backend, document, TRAIN, {"data": "train", "recipe": "tree", "seed": 7}).status == 200
    for name in OF_TWO_VERSIONS:
        _, _, described = operation_of(document, name)
        body = described.get("requestBody", {"content": {}})["content"].get("application/json", {})
        for key in body.get("examples", [""]):
            check_example(backend, name, key)


@KINDS
def test_runs_are_started_watched_and_cancelled_as_described(kind: str, start: Start) -> None:
    backend = start(kind)
    document = described_by(backend)
    _, _, described = operation_of(document, START)
    for key in described["requestBody"]["content"]["application/json"]["examples"]:
        check_example(backend, START, key)
    long = {"recipe": "mlp", "params": {"epochs": 2000}}
    run_id = send(backend, document, START, long).json()["id"]
    assert eventually(lambda: send(backend, document, "run", None, id=run_id, since="0").json()["curve"], LIMIT_S)
    for name in OF_A_RUN:
        check_example(backend, name, "", id=run_id, since="0")


def check_example(backend: Backend, name: str, key: str, **parameters: str) -> None:
    document = described_by(backend)
    _, _, described = operation_of(document, name)
    body = described["requestBody"]["content"]["application/json"]["examples"][key]["value"] if key else None
    answer = send(backend, document, name, body, **parameters)
    route = next(route for route in ROUTES if route.name == name)
    assert route.operation is not None
    example = next(one for one in route.operation.examples if one.body == body)
    assert answer.status == example.status
    if example.exact:
        assert answer.json() == expected(document, described, str(answer.status), key)
    elif answer.value("content-type") == "application/json":
        assert shape(answer.json()) >= shape(expected(document, described, str(answer.status), key))


def expected(document: dict[str, Any], described: dict[str, Any], status: str, key: str) -> Any:
    """The answer that the document shows for an example."""
    (examples,) = [one["examples"] for one in described["responses"][status]["content"].values() if "examples" in one]
    return examples[key or next(iter(examples))]["value"]


def shape(value: object, path: str = "") -> set[str]:
    """The places of a JSON value, elements of a list being alike."""
    if isinstance(value, dict):
        return {path}.union(*(shape(inner, f"{path}.{key}") for key, inner in value.items()))
    if isinstance(value, list):
        return {path}.union(*(shape(inner, f"{path}[]") for inner in value))
    return {path}


@KINDS
def test_every_recipe_can_be_trained_as_described(kind: str, start: Start) -> None:
    backend = start(kind)
    document = described_by(backend)
    _, _, described = operation_of(document, TRAIN)
    for example in described["requestBody"]["content"]["application/json"]["examples"].values():
        send(backend, document, TRAIN, example["value"])
    bodies = [
        body for body in _smallest_trainings(document["components"]["schemas"]["TrainRequest"]) if _is_quick(body)
    ]
    assert len(bodies) > len({body["model"] for body in bodies})
    for body in bodies[kind == "klein" :: 2]:  # they describe and train alike: half of the recipes each
        assert send(backend, document, TRAIN, body).status == 200, body


def _is_quick(body: dict[str, Any]) -> bool:
    return (body["model"], body["recipe"]) != ("digits", "svc")  # which takes half a minute


def _smallest_trainings(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for variant in schema["anyOf"]:
        properties = variant["properties"]
        if "const" not in properties["model"]:  # of what the store defines, which is nothing here
            continue
        parameters = properties["params"]["properties"].items()
        params = {name: one.get("minimum", one["default"]) for name, one in parameters}
        recipe = properties["recipe"].get("const") or properties["recipe"]["enum"][0]
        yield {"data": "train", "model": properties["model"]["const"], "recipe": recipe, "params": params, "seed": 1}


@KINDS
def test_schemathesis_finds_nothing(pair: dict[str, Backend], kind: str, tmp_path: Path, examples: int) -> None:
    schemathesis(pair[kind], tmp_path, examples, *(f"--exclude-operation-id={name}" for name in APART), *PHASES[kind])


@KINDS
def test_schemathesis_finds_nothing_in_what_changes_the_models_in_memory_and_no_way_around_the_token(
    kind: str, start: Start, tmp_path: Path, examples: int
) -> None:
    backend = start(kind, settings={"DUET_TOKEN": TOKEN})
    named = (f"--include-operation-id={name}" for name in CHANGING)
    schemathesis(backend, tmp_path, examples, *named, *PHASES[kind], *WITH_TOKEN)


@KINDS
def test_schemathesis_finds_nothing_in_invalid_requests_to_train_and_no_way_around_the_token(
    kind: str, start: Start, tmp_path: Path, examples: int
) -> None:
    backend = start(kind, settings={"DUET_TOKEN": TOKEN})
    invalid = ("--mode", "negative", "--phases", "coverage,fuzzing")
    schemathesis(
        backend, tmp_path, examples, *(f"--include-operation-id={name}" for name in SLOW), *invalid, *WITH_TOKEN
    )
    # It sends a valid body once, as text/plain; where that trains, `ignored_auth` sends it again without the token.
    assert ask(backend.port, "GET", "/models/iris/versions").json()["champion"] > 1


def schemathesis(backend: Backend, folder: Path, examples: int, *arguments: str) -> None:
    """Run Schemathesis with all its checks, the same requests every time; fails with its report."""
    tool = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "--config-file",
        str(Path(__file__).with_name("schemathesis.toml")),
    ]
    bounds = ["--checks", "all", "--max-examples", str(examples), "--seed", "42", "--request-timeout", "60"]
    done = subprocess.run(
        [*tool, "run", f"{backend.url}/openapi.json", *bounds, *arguments],
        cwd=folder,  # it keeps what it found in the folder it runs in
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout, done.stdout
    assert "generated, 0 passed" not in done.stdout, done.stdout
