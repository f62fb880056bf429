"""What a user sees when something beneath the backends breaks: the store, an artefact, a training."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.conftest import Start
from tests.contract.bad_input import GOOD, GOOD_TRAIN
from tests.contract.conftest import Pair, store_of
from tests.contract.outside import eventually, training_children
from tests.contract.raw import Answer, Connection, ask, request, to_port
from tests.processes import MODULES, Backend
from tests.stores import Stores, damage, sqlite_file

NOTICED_WITHIN_S = 10.0
LIMIT_S = 60.0
TOLD_WITHIN_S = 5.0
CHANGING = {"/train": GOOD_TRAIN, "/models/iris/runs": b"{}"}
UNREAD = b'{"data":[5.1,3.5,1.4,0.2],"version":9}'  # a version that has to be looked for in the store


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB, which only root can make."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk)]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be made: {mounted.stderr.decode().strip()}")
    yield disk
    umount = ["umount", "--lazy", str(disk)]
    subprocess.run(umount, check=True)


@pytest.mark.every_store
def test_locked_store_ends_training_and_leaves_classifying_alone(
    start_both: Callable[[], list[Backend]], stores: Stores
) -> None:
    backends = start_both()
    with stores.locked(store_of(backends[0])), ExitStack() as stack:
        training = [stack.enter_context(Connection(backend.port, LIMIT_S)) for backend in backends]
        for backend, connection in zip(backends, training, strict=True):
            connection.send(to_port(request("POST", "/train", body=GOOD_TRAIN), backend.port))
        for backend, connection in zip(backends, training, strict=True):
            _check_told_to_come_back(connection.answer("POST"))
            assert _becomes_ready(backend, 503)
            assert ask(backend.port, "POST", "/classify", GOOD).json()["version"] == 1
    for backend in backends:
        assert _becomes_ready(backend, 200)
        assert len(ask(backend.port, "GET", "/models/iris/versions").json()["versions"]) == 1


@pytest.mark.every_store
@pytest.mark.parametrize("kind", ["klein"])  # the synchronous backend does one thing after the other on purpose
def test_slow_store_keeps_no_other_request_waiting(start_trained: Start, stores: Stores, kind: str) -> None:
    backend = start_trained(kind)
    with (
        stores.locked(store_of(backend)),
        Connection(backend.port, LIMIT_S) as reading,
        Connection(backend.port, LIMIT_S) as classifying,
    ):
        reading.send(to_port(request("POST", "/classify", body=UNREAD), backend.port))
        classifying.send(to_port(request("POST", "/classify", body=GOOD), backend.port))
        answered, _, _ = select.select([reading, classifying], [], [], LIMIT_S)
        assert answered == [classifying]
        assert classifying.answer("POST").status == 200
        _check_told_to_come_back(reading.answer("POST"))


@pytest.mark.every_store
def test_damaged_version_is_passed_over_and_said(start_trained: Start, start_both: Callable[[], list[Backend]]) -> None:
    before = start_trained("klein")
    assert ask(before.port, "POST", "/train", GOOD_TRAIN, limit_s=LIMIT_S).json()["version"] == 2
    assert before.stop() == 0
    damage(store_of(before), "iris", 2)
    for backend in start_both():
        answer = ask(backend.port, "POST", "/classify", GOOD)
        assert (answer.status, answer.json().get("version")) == (200, 1)
        ready = ask(backend.port, "GET", "/v2/health/ready")
        assert (ready.status, ready.json()["ready"], ready.json()["live"]) == (503, False, True)
        assert "2" in " ".join(ready.json()["problems"])
        damaged = json.dumps({"data": [5.1, 3.5, 1.4, 0.2], "version": 2})
        _check_told_to_come_back(ask(backend.port, "POST", "/classify", damaged))


@pytest.mark.parametrize("kind", list(MODULES))
def test_training_that_dies_is_told_and_the_next_one_works(training_pair: Pair, kind: str) -> None:
    backend = training_pair[kind]
    with Connection(backend.port, LIMIT_S) as training:
        training.send(to_port(request("POST", "/train", body=GOOD_TRAIN), backend.port))
        children = eventually(lambda: training_children(backend.process.pid), NOTICED_WITHIN_S)
        assert len(children) == 1
        os.kill(children.pop(), signal.SIGKILL)
        _check_told_to_come_back(training.answer("POST"))
    assert ask(backend.port, "POST", "/train", GOOD_TRAIN, limit_s=LIMIT_S).status == 200
    assert ask(backend.port, "GET", "/v2/health/ready").status == 200


@pytest.mark.every_store
@pytest.mark.parametrize("kind", list(MODULES))
def test_store_that_can_only_be_read_answers_rows_and_takes_no_version(
    start: Start, trained_store: str, stores: Stores, kind: str
) -> None:
    backend = start(kind, store=stores.readonly(stores.copy(trained_store)))
    for path, body in CHANGING.items():
        _check_told_to_come_back(ask(backend.port, "POST", path, body, limit_s=TOLD_WITHIN_S))
    assert ask(backend.port, "POST", "/classify", GOOD).json()["version"] == 1
    assert ask(backend.port, "GET", "/v2/health/ready").status == 200


@pytest.mark.parametrize("kind", list(MODULES))
def test_full_disk_is_told_and_nothing_is_lost(start: Start, small_disk: Path, trained_store: str, kind: str) -> None:
    backend = start(kind, store=_sqlite_copy(trained_store, small_disk))
    filler = small_disk / "filler"
    _fill(filler)
    for path, body in CHANGING.items():
        answer = ask(backend.port, "POST", path, body, limit_s=TOLD_WITHIN_S)
        assert (answer.status, answer.value("content-type")) == (507, "application/problem+json")
        assert int(answer.value("retry-after") or "") > 0
    assert ask(backend.port, "POST", "/classify", GOOD).json()["version"] == 1
    filler.unlink()
    assert ask(backend.port, "POST", "/train", GOOD_TRAIN, limit_s=LIMIT_S).json()["version"] == 2


@pytest.mark.parametrize("kind", list(MODULES))
def test_disk_that_fills_while_it_trains_is_told_and_nothing_is_lost(
    start: Start, small_disk: Path, trained_store: str, kind: str
) -> None:
    backend = start(kind, store=_sqlite_copy(trained_store, small_disk))
    with Connection(backend.port, LIMIT_S) as training:
        training.send(to_port(request("POST", "/train", body=GOOD_TRAIN), backend.port))
        assert eventually(lambda: training_children(backend.process.pid), NOTICED_WITHIN_S)
        _fill(small_disk / "filler")
        assert training.answer("POST").status == 507
    assert ask(backend.port, "GET", "/models/iris").json()["champion"]["number"] == 1
    assert [one["number"] for one in ask(backend.port, "GET", "/models/iris/versions").json()["versions"]] == [1]


def _sqlite_copy(url: str, folder: Path) -> str:
    """The URL of a copy of a store in `folder`; a server keeps its files where it wants."""
    if not url.startswith("sqlite"):
        pytest.skip("only a file can be put on a disk of the test's own")
    shutil.copy(sqlite_file(url), folder)
    return f"sqlite:///{folder / sqlite_file(url).name}"


def _fill(filler: Path) -> None:
    """Take all the space that is left on the disk of `filler`."""
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 1024):
            pass


def _becomes_ready(backend: Backend, status: int) -> bool:
    return eventually(lambda: ask(backend.port, "GET", "/v2/health/ready").status == status, NOTICED_WITHIN_S)


def _check_told_to_come_back(answer: Answer) -> None:
    assert (answer.status, answer.value("content-type")) == (503, "application/problem+json")
    assert int(answer.value("retry-after") or "") > 0
    assert answer.value("access-control-allow-origin") == "*"
