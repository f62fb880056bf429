"""What a backend says when it starts, what it refuses to start with, and what it writes to its log."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.contract.bad_input import GOOD, HOST
from tests.contract.conftest import Pair
from tests.contract.raw import Connection, ask, request, to_port
from tests.processes import MODULES, ROOT, Backend, environment

SECRET = "zq7-never-in-a-log"  # noqa: S105 - made up, to be looked for
START_LIMIT_S = 60.0
LOGGED = {"time", "request_id", "method", "route", "status", "ms", "bytes", "model", "version"}


# --- starting ----------------------------------------------------------------------------------------


def test_backend_that_others_can_reach_needs_a_token(tmp_path: Path) -> None:
    for message in _start_in_vain(tmp_path, "--host", "0.0.0.0"):
        assert "DUET_TOKEN" in message
        assert "0.0.0.0" in message


@pytest.mark.parametrize(("setting", "value"), [("DUET_TOKN", "x"), ("DUET_STORE", "nonsense")])
def test_setting_that_can_not_be_used_is_named(tmp_path: Path, setting: str, value: str) -> None:
    for message in _start_in_vain(tmp_path, settings={setting: value}):
        assert setting.removeprefix("DUET_").lower() in message.lower()


def test_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for message in _start_in_vain(tmp_path, "--no-bootstrap", "--port", port):
            assert port in message


def test_ready_line_names_the_address(backend: Backend) -> None:
    assert backend.url == f"http://127.0.0.1:{backend.port}"
    assert ask(backend.port, "GET", "/v2/health/ready").status == 200


# --- the access log ----------------------------------------------------------------------------------


def test_every_request_is_one_line_of_json(backend: Backend) -> None:
    asked = (
        ("GET", "/home", None, "/home", 200),
        ("HEAD", "/models/iris", None, "/models/<name>", 200),
        ("OPTIONS", "/train", None, "/train", 204),
        ("POST", "/train", "{}", "/train", 400),
        ("GET", "/models/roses", None, "/models/<name>", 404),
        ("GET", "/nothing", None, None, 404),
        ("PUT", "/home", None, None, 405),
    )
    for method, path, body, route, status in asked:
        line = _line_of(backend, method, path, body)
        assert line.keys() >= LOGGED
        assert (line["method"], line["route"], line["status"]) == (method, route, status)
        assert (line["model"], line["version"]) == (None, None)
        assert 0 <= line["ms"] < 10_000
        assert isinstance(line["bytes"], int)
        assert datetime.fromisoformat(line["time"]).tzinfo is not None


def test_line_of_a_prediction_names_model_and_version(backend: Backend) -> None:
    line = _line_of(backend, "POST", "/classify", GOOD.decode())
    assert (line["route"], line["model"], line["version"]) == ("/classify", "iris", 1)
    line = _line_of(backend, "POST", "/", '{"sl":2.0,"sw":1.0,"pl":2.0,"pw":3.0}')
    assert (line["route"], line["model"], line["version"], line["bytes"]) == ("/", "iris-tree", 1, 18)


def test_request_without_an_id_is_given_one_and_told_so(backend: Backend) -> None:
    before = len(backend.log_lines())
    classification = request("POST", "/classify", body=GOOD)
    known, unknown = [classification] * 4, [request("GET", "/nothing"), request("OPTIONS", "*")]
    refused = [b"POST /classify HTTP/1.1\r\n\r\n"]  # the last: it closes the connection
    with Connection(backend.port) as connection:
        told = []
        for sent in known + unknown + refused:
            connection.send(to_port(sent, backend.port))
            told.append(connection.answer().value("x-request-id"))
    assert told == [line["request_id"] for line in backend.log_lines()[before:]]
    assert len(set(told)) == 7
    assert all(re.fullmatch(r"[0-9a-f]{32}", str(one)) for one in told)


def test_refused_request_is_logged_too(backend: Backend) -> None:
    before = len(backend.log_lines())
    for sent in (b"nonsense\r\n\r\n", b"GET /%ff HTTP/1.1\r\n" + HOST + b"\r\n", b"POST /classify HTTP/1.1\r\n\r\n"):
        with Connection(backend.port) as connection:
            connection.send(to_port(sent, backend.port))
            assert connection.answer().status == 400
    assert [line["status"] for line in backend.log_lines()[before:]] == [400, 400, 400]


def test_log_holds_no_body_no_query_and_no_header(backend: Backend) -> None:
    headers = [("Authorization", f"Bearer {SECRET}"), ("Cookie", SECRET), ("Referer", f"http://x/{SECRET}")]
    for method, path, body in (
        ("GET", f"/home?token={SECRET}", None),
        ("GET", f"/{SECRET}", None),
        ("GET", f"/%ff{SECRET}", None),
        ("GET", f"http://x/{SECRET}", None),
        ("POST", "/classify", json.dumps({"data": SECRET})),
        ("POST", "/classify", json.dumps({"data": [5.1, 3.5, 1.4, 0.2], "model": SECRET})),
        ("POST", "/classify", json.dumps({SECRET: 1})),
        ("POST", "/classify", SECRET),
        ("POST", "/train", json.dumps({"data": "train", "recipe": SECRET})),
        (SECRET.upper(), "/home", None),
    ):
        ask(backend.port, method, path, body, headers)
    assert SECRET not in backend.log.read_text().replace(SECRET.upper(), "")


def test_log_holds_nothing_but_json(backend: Backend) -> None:
    ask(backend.port, "GET", "/home")
    for line in backend.log.read_text().splitlines():
        assert isinstance(json.loads(line), dict), line


@pytest.mark.parametrize("kind", list(MODULES))
def test_log_holds_no_token(configured_pair: Pair, kind: str) -> None:
    backend = configured_pair[kind]
    for value in ("Bearer s3cret-token", "Bearer s3cret-tokem", "s3cret-token"):
        ask(backend.port, "POST", "/train", "{}", [("Authorization", value)])
    assert backend.log_lines()
    assert "s3cret" not in backend.log.read_text()


def _start_in_vain(home: Path, *arguments: str, settings: dict[str, str] | None = None) -> list[str]:
    """What each backend says when it ends by itself, with a message and no traceback."""
    with ThreadPoolExecutor() as pool:
        ended = list(pool.map(lambda module: _run(home / module, module, arguments, settings or {}), MODULES.values()))
    for one in ended:
        assert one.returncode > 0
        assert one.stdout == "", "nothing listens"
        assert one.stderr.strip()
        assert "Traceback" not in one.stderr
    return [one.stderr for one in ended]


def _run(
    home: Path, module: str, arguments: Iterable[str], settings: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    home.mkdir()
    return subprocess.run(
        [sys.executable, "-m", module, "--port", "0", *arguments],
        env=environment(home, **settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=START_LIMIT_S,
        check=False,
    )


def _line_of(backend: Backend, method: str, path: str, body: str | None) -> dict[str, Any]:
    """The one line that a request leaves in the log."""
    name = uuid4().hex
    ask(backend.port, method, path, body, [("X-Request-Id", name)])
    lines = [line for line in backend.log_lines() if line.get("request_id") == name]
    assert len(lines) == 1
    return dict[str, Any](lines[0])
