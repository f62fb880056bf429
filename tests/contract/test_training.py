"""Training over HTTP: what it answers, who sees it, and what happens when several ask at once."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import Start
from tests.contract.bad_input import FLOWER, GOOD, GOOD_TRAIN
from tests.contract.conftest import Pair
from tests.contract.raw import Answer, Header, ask
from tests.processes import MODULES, Backend

TRAIN_LIMIT_S = 60.0
SEEN_WITHIN_S = 1.0
UNTRAINED: dict[str, object] = {"model": "iris", "champion": None, "previous": None, "versions": [], "promotions": []}
ORDERS = (("flask", "klein"), ("klein", "flask"))
CONCURRENT = {"flask": ("--threads", "4"), "klein": ()}
FORM = ("Content-Type", "application/x-www-form-urlencoded")
TOKEN = ("Authorization", "Bearer s3cret-token")


@pytest.fixture(params=list(MODULES))
def trainer(request: pytest.FixtureRequest, training_pair: Pair) -> Backend:
    """Each backend in turn, over a store that may grow."""
    return training_pair[request.param]


def test_train_answers_its_accuracy_and_how_it_was_measured(trainer: Backend) -> None:
    before = _newest(trainer)
    answer = _train(trainer, GOOD_TRAIN, [FORM])
    assert answer.value("content-type") == "application/json"
    trained = answer.json()
    assert trained.keys() == {"data", "model", "version", "run", "recipe", "params", "seed", "metrics"}
    assert isinstance(trained["data"], float)
    assert 0.8 < trained["data"] == trained["metrics"]["holdout"]["accuracy"] <= 1
    assert (trained["model"], trained["recipe"], trained["seed"]) == ("iris", "lda", 0)
    assert trained["version"] == before + 1
    assert _champion(trainer) == trained["version"]
    assert _classified_by(trainer) == trained["version"]


def test_trained_version_has_what_was_asked_for(trainer: Backend) -> None:
    body = {"data": "train", "model": "iris", "recipe": "tree", "params": {"max_depth": 2}, "seed": 4294967295}
    trained = _train(trainer, body, [("Content-Type", "text/plain")]).json()
    assert (trained["recipe"], trained["params"], trained["seed"]) == ("tree", {"max_depth": 2}, 4294967295)
    newest = _versions(trainer)[0]
    assert newest["number"] == trained["version"]
    shared = ("model", "run", "recipe", "params", "seed", "metrics")
    assert {key: newest[key] for key in shared} == {key: trained[key] for key in shared}


@pytest.mark.every_store
@pytest.mark.parametrize(("one", "other"), ORDERS)
def test_version_trained_by_one_answers_on_the_other_within_a_second(training_pair: Pair, one: str, other: str) -> None:
    version = _train(training_pair[one], {"data": "train", "recipe": "tree"}).json()["version"]
    ends = time.monotonic() + SEEN_WITHIN_S
    while (seen := _classified_by(training_pair[other])) != version:
        assert time.monotonic() < ends, f"version {seen} still answers instead of {version}"
    assert _champion(training_pair[other]) == version


def test_older_version_can_still_be_asked(trainer: Backend) -> None:
    for version in (1, _newest(trainer)):
        answer = ask(trainer.port, "POST", "/classify", json.dumps({"data": [5.1, 3.5, 1.4, 0.2], "version": version}))
        assert (answer.status, answer.json()["version"]) == (200, version)


@pytest.mark.every_store
def test_both_train_at_once_and_number_their_versions_one_after_the_other(training_pair: Pair) -> None:
    before = _newest(training_pair["flask"])
    bodies = [{"data": "train", "recipe": "tree", "seed": seed} for seed in (1, 2)]
    answers = _at_once(zip(training_pair.values(), bodies, strict=True))
    assert sorted(answer.json()["version"] for answer in answers) == [before + 1, before + 2]
    for backend in training_pair.values():
        assert [version["number"] for version in _versions(backend)][:3] == [before + 2, before + 1, before]


def test_equal_seeds_give_equal_versions_and_other_seeds_others(training_pair: Pair) -> None:
    asked = [(backend, seed) for seed in (7, 8) for backend in training_pair.values()]
    body = {"data": "train", "recipe": "mlp", "params": {"epochs": 3}}
    numbers = [answer.json()["version"] for answer in _at_once((one, {**body, "seed": seed}) for one, seed in asked)]
    versions = {version["number"]: version for version in _versions(training_pair["flask"])}
    seven, seven_again, eight, eight_again = (versions[number] for number in numbers)
    for one, two in ((seven, seven_again), (eight, eight_again)):
        assert one["run"] != two["run"]
        own = {"number", "run", "created_at", "by"}
        assert {key: one[key] for key in one.keys() - own} == {key: two[key] for key in two.keys() - own}
    assert seven["artefact_sha256"] != eight["artefact_sha256"]


@pytest.mark.every_store
def test_untrained_backends_say_so_until_one_is_trained(start: Start) -> None:
    with ThreadPoolExecutor() as pool:
        backends = list(pool.map(lambda kind: start(kind, "--no-bootstrap"), MODULES))
    for backend in backends:
        for path, body in (("/classify", GOOD), ("/", json.dumps(FLOWER).encode())):
            answer = ask(backend.port, "POST", path, body)
            assert (answer.status, answer.value("content-type")) == (409, "application/problem+json")
            assert answer.value("access-control-allow-origin") == "*"
        assert {model["champion"] for model in ask(backend.port, "GET", "/models").json()["models"]} == {None}
        assert ask(backend.port, "GET", "/models/iris").json()["champion"] is None
        assert ask(backend.port, "GET", "/models/iris/versions").json() == UNTRAINED
    for number, backend in enumerate(backends, start=1):
        assert _train(backend, GOOD_TRAIN).json()["version"] == number
        assert ask(backend.port, "POST", "/classify", GOOD).json()["version"] == number
        assert ask(backend.port, "POST", "/", json.dumps(FLOWER)).status == 409, "the tree is a model of its own"


@pytest.mark.parametrize("kind", list(MODULES))
def test_token_admits_to_training(configured_pair: Pair, kind: str) -> None:
    backend = configured_pair[kind]
    assert ask(backend.port, "POST", "/train", GOOD_TRAIN).status == 403
    assert _train(backend, GOOD_TRAIN, [TOKEN]).json()["version"] == _champion(backend)


@pytest.mark.parametrize("kind", list(MODULES))
def test_trainings_asked_at_once_share_wait_or_are_told_to_come_back(start_trained: Start, kind: str) -> None:
    backend = start_trained(kind, *CONCURRENT[kind], settings={"DUET_MAX_WAITING_TRAININGS": "1"})
    equal = _at_once((backend, {"data": "train", "recipe": "tree", "seed": 5}) for _ in range(3))
    assert {answer.json()["version"] for answer in equal} == {2}
    assert len(_versions(backend)) == 2, "equal trainings are one"

    different = [(backend, {"data": "train", "recipe": "tree", "seed": seed}) for seed in range(3)]
    answers = _at_once(different, status=None)
    assert sorted(answer.status for answer in answers) == [200, 200, 429]
    refused = next(answer for answer in answers if answer.status == 429)
    assert (refused.value("content-type"), refused.json()["status"]) == ("application/problem+json", 429)
    assert int(refused.value("retry-after") or "") > 0
    assert refused.value("access-control-allow-origin") == "*"
    assert _versions(backend)[0]["number"] == 4


def _train(backend: Backend, body: bytes | dict[str, Any], headers: Iterable[Header] = ()) -> Answer:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = ask(backend.port, "POST", "/train", sent, headers, TRAIN_LIMIT_S)
    assert answer.status == 200, answer.body
    return answer


def _at_once(asked: Iterable[tuple[Backend, dict[str, Any]]], status: int | None = 200) -> list[Answer]:
    with ThreadPoolExecutor() as pool:
        running = [
            pool.submit(ask, backend.port, "POST", "/train", json.dumps(body), (), TRAIN_LIMIT_S)
            for backend, body in asked
        ]
        answers = [future.result() for future in running]
    assert status is None or {answer.status for answer in answers} == {status}, [answer.body for answer in answers]
    return answers


def _versions(backend: Backend) -> list[dict[str, Any]]:
    versions: list[dict[str, Any]] = ask(backend.port, "GET", "/models/iris/versions").json()["versions"]
    return versions


def _newest(backend: Backend) -> int:
    number: int = _versions(backend)[0]["number"]
    return number


def _champion(backend: Backend) -> int:
    number: int = ask(backend.port, "GET", "/models/iris").json()["champion"]["number"]
    return number


def _classified_by(backend: Backend) -> int:
    version: int = ask(backend.port, "POST", "/classify", GOOD).json()["version"]
    return version
