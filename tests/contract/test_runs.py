"""Training runs over HTTP: started, watched, cancelled and found again, through either backend."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest

from shared.catalogue import CATALOGUE
from tests.conftest import Start
from tests.contract.bad_input import GOOD, GOOD_TRAIN
from tests.contract.conftest import Pair
from tests.contract.outside import are_gone, eventually, training_children
from tests.contract.raw import Answer, ask
from tests.processes import MODULES, Backend

LIMIT_S = 60.0
SEEN_WITHIN_S = 1.0
ENDED = {"FINISHED", "FAILED", "CANCELLED"}
TREE = {"recipe": "tree", "params": {"max_depth": 3}}
LONG = {"recipe": "mlp", "params": {"epochs": 2000}}
RUNS = "/models/iris/runs"


@pytest.fixture(params=list(MODULES))
def trainer(request: pytest.FixtureRequest, training_pair: Pair) -> Backend:
    """Each backend in turn, over a store that may grow."""
    return training_pair[request.param]


@pytest.fixture
def other(trainer: Backend, training_pair: Pair) -> Backend:
    return next(backend for backend in training_pair.values() if backend is not trainer)


@pytest.mark.every_store
def test_a_run_is_answered_at_once_and_makes_a_version(trainer: Backend) -> None:
    answer = _start(trainer, {**TREE, "seed": 3, "promote": "always"})
    run = answer.json()
    assert answer.value("location") == run["url"] == f"/runs/{run['id']}"
    assert (run["model"], run["recipe"], run["params"], run["seed"]) == ("iris", "tree", {"max_depth": 3}, 3)
    assert (run["state"] in ENDED, run["by"], run["version"]) == (False, trainer.kind, None)
    ended = _ended(trainer, run["id"])
    assert (ended["state"], ended["progress"], ended["promoted"]) == ("FINISHED", 1, True)
    assert ended["created_at"] <= ended["started_at"] <= ended["finished_at"]
    (version,) = [one for one in _versions(trainer) if one["number"] == ended["version"]]
    assert (version["run"], version["recipe"], version["seed"]) == (run["id"], "tree", 3)
    assert eventually(lambda: _classified_by(trainer) == ended["version"], SEEN_WITHIN_S)


def test_a_run_without_a_body_is_of_the_default_recipe(trainer: Backend) -> None:
    run = _start(trainer, None).json()
    assert (run["recipe"], run["params"], run["seed"]) == ("lda", {}, 0)
    assert _ended(trainer, run["id"])["state"] == "FINISHED"


@pytest.mark.every_store
def test_the_other_backend_watches_and_cancels_it(trainer: Backend, other: Backend) -> None:
    run = _start(trainer, {**LONG, "seed": 1}).json()
    shares: list[float] = []

    def has_moved() -> bool:
        shares.append(_run(other, run["id"])["progress"])
        return len(set(shares)) > 2

    assert eventually(has_moved, LIMIT_S), shares
    assert shares == sorted(shares)
    seen = _run(other, run["id"])
    assert (seen["state"], seen["remaining_s"] > 0, seen["elapsed_s"] > 0) == ("RUNNING", True, True)
    children = training_children(trainer.process.pid)
    before = _versions(other)

    asked = time.monotonic()
    cancelled = ask(other.port, "DELETE", run["url"])
    assert (cancelled.status, cancelled.json()["state"]) == (200, "CANCELLED")
    assert eventually(lambda: are_gone(children), LIMIT_S)
    assert time.monotonic() - asked < 2, "it ends within a second, and this machine may be busy"
    assert [_run(one, run["id"])["state"] for one in (trainer, other)] == ["CANCELLED"] * 2
    assert _versions(trainer) == before
    again = ask(trainer.port, "DELETE", run["url"])
    assert (again.status, again.value("content-type")) == (409, "application/problem+json")


def test_a_run_tells_how_the_model_learns(trainer: Backend, other: Backend) -> None:
    run = _start(trainer, {"recipe": "forest", "params": {"trees": 4}, "promote": "never"}).json()
    ended = _ended(trainer, run["id"])
    curve, regions = ended["curve"], ended["regions"]
    assert (curve["unit"], curve["n_training"], curve["n_validation"]) == ("trees", 73, 32)
    assert [point["step"] for point in curve["points"]] == [1, 2, 3, 4]
    assert all(point["validation_loss"] > 0 < point["validation_accuracy"] <= 1 for point in curve["points"])
    assert len({(one["x"], one["y"]) for one in regions}) == 6
    assert all(len(one["classes"]) == one["resolution"] ** 2 and set(one["classes"]) <= set("012") for one in regions)
    later = ask(other.port, "GET", f"/runs/{run['id']}?since=2").json()
    assert (later["curve"]["points"], later["regions"]) == (curve["points"][2:], regions)


def test_who_asks_to_join_gets_the_run_under_way(trainer: Backend, other: Backend) -> None:
    first = _start(trainer, {**LONG, "seed": 2}).json()
    joined = _start(other, {"if_busy": "join"}).json()
    queued = _start(trainer, {**TREE, "seed": 9}).json()
    assert (joined["id"], queued["id"] == first["id"]) == (first["id"], False)
    assert _run(other, queued["id"])["state"] == "SCHEDULED"
    assert ask(other.port, "DELETE", first["url"]).status == 200
    assert _ended(trainer, queued["id"])["state"] == "FINISHED"


@pytest.mark.every_store
def test_runs_are_listed_by_both_and_by_model(training_pair: Pair) -> None:
    started = [_start(backend, TREE).json()["id"] for backend in training_pair.values()]
    for backend in training_pair.values():
        for run_id in started:
            assert _ended(backend, run_id)["state"] == "FINISHED"
        listed = ask(backend.port, "GET", "/runs").json()["runs"]
        assert {run["id"] for run in listed[:2]} == set(started)
        assert {"curve", "regions"}.isdisjoint(listed[0])
        by_model = [ask(backend.port, "GET", f"/runs?model={model}").json()["runs"] for model in CATALOGUE]
        assert [{run["model"] for run in runs} for runs in by_model] == [{model} for model in CATALOGUE]
        assert sorted(chain(*by_model), key=_id) == sorted(listed, key=_id)


def test_train_is_a_run_like_any_other(trainer: Backend) -> None:
    trained = ask(trainer.port, "POST", "/train", GOOD_TRAIN, (), LIMIT_S).json()
    run = _run(trainer, trained["run"])
    assert (run["state"], run["version"], run["promote"]) == ("FINISHED", trained["version"], "always")


@pytest.mark.parametrize("kind", list(MODULES))
def test_more_runs_than_may_wait_are_refused(start_trained: Start, kind: str) -> None:
    backend = start_trained(kind, settings={"DUET_MAX_WAITING_TRAININGS": "1"})
    first, second = (_start(backend, {**LONG, "seed": seed}).json() for seed in range(2))
    refused = ask(backend.port, "POST", RUNS, json.dumps(LONG))
    assert (refused.status, int(refused.value("retry-after") or "") > 0) == (429, True)
    assert ask(backend.port, "DELETE", second["url"]).status == 200
    third = _start(backend, TREE).json()  # there is a place again
    assert ask(backend.port, "DELETE", first["url"]).status == 200
    assert _ended(backend, third["id"])["state"] == "FINISHED"


def test_a_run_whose_backend_was_killed_has_failed_and_says_why(start_both: Callable[[], list[Backend]]) -> None:
    killed, other = start_both()
    run = _start(killed, LONG).json()
    assert eventually(lambda: _run(other, run["id"])["state"] == "RUNNING", LIMIT_S)
    children = training_children(killed.process.pid)
    killed.kill()
    assert eventually(lambda: _run(other, run["id"])["state"] == "FAILED", LIMIT_S)
    assert _run(other, run["id"])["reason"] == "the process that ran it has ended"
    assert eventually(lambda: are_gone(children), LIMIT_S)
    assert ask(other.port, "POST", "/classify", GOOD).json()["version"] == 1


@pytest.mark.parametrize("kind", list(MODULES))
def test_a_run_whose_backend_was_stopped_says_so_after_the_restart(start_trained: Start, kind: str) -> None:
    backend = start_trained(kind)
    run = _start(backend, LONG).json()
    assert eventually(lambda: _run(backend, run["id"])["state"] == "RUNNING", LIMIT_S)
    backend.stop()
    ended = _run(start_trained(kind), run["id"])
    assert (ended["state"], ended["reason"]) == ("FAILED", "the server that ran it was stopped")


def test_only_the_pages_own_addresses_start_and_cancel(trainer: Backend) -> None:
    for method, path in (("POST", RUNS), ("DELETE", "/runs/0")):
        for origin in ("null", "http://evil.test"):
            assert ask(trainer.port, method, path, b"{}", [("Origin", origin)]).status == 403
        asked = [("Origin", "http://localhost:8080"), ("Access-Control-Request-Method", method)]
        allowed = ask(trainer.port, "OPTIONS", path, headers=asked)
        assert method in (allowed.value("access-control-allow-methods") or "")
        assert allowed.value("access-control-allow-origin") == "http://localhost:8080"


def _start(backend: Backend, body: dict[str, Any] | None) -> Answer:
    answer = ask(backend.port, "POST", RUNS, None if body is None else json.dumps(body).encode())
    assert answer.status == 202, answer.body
    return answer


def _run(backend: Backend, run_id: str) -> dict[str, Any]:
    run: dict[str, Any] = ask(backend.port, "GET", f"/runs/{run_id}").json()
    return run


def _ended(backend: Backend, run_id: str) -> dict[str, Any]:
    assert eventually(lambda: _run(backend, run_id)["state"] in ENDED, LIMIT_S)
    return _run(backend, run_id)


def _id(run: dict[str, Any]) -> str:
    return str(run["id"])


def _classified_by(backend: Backend) -> int:
    version: int = ask(backend.port, "POST", "/classify", GOOD).json()["version"]
    return version


def _versions(backend: Backend) -> list[dict[str, Any]]:
    versions: list[dict[str, Any]] = ask(backend.port, "GET", "/models/iris/versions").json()["versions"]
    return versions
