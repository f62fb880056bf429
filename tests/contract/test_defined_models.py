"""A model that is defined in the store of a running pair: both serve it, train it, and let it go."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from shared.bootstrap import child_environment
from shared.catalogue import CATALOGUE
from shared.domain.definition import ModelDefinition
from shared.domain.packing import pack
from shared.domain.version import Trained
from shared.store import ModelStore
from shared.training.job import TrainingJob
from shared.training.process import TrainingProcess
from tests.contract.conftest import store_of
from tests.contract.outside import eventually
from tests.contract.raw import Answer, ask
from tests.definitions import blobs
from tests.postgresql import Server
from tests.processes import MODULES, Backend, end_all, start_backend

LIMIT_S = 60.0
SEEN_WITHIN_S = 1.0
ENDED = {"FINISHED", "FAILED", "CANCELLED"}
MODEL = "/models/blobs"
HIGH, LOW = [2.0, 2.0, 2.0], [-2.0, -2.0, -2.0]
TENSOR = {"inputs": [{"name": "input", "shape": [1, 3], "datatype": "FP64", "data": HIGH}]}


@pytest.fixture(scope="module")
def trained() -> Trained:
    """The blobs, trained as a backend trains."""
    definition, data = blobs()
    with TrainingProcess(child_environment(), LIMIT_S) as process:
        return process.train(TrainingJob("blobs", "lda", {}, 0, definition), pack(data), lambda progress: None)


@pytest.fixture
def backends(start_both: Callable[[], list[Backend]]) -> list[Backend]:
    return start_both()


@pytest.fixture
def store(backends: list[Backend]) -> Iterator[ModelStore]:
    """Another handle of the store that both serve from."""
    with closing(ModelStore(store_of(backends[0]))) as opened:
        yield opened


@pytest.mark.every_store
def test_both_serve_a_model_from_its_definition_to_its_removal(
    backends: list[Backend], store: ModelStore, trained: Trained
) -> None:
    definition, data = blobs()
    assert [_get(backend, MODEL).status for backend in backends] == [404, 404]
    store.define(definition, pack(data))
    for backend in backends:
        assert eventually(lambda one=backend: _get(one, MODEL).status == 200, SEEN_WITHIN_S)  # type: ignore[misc]
        assert _post(backend, "/classify", {"data": HIGH, "model": "blobs"}).status == 409  # not trained yet
    store.publish(trained)
    for backend in backends:
        assert eventually(lambda one=backend: _version(one) == 1, SEEN_WITHIN_S)  # type: ignore[misc]
    _check_answers(backends, definition)
    _check_refusals(backends)
    for number, backend in enumerate(backends, start=2):
        run = _trained_again(backend, number)
        assert (run["state"], run["version"], run["recipe"], run["promoted"]) == ("FINISHED", number, "lda", True)
        for one in backends:
            assert eventually(lambda one=one, number=number: _version(one) == number, SEEN_WITHIN_S)  # type: ignore[misc]
    _check_comparison(backends)
    store.remove("blobs")
    for backend in backends:
        assert eventually(lambda one=backend: _get(one, MODEL).status == 404, SEEN_WITHIN_S)  # type: ignore[misc]
        for path in (f"{MODEL}/versions", "/runs?model=blobs", "/v2/models/blobs", "/v2/models/blobs/ready"):
            assert _get(backend, path).status == 404
        assert _post(backend, "/classify", {"data": HIGH, "model": "blobs"}).status == 404
        assert "blobs" not in _get(backend, "/runs").body.decode()
        assert "blobs" not in _get(backend, "/models").body.decode()
        assert _get(backend, "/v2/health/ready").status == 200


def _check_answers(backends: list[Backend], definition: ModelDefinition) -> None:
    """Every way of asking gets an answer, and of both the same."""
    asked: list[Callable[[Backend], Answer]] = [
        lambda one: _get(one, MODEL),
        lambda one: _get(one, "/models"),
        lambda one: _get(one, f"{MODEL}/versions"),
        lambda one: _get(one, "/v2/models"),
        lambda one: _get(one, "/v2/models/blobs"),
        lambda one: _post(one, "/classify", {"data": HIGH, "model": "blobs"}),
        lambda one: _post(one, f"{MODEL}/predict", {"rows": [HIGH, {"x2": -2, "x0": -2, "x1": -2}]}),
        lambda one: _post(one, "/v2/models/blobs/infer", TENSOR),
        lambda one: _post(one, "/v2/repository/index", {}),
    ]
    found = []
    for ask_one in asked:
        one, other = (ask_one(backend) for backend in backends)
        assert (one.status, one.body) == (other.status, other.body)
        assert one.status == 200, one.body
        found.append(one.json())
    model, models, _, names, metadata, classified, predicted, inferred, index = found
    assert model["signature"]["inputs"][1]["name"] == "x1"
    assert (model["data"]["sha256"], model["champion"]["number"]) == (definition.data_sha256, 1)
    assert [one["name"] for one in models["models"]] == names["models"] == [*CATALOGUE, "blobs"]
    assert metadata["inputs"][0]["shape"] == [-1, 3]
    assert (classified["label"], classified["data"]) == ("high", "High")
    assert predicted["predictions"] == ["high", "low"]
    assert inferred["outputs"][0]["data"] == [1]
    assert {"name": "blobs", "version": "1", "state": "READY", "reason": ""} in index


def _check_refusals(backends: list[Backend]) -> None:
    wrong = "must hold 3 numbers (x0, x1, x2), got 4"
    for backend in backends:
        classified = _post(backend, "/classify", {"data": [1, 2, 3, 4], "model": "blobs"})
        assert (classified.status, classified.json()["errors"]) == (400, [{"path": "data", "message": wrong}])
        predicted = _post(backend, f"{MODEL}/predict", {"rows": [[1, 2, 3, 4]]})
        assert (predicted.status, predicted.json()["errors"]) == (400, [{"path": "rows[0]", "message": wrong}])
        run = _post(backend, f"{MODEL}/runs", {"recipe": "forest"})
        assert (run.status, run.json()["errors"][0]["path"]) == (400, "recipe")


def _check_comparison(backends: list[Backend]) -> None:
    one, other = (_get(backend, f"{MODEL}/versions/1/compare/2") for backend in backends)
    assert (one.status, one.body) == (200, other.body)
    assert (one.json()["agreement"]["n"], one.json()["same_data"]) == (60, True)


def _trained_again(backend: Backend, seed: int) -> dict[str, Any]:
    started = _post(backend, f"{MODEL}/runs", {"seed": seed, "promote": "always"})
    assert started.status == 202, started.body
    url = started.json()["url"]
    assert eventually(lambda: _get(backend, url).json()["state"] in ENDED, LIMIT_S)
    run: dict[str, Any] = _get(backend, url).json()
    return run


def test_replicas_that_seldom_ask_hear_of_a_model_at_once(
    postgresql: Server, trained: Trained, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url, home = postgresql.new(), tmp_path_factory.mktemp("seldom")
    started: list[Backend] = []
    definition, data = blobs()
    try:
        for kind in MODULES:
            started.append(start_backend(kind, home=home, store=url, settings={"DUET_REFRESH_INTERVAL_S": "600"}))
        with closing(ModelStore(url)) as store:
            store.define(definition, pack(data), trained)
            for backend in started:
                assert eventually(lambda one=backend: _version(one) == 1, SEEN_WITHIN_S)  # type: ignore[misc]
            store.remove("blobs")
            for backend in started:
                assert eventually(lambda one=backend: _get(one, MODEL).status == 404, SEEN_WITHIN_S)  # type: ignore[misc]
    finally:
        end_all([backend.process for backend in started])


def _get(backend: Backend, path: str) -> Answer:
    return ask(backend.port, "GET", path)


def _post(backend: Backend, path: str, body: object) -> Answer:
    return ask(backend.port, "POST", path, json.dumps(body))


def _version(backend: Backend) -> int | None:
    """The version of the blobs that answers."""
    answer = _post(backend, "/classify", {"data": LOW, "model": "blobs"})
    return int(answer.json()["version"]) if answer.status == 200 else None
