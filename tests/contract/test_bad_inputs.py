"""Whatever is sent, the answer is a client's error that names its cause, and nothing is harmed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from tests.contract.bad_input import GOOD, BadInput
from tests.contract.bad_inputs import BAD_INPUTS
from tests.contract.raw import Answer, Connection, ask, to_port
from tests.processes import Backend

AMPLE_S = 8.0  # for what should take milliseconds, on a machine that is busy
MAX_ANSWER = 64 * 1024


@pytest.fixture(scope="module", autouse=True)
def untouched(pair: dict[str, Backend]) -> Iterator[None]:
    """After all of it the store is as it was, and both backends classify."""
    before = {kind: _versions(backend) for kind, backend in pair.items()}
    yield
    assert {kind: _versions(backend) for kind, backend in pair.items()} == before
    assert {ask(backend.port, "POST", "/classify", GOOD).status for backend in pair.values()} == {200}


@pytest.mark.parametrize("bad", BAD_INPUTS, ids=lambda bad: bad.name)
def test_bad_input_is_refused_with_its_cause(backend: Backend, bad: BadInput) -> None:
    with Connection(backend.port) as connection:
        connection.send_what_is_taken(to_port(bad.sent, backend.port))
        answer = connection.answer(bad.method)
        if bad.closes:
            assert connection.is_closed_within(AMPLE_S), "the connection stays open"
    assert answer.status == bad.status, answer.body[:500]
    _check_is_a_problem(answer, bad)
    _check_names_the_culprits(answer, bad)


def test_bad_inputs_are_named_once() -> None:
    assert len({bad.name for bad in BAD_INPUTS}) == len(BAD_INPUTS)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("260,000 times NaN", b"[" + b",".join([b"NaN"] * 260_000) + b"]"),
        ("60,000 objects with a key twice", b"[" + b",".join([b'{"a":1,"a":1}'] * 60_000) + b"]"),
        ("100,000 unknown keys", b"{" + b",".join(b'"%x":1' % i for i in range(100_000)) + b"}"),
        ("100,000 wrong values, far down", b"[" * 60 + b",".join([b"1e999"] * 100_000) + b"]" * 60),
        ("100,000 wrong values in the row", b'{"data":[' + b",".join([b"null"] * 100_000) + b"]}"),
        ("a key of 900,000 letters", b'{"' + b"k" * 900_000 + b'":1}'),
        ("a model of 900,000 letters", b'{"data":[5.1,3.5,1.4,0.2],"model":"' + b"m" * 900_000 + b'"}'),
        ("a number of a million digits", b'{"data":[' + b"1" * 1_000_000 + b",3.5,1.4,0.2]}"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_answer_to_much_that_is_wrong_is_small_and_quick(backend: Backend, name: str, body: bytes) -> None:
    begun = time.monotonic()
    answer = ask(backend.port, "POST", "/classify", body)
    took_s = time.monotonic() - begun
    assert answer.status in (400, 404)
    assert len(answer.body) <= MAX_ANSWER, f"{len(answer.body)} bytes"
    assert took_s < AMPLE_S, f"{took_s:.1f} s"


def test_repeated_key_among_many_is_found_quickly(backend: Backend) -> None:
    keys = b",".join(b'"%x":1' % i for i in range(30_000))
    begun = time.monotonic()
    answer = ask(backend.port, "POST", "/classify", b'{"0":1,' + keys + b"}", limit_s=60)
    took_s = time.monotonic() - begun
    assert answer.status == 400
    assert took_s < 2, f"{took_s:.1f} s for {len(keys) / 1e6:.1f} MB"


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("a bad Content-Length", b"POST /classify HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: x\r\n\r\n"),
        ("a path that isn't UTF-8", b"GET /%ff HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"),
        ("lines that end in LF", b"GET /home HTTP/1.1\nHost: 127.0.0.1:{port}\n\n"),
        ("absolute-form", b"GET http://127.0.0.1:{port}/home HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refusal_names_its_own_cause(backend: Backend, name: str, sent: bytes) -> None:
    with Connection(backend.port) as connection:
        connection.send(to_port(sent, backend.port))
        answer = connection.answer()
    assert answer.status == 400
    assert "Host" not in answer.json()["detail"], "the Host was right"


def test_refusal_has_a_date_like_every_answer(backend: Backend) -> None:
    answer = ask(backend.port, "GET", "/home", headers=[("Host", "evil.test")])
    assert answer.status == 403
    assert answer.value("date") is not None, "RFC 9110, section 6.6.1"


def _check_is_a_problem(answer: Answer, bad: BadInput) -> None:
    assert answer.value("access-control-allow-origin") == "*"
    assert answer.value("access-control-allow-private-network") is None
    assert answer.value("x-content-type-options") == "nosniff"
    assert (answer.value("allow") is not None) == (bad.status == 405)
    if bad.method == "HEAD":
        return
    if b" /v2/" in bad.sent:  # there, and nowhere else, errors have the Open Inference Protocol's form
        assert answer.value("content-type") == "application/json"
        assert set(answer.json()) == {"error"}
        return
    assert answer.value("content-type") == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["status"], problem["title"]) == ("about:blank", bad.status, answer.reason)
    assert problem["detail"]
    assert "Traceback" not in json.dumps(problem)


def _check_names_the_culprits(answer: Answer, bad: BadInput) -> None:
    if not bad.paths and not bad.more:
        return
    if "error" in answer.json():  # the Open Inference Protocol's form: one text
        _check_says_the_culprits(answer.json()["error"], bad)
        return
    errors = answer.json().get("errors", [])
    assert all(error["message"] for error in errors)
    named = {error["path"] for error in errors}
    assert errors
    assert named >= bad.paths if bad.more else named == bad.paths, errors


def _check_says_the_culprits(text: str, bad: BadInput) -> None:
    assert all(f"; {path}: " in text for path in bad.paths), text
    count = int(text.split(maxsplit=1)[0])
    assert count >= len(bad.paths) if bad.more else count == len(bad.paths), text


def _versions(backend: Backend) -> object:
    answers = [ask(backend.port, "GET", f"/models/{model}/versions") for model in ("iris", "iris-tree")]
    return [answer.json() for answer in answers]
