"""The Procfile's command, as a platform runs it: `$PORT`, a public host name, a token."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.outside import eventually
from tests.processes import ROOT, end_all, environment

HOST = "duet.example"
TOKEN = "s3cret"  # noqa: S105 - a made-up one
GOOD = b'{"data": [5.1, 3.5, 1.4, 0.2]}'


def _start(home: Path, port: int, **settings: str) -> subprocess.Popen[str]:
    _, _, line = (ROOT / "Procfile").read_text().partition("web: ")
    bin_folder = str(Path(sys.executable).parent)
    settings = {"PORT": str(port), "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}", **settings}
    return subprocess.Popen(
        ["/bin/sh", "-c", f"exec {line}"],  # $PORT is the shell's to fill in, as on a platform
        env=environment(home, **settings),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(tmp_path: Path, port: int) -> Iterator[int]:
    process = _start(tmp_path, port, DUET_TOKEN=TOKEN, DUET_HOSTS=HOST)
    assert eventually(lambda: _status(port, "GET", "/home") == 200, 60)
    yield port
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    end_all([process])


def _ask(port: int, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, {"Host": HOST, **headers})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def _status(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> int:
    try:
        return _ask(port, method, path, body, headers)[0]
    except OSError:
        return 0


def test_a_platform_runs_the_flask_backend_with_every_check_on(served: int) -> None:
    status, body = _ask(served, "POST", "/classify", GOOD, {})
    assert (status, json.loads(body)["label"]) == (200, "setosa")
    assert _status(served, "GET", "/home", Host="evil.test") == 403
    assert _status(served, "GET", "/v2/health/ready") == 200
    assert _status(served, "POST", "/classify", b" " * (1024 * 1024 + 1)) == 413
    assert _status(served, "POST", "/train", b'{"data": "train"}') == 403
    assert _status(served, "POST", "/train", b'{"data": "train"}', Authorization=f"Bearer {TOKEN}") == 200
    status, body = _ask(served, "POST", "/classify", GOOD, {})
    assert json.loads(body)["version"] == 2


def test_a_platform_is_told_which_setting_is_missing(tmp_path: Path, port: int) -> None:
    process = _start(tmp_path, port)
    try:
        _, said = process.communicate(timeout=60)
    finally:
        end_all([process])
    assert process.returncode != 0
    assert "DUET_TOKEN" in said
