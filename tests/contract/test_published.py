"""Estimators that were fitted elsewhere: from Python and from a watched folder to both backends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io

from duet import publish
from tests import estimators
from tests.contract.conftest import Pair, paired, store_of
from tests.contract.outside import eventually
from tests.contract.raw import Answer, ask
from tests.processes import Backend
from tests.stores import Stores

SEEN_WITHIN_S = 1.0
READ_WITHIN_S = 60.0  # by a process that has to start; some seconds where nothing else is done
HALF = "half.skops: is no skops file, or not a whole one"
X = estimators.rows()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("watched") / "models"


@pytest.fixture(scope="module")
def pair(trained_store: str, stores: Stores, tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[Pair]:
    """Both backends over a store of their own, with a watched folder."""
    settings = {"DUET_MODELS_FOLDER": str(folder)}
    yield from paired(stores.copy(trained_store), tmp_path_factory.mktemp("published"), settings)


def test_what_python_publishes_both_answer_within_a_second(pair: Pair) -> None:
    estimator = estimators.classifier(X)
    where = publish(estimator, X, estimators.answers(X), name="plain", store=store_of(pair["flask"]))
    assert where == "http://localhost:8081/#plain"
    for backend in pair.values():
        asked: dict[str, Any] = {"model": "plain", "data": X[0].tolist()}
        assert eventually(lambda one=backend, body=asked: _post(one, "/classify", body).status == 200, SEEN_WITHIN_S)  # type: ignore[misc]
    one, other = (_post(backend, "/models/plain/predict", {"rows": X.tolist()}) for backend in pair.values())
    assert one.body == other.body
    assert one.json()["probabilities"] == [pytest.approx(row) for row in estimator.predict_proba(X).tolist()]


def test_a_pipeline_over_a_data_frame_answers_by_both_as_it_does_itself(pair: Pair) -> None:
    frame = estimators.customers()
    estimator = estimators.by_columns(frame)
    publish(estimator, frame, estimators.leaves(frame), name="leaves", store=store_of(pair["flask"]))
    # scikit-learn alone can evaluate it: the first such model of a process waits for the library.
    _wait(pair, lambda one: _rows(one, "leaves", frame.head(1)).status == 200)
    one, other = (_rows(backend, "leaves", frame) for backend in pair.values())
    assert one.body == other.body
    assert one.json()["probabilities"] == [pytest.approx(row) for row in estimator.predict_proba(frame).tolist()]
    assert one.json()["predictions"] == [str(label) for label in estimator.predict(frame)]
    described = _same(pair, "/models/leaves").json()
    assert described["champion"]["metrics"]["cross_validation"]["protocol"] == "stratified 5-fold x 4"
    assert (described["recipes"], described["default_recipe"]) == ([], None)
    for backend in pair.values():
        refused = _post(backend, "/models/leaves/runs", {})
        assert (refused.status, refused.json()["errors"][0]["path"]) == (400, "recipe")


def test_what_is_put_into_the_folder_is_served_and_what_is_taken_out_is_gone(pair: Pair, folder: Path) -> None:
    estimator = estimators.regressor(X)
    assert eventually(folder.exists, READ_WITHIN_S)
    (folder / "price.json").write_text(json.dumps(["a", {"name": "b", "minimum": -3, "maximum": 3}, "c"]))
    skops.io.dump(estimator, folder / "price.skops")
    (folder / "half.skops").write_bytes(b"PK half a file")
    _wait(pair, lambda one: _post(one, "/models/price/predict", {"rows": [[0, 0, 0]]}).status == 200)
    one, other = (_post(backend, "/models/price/predict", {"rows": X.tolist()}) for backend in pair.values())
    assert one.body == other.body
    answer = one.json()
    assert answer["predictions"] == pytest.approx(estimator.predict(X).tolist())
    assert (answer["level"], answer["intervals"], answer["warnings"][:1]) == (None, [], answer["warnings"][:1])
    described = _same(pair, "/models/price").json()
    assert described["champion"]["metrics"] is None
    assert described["data"]["n_samples"] == 0
    assert [feature["minimum"] for feature in described["signature"]["inputs"]] == [None, -3.0, None]
    assert _same(pair, "/models/price/versions").json()["versions"][0]["metrics"] is None
    form = _same(pair, "/predict?model=price&a=1&b=1&c=1", "text/html").body.decode()
    assert "How far off it may be was never measured." in form
    for backend in pair.values():
        assert eventually(lambda one=backend: HALF in _ready(one)["problems"], READ_WITHIN_S)  # type: ignore[misc]
        assert _ready(backend)["ready"] is True
    (folder / "half.skops").unlink()
    skops.io.dump(estimators.regressor(2 * X), folder / "price.skops")
    _wait(pair, lambda one: _get(one, "/models/price").json()["champion"]["number"] == 2)
    compared = _same(pair, "/models/price/versions/1/compare/2")
    assert "came without data to compare versions on" in compared.body.decode()
    (folder / "price.skops").unlink()
    _wait(pair, lambda one: _get(one, "/models/price").status == 404)
    assert all(_ready(backend)["problems"] == [] for backend in pair.values())


def _wait(pair: Pair, happened: Callable[[Backend], bool]) -> None:
    for backend in pair.values():
        assert eventually(lambda one=backend: happened(one), READ_WITHIN_S)  # type: ignore[misc]


def _rows(backend: Backend, model: str, frame: Any) -> Answer:
    """What `backend` answers to the rows of `frame`, as a client sends them: texts for truth values, null for gaps."""
    asked = frame.astype({"active": str}).astype(object).replace({np.nan: None})
    return _post(backend, f"/models/{model}/predict", {"rows": asked.to_numpy().tolist()})


def _same(pair: Pair, path: str, accept: str = "application/json") -> Answer:
    """What both answer alike."""
    one, other = (ask(backend.port, "GET", path, headers=[("Accept", accept)]) for backend in pair.values())
    assert (one.status, one.body) == (other.status, other.body)
    return one


def _get(backend: Backend, path: str) -> Answer:
    return ask(backend.port, "GET", path)


def _ready(backend: Backend) -> dict[str, Any]:
    found: dict[str, Any] = _get(backend, "/v2/health/ready").json()
    return found


def _post(backend: Backend, path: str, body: object) -> Answer:
    return ask(backend.port, "POST", path, json.dumps(body))
