"""Versions over HTTP: listed, shown, compared, promoted and rolled back, through either backend."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.http_api import npy
from tests.contract.bad_input import GOOD_ROW
from tests.contract.conftest import Pair, paired, store_of
from tests.contract.outside import children_of, eventually
from tests.contract.raw import Answer, ask
from tests.processes import MODULES, Backend
from tests.stores import Stores, damage

TRAIN_LIMIT_S = 60.0
SEEN_WITHIN_S = 1.0
CHAMPION, VERSIONS = "/models/iris/champion", "/models/iris/versions"
TOKEN = ("Authorization", "Bearer s3cret-token")


@pytest.fixture(scope="module")
def grown_store(trained_store: str, stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with three versions of Iris, by both backends, the last of which is the champion."""
    home = tmp_path_factory.mktemp("grown")
    growing = paired(stores.copy(trained_store), home, {})
    pair = next(growing)
    for recipe, backend in zip(("tree", "logistic"), pair.values(), strict=True):
        body = json.dumps({"data": "train", "recipe": recipe})
        assert ask(backend.port, "POST", "/train", body, limit_s=TRAIN_LIMIT_S).status == 200
    next(growing, None)
    return store_of(pair["flask"])


@pytest.fixture
def three(grown_store: str, stores: Stores, tmp_path: Path) -> Iterator[list[Backend]]:
    """Both backends over three versions of Iris."""
    started = paired(stores.copy(grown_store), tmp_path, {})
    pair = next(started)
    yield [pair["flask"], pair["klein"]]
    next(started, None)


@pytest.mark.every_store
def test_history_says_who_when_how_and_by_which_run(three: list[Backend]) -> None:
    listings = [ask(backend.port, "GET", VERSIONS).json() for backend in three]
    assert listings[0] == listings[1]
    (listing, _) = listings
    assert (listing["champion"], listing["previous"]) == (3, 2)
    assert [(one["number"], one["by"]) for one in listing["versions"]] == [
        (3, "klein"),
        (2, "flask"),
        (1, "first start"),
    ]
    changes = listing["promotions"]
    assert [(one["number"], one["by"], one["kind"]) for one in changes] == [
        (3, "klein", "trained"),
        (2, "flask", "trained"),
        (1, "first start", "trained"),
    ]
    assert [one["run"] for one in changes] == [one["run"] for one in listing["versions"]]
    assert [one["at"] for one in changes] == [one["created_at"] for one in listing["versions"]]


@pytest.mark.every_store
def test_a_promotion_through_one_is_answered_with_at_once_and_by_the_other_within_a_second(
    three: list[Backend],
) -> None:
    flask, klein = three
    for backend, other, wanted, champion, before in (
        (flask, klein, 1, 1, 3),
        (klein, flask, 2, 2, 1),
        (flask, klein, "previous", 1, 2),
        (klein, flask, "previous", 3, 1),
        (flask, klein, "previous", 2, 3),
        (klein, flask, "previous", 1, 2),
    ):
        answer = _put(backend, wanted)
        assert (answer.status, answer.json()) == (200, {"model": "iris", "champion": champion, "before": before})
        assert _champion(backend) == champion
        assert eventually(lambda one=other, number=champion: _champion(one) == number, SEEN_WITHIN_S)  # type: ignore[misc]
    refused = _put(flask, "previous")
    assert (refused.status, refused.value("content-type")) == (409, "application/problem+json")
    assert "nothing to roll back to" in refused.json()["detail"]
    listing = ask(klein.port, "GET", VERSIONS).json()
    assert (listing["champion"], listing["previous"], len(listing["promotions"])) == (1, None, 3 + 6)
    assert [one["kind"] for one in listing["promotions"][:6]] == ["rolled back"] * 4 + ["promoted"] * 2
    assert [one["by"] for one in listing["promotions"][:2]] == ["klein", "flask"]


def test_version_that_can_not_be_loaded_is_not_promoted(three: list[Backend]) -> None:
    damage(store_of(three[0]), "iris", 2)
    for backend in three:
        for wanted in (2, "previous"):
            refused = _put(backend, wanted)
            assert (refused.status, refused.value("retry-after")) == (503, "5")
            assert "damaged" in refused.json()["detail"]
        assert _champion(backend) == 3
        assert ask(backend.port, "GET", VERSIONS).json()["champion"] == 3
        assert ask(backend.port, "GET", "/v2/health/ready").status == 200


def test_versions_are_compared_on_the_data_of_the_model(three: list[Backend]) -> None:
    answers = [ask(backend.port, "GET", f"{VERSIONS}/1/compare/2", limit_s=TRAIN_LIMIT_S) for backend in three]
    assert answers[0].body == answers[1].body
    found = answers[0].json()
    listed = {one["number"]: one for one in ask(three[0].port, "GET", VERSIONS).json()["versions"]}
    assert found["versions"] == [listed[1], listed[2]]
    assert {one["name"]: one["values"] for one in found["parameters"]} == {
        "recipe": ["lda", "tree"],
        "params.max_depth": [None, 10],
    }
    accuracy = next(one for one in found["figures"] if one["name"] == "accuracy")
    crossed = [listed[number]["metrics"]["cross_validation"] for number in (1, 2)]
    assert accuracy["values"] == [one["accuracy"] for one in crossed]
    assert accuracy["difference"] == crossed[1]["accuracy"] - crossed[0]["accuracy"]
    assert (accuracy["better"], found["same_data"]) == (1, True)
    agreement = found["agreement"]
    assert (agreement["data"], agreement["n"], agreement["fitted"]) == ("Iris", 150, [True, True])
    assert 140 <= agreement["same"] <= 150
    assert agreement["share"] == agreement["same"] / 150
    assert agreement["right"] == [147, 150]
    assert [children_of(backend.process.pid) for backend in three] == [[], []], "who read the data has ended"


