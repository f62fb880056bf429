"""Several processes on one port answer as one server does."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Start
from tests.contract.bad_input import GOOD
from tests.contract.outside import children_of, eventually, running
from tests.contract.raw import ask
from tests.processes import MODULES, ROOT, Backend, environment

WORKERS = 2
REQUESTS = 40
LIMIT_S = 30.0


@pytest.fixture(params=["flask", "klein"])
def several(request: pytest.FixtureRequest, start_trained: Start) -> Backend:
    backend: Backend = start_trained(request.param, "--workers", str(WORKERS))
    return backend


def _classified(backend: Backend) -> float:
    text = ask(backend.port, "GET", "/metrics").body.decode()
    counts = re.findall(r'duet_request_duration_seconds_count\{[^}]*route="/classify"[^}]*\} (\S+)', text)
    return sum(map(float, counts))


def test_metrics_count_what_every_worker_answered(several: Backend) -> None:
    assert len(children_of(several.process.pid)) == WORKERS
    for _ in range(REQUESTS):  # a connection each, which the system spreads over the workers
        answer = ask(several.port, "POST", "/classify", GOOD)
        assert (answer.status, answer.json()["label"]) == (200, "setosa")
    assert {_classified(several) for _ in range(REQUESTS)} == {REQUESTS}, "whichever worker is asked, it tells of all"
    series = [line for line in ask(several.port, "GET", "/metrics").body.decode().splitlines() if "classify" in line]
    assert all('status="200"' in line and 'model="iris"' in line and 'version="1"' in line for line in series)


def test_a_worker_that_dies_is_replaced_and_the_port_answers_on(several: Backend) -> None:
    before = children_of(several.process.pid)
    os.kill(before[0], signal.SIGKILL)
    assert eventually(lambda: len(set(children_of(several.process.pid)) - {before[0]}) == WORKERS, LIMIT_S)
    for _ in range(REQUESTS):
        assert ask(several.port, "POST", "/classify", GOOD).status == 200
    assert several.process.poll() is None


def test_workers_end_with_a_parent_that_was_killed(several: Backend) -> None:
    workers = children_of(several.process.pid)
    several.kill()
    assert eventually(lambda: running().keys().isdisjoint(workers), LIMIT_S)


def test_sigterm_ends_all_and_frees_the_port(several: Backend) -> None:
    workers = children_of(several.process.pid)
    assert several.stop() == 0
    assert running().keys().isdisjoint(workers)
    with socket.create_server(("127.0.0.1", several.port)):
        pass


def test_a_port_that_other_workers_share_is_refused(several: Backend, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        MODULES[several.kind],
        "--port",
        str(several.port),
        "--workers",
        "2",
        "--no-bootstrap",
    ]
    refused = subprocess.run(
        command, check=False, env=environment(tmp_path), cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert refused.returncode == 1
    assert f"port {several.port} on 127.0.0.1 can't be used" in refused.stderr
