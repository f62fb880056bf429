"""Replicas over one PostgreSQL: what they hear of each other, what they do without it, who sees the password."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.contract.bad_input import GOOD, GOOD_TRAIN
from tests.contract.outside import children_of, eventually, running
from tests.contract.raw import ask
from tests.postgresql import Server, cluster
from tests.processes import MODULES, Backend, end_all, start_backend

LIMIT_S = 60.0
SEEN_WITHIN_S = 1.0
NOTICED_WITHIN_S = 10.0
SECRET = "zq7-never-shown"  # noqa: S105 - made up, to be looked for
SELDOM = {"DUET_REFRESH_INTERVAL_S": "600"}


@pytest.fixture(scope="module")
def server(postgresql: Server) -> Iterator[Server]:
    """A server that a test may end."""
    with cluster() as own:
        yield own


@pytest.fixture(scope="module")
def store(server: Server) -> str:
    """A database whose URL has a password."""
    return server.new().replace("duet@", f"duet:{SECRET}@")


@pytest.fixture(scope="module")
def replicas(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Backend]]:
    """One backend of each kind, begun on an empty database; they hardly ever ask it by themselves."""
    home = tmp_path_factory.mktemp("replicas")

    def begin(kind: str) -> Backend:
        return start_backend(kind, home=home, store=store, settings=SELDOM)

    with ThreadPoolExecutor() as pool:
        backends = list(pool.map(begin, MODULES))
    yield backends
    end_all([backend.process for backend in backends])


def test_replicas_that_start_on_an_empty_database_train_one_version(replicas: list[Backend]) -> None:
    for backend in replicas:
        versions = ask(backend.port, "GET", "/models/iris/versions").json()["versions"]
        assert [version["number"] for version in versions] == [1]


def test_a_new_version_answers_everywhere_at_once(replicas: list[Backend]) -> None:
    for trainer in replicas:
        number = ask(trainer.port, "POST", "/train", GOOD_TRAIN, limit_s=LIMIT_S).json()["version"]
        ends = time.monotonic() + SEEN_WITHIN_S
        while (seen := {_classified_by(backend) for backend in replicas}) != {number}:
            assert time.monotonic() < ends, f"{seen} still answer instead of {number}"


def test_without_its_server_a_replica_answers_from_memory_and_recovers_by_itself(
    server: Server, replicas: list[Backend]
) -> None:
    before = _classified_by(replicas[0])
    server.kill()
    for backend in replicas:
        refused = ask(backend.port, "POST", "/train", GOOD_TRAIN, limit_s=LIMIT_S)
        assert (refused.status, refused.value("content-type")) == (503, "application/problem+json")
        assert int(refused.value("retry-after") or "") > 0
        assert _classified_by(backend) == before
    server.start()
    for number, backend in enumerate(replicas, start=before + 1):
        assert ask(backend.port, "POST", "/train", GOOD_TRAIN, limit_s=LIMIT_S).json()["version"] == number
    assert eventually(lambda: {_classified_by(backend) for backend in replicas} == {before + 2}, NOTICED_WITHIN_S)


def test_readiness_tells_of_a_server_that_is_gone_until_it_is_back(
    server: Server, store: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    backend = start_backend("klein", home=tmp_path_factory.mktemp("one"), store=store)
    try:
        server.kill()
        assert eventually(lambda: _ready(backend) == 503, NOTICED_WITHIN_S)
        server.start()
        assert eventually(lambda: _ready(backend) == 200, NOTICED_WITHIN_S)
    finally:
        end_all([backend.process])


def test_nobody_is_shown_the_password(
    server: Server, store: str, replicas: list[Backend], tmp_path_factory: pytest.TempPathFactory
) -> None:
    several = start_backend("klein", "--workers", "2", home=tmp_path_factory.mktemp("several"), store=store)
    try:
        workers = children_of(several.process.pid)
        assert len(workers) == 2
        assert not any(SECRET in running()[pid][1] for pid in workers)
    finally:
        end_all([several.process])
    for backend in replicas:
        log = backend.log.read_text()
        assert "not_listening" in {json.loads(line)["event"] for line in log.splitlines()}, (
            "it told of the server's end"
        )
        assert SECRET not in log
        assert SECRET not in ask(backend.port, "GET", "/v2/health/ready").body.decode()


def _classified_by(backend: Backend) -> int:
    version: int = ask(backend.port, "POST", "/classify", GOOD).json()["version"]
    return version


def _ready(backend: Backend) -> int:
    return ask(backend.port, "GET", "/v2/health/ready").status