def test_version_describes_itself(backend: Backend) -> None:
    version = ask(backend.port, "GET", f"{VERSIONS}/1").json()
    listed = ask(backend.port, "GET", VERSIONS).json()["versions"][0]
    model = ask(backend.port, "GET", "/models/iris").json()
    assert version.pop("signature") == model["signature"]
    assert version.pop("examples") == model["examples"]
    assert version.pop("data")["n_samples"] == 150
    assert version == listed


@pytest.mark.parametrize(
    "path",
    ["/models/iris/versions/2", "/models/iris/versions/0", "/models/iris/versions/x", "/models/roses/versions/1"]
    + [f"/models/iris/versions/{pair}" for pair in ("1/compare/2", "2/compare/1", "1/compare/one", "01/compare/1")],
)
def test_version_that_is_not_there_is_not_found(backend: Backend, path: str) -> None:
    answer = ask(backend.port, "GET", path)
    assert (answer.status, answer.value("content-type")) == (404, "application/problem+json")


def test_older_version_answers_every_way_of_asking(three: list[Backend]) -> None:
    row, rows = {"data": GOOD_ROW, "version": 1}, {"rows": [GOOD_ROW], "version": 2}
    named = [("Content-Type", npy.CONTENT_TYPE), ("Accept", npy.CONTENT_TYPE), ("X-Model-Version", "2")]
    tensor = {"inputs": [{"name": "input", "shape": [1, 4], "datatype": "FP64", "data": GOOD_ROW}]}
    for backend in three:
        assert ask(backend.port, "POST", "/classify", json.dumps(row)).json()["version"] == 1
        predicted = ask(backend.port, "POST", "/models/iris/predict", json.dumps(rows)).json()
        assert predicted["version"] == 2
        inferred = ask(backend.port, "POST", "/v2/models/iris/versions/2/infer", json.dumps(tensor)).json()
        assert inferred["model_version"] == "2"
        array = ask(backend.port, "POST", "/models/iris/predict", npy.write(np.array([GOOD_ROW])), named)
        assert (array.status, array.value("x-model-version")) == (200, "2")
        assert np.load(BytesIO(array.body)).tolist() == predicted["probabilities"]
        in_json = ask(backend.port, "POST", "/models/iris/predict", json.dumps({"rows": [GOOD_ROW]}), named[2:])
        assert in_json.json()["version"] == 2
        in_both = ask(backend.port, "POST", "/models/iris/predict", json.dumps({**rows, "version": 1}), named[2:])
        assert in_both.json()["version"] == 1, "the body comes first"
        unknown = [*named[:2], ("X-Model-Version", "77777")]
        answer = ask(backend.port, "POST", "/models/iris/predict", npy.write(np.array([GOOD_ROW])), unknown)
        assert answer.status == 404


# --- who may choose ----------------------------------------------------------------------------------


def test_own_pages_may_choose_and_strangers_may_not(backend: Backend) -> None:
    for origin, may in (("http://localhost:8080", True), ("http://evil.test", False), ("null", False)):
        asked = [("Origin", origin), ("Access-Control-Request-Method", "PUT")]
        preflight = ask(backend.port, "OPTIONS", CHAMPION, headers=asked)
        assert ("PUT" in (preflight.value("access-control-allow-methods") or "")) == may
        assert preflight.value("access-control-allow-origin") == (origin if may else None)
        answer = _put(backend, 1, ("Origin", origin))
        assert answer.status == (200 if may else 403)
        assert answer.value("access-control-allow-origin") == (origin if may else "*")


@pytest.mark.parametrize("kind", list(MODULES))
def test_choosing_needs_the_token(configured_pair: Pair, kind: str) -> None:
    assert _put(configured_pair[kind], 1).status == 403
    assert _put(configured_pair[kind], 1, TOKEN).status == 200


def test_champion_can_only_be_put(backend: Backend) -> None:
    assert ask(backend.port, "OPTIONS", CHAMPION).value("allow") == "OPTIONS, PUT"
    for method in ("GET", "POST", "DELETE"):
        answer = ask(backend.port, method, CHAMPION)
        assert (answer.status, answer.value("allow")) == (405, "OPTIONS, PUT")


def _put(backend: Backend, version: Any, *headers: tuple[str, str]) -> Answer:
    return ask(backend.port, "PUT", CHAMPION, json.dumps({"version": version}), headers)


def _champion(backend: Backend) -> int:
    """The version that answers."""
    number: int = ask(backend.port, "POST", "/classify", json.dumps({"data": GOOD_ROW})).json()["version"]
    return number
