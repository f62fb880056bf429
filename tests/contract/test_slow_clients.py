"""Clients that are slow, silent, or go on sending after they were refused: none of them keeps others waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests.conftest import Start
from tests.contract.bad_input import CLASSIFY, GOOD, GOOD_TRAIN
from tests.contract.conftest import Pair
from tests.contract.raw import Connection, Header, ask, chunked, request, to_port
from tests.processes import MODULES, Backend

MANY = 100
DEADLINE_S = 1.0  # as `impatient_pair` has it
IDLE_S = 2.0
SLACK_S = 6.0  # for a machine that is busy
DRIP_S = 0.1
SERVED_WITHIN_S = 3.0
DRIPPED_HEAD = b"GET /home HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Long: " + b"y" * 500
DRIPPED_BODY = b"y" * 500
EXPECT: Header = ("Expect", "100-continue")
MIB = 1024 * 1024
TOO_MUCH = str(MIB + 1)
LONG_BODIES, MOST_HELD_MIB = 150, 100  # what they are together is half as much again


@pytest.fixture(params=list(MODULES))
def impatient(request: pytest.FixtureRequest, impatient_pair: Pair) -> Backend:
    """Each backend in turn, with a deadline of 1 s for a request and 2 s for an idle connection."""
    return impatient_pair[request.param]


# --- beside slow clients -----------------------------------------------------------------------------


def test_good_requests_are_served_beside_hundreds_of_slow_and_idle_clients(impatient: Backend) -> None:
    begun = time.monotonic()
    with _connections(impatient, MANY) as headers, _connections(impatient, MANY) as bodies:
        for connection in bodies:
            connection.send(to_port(CLASSIFY + b"Content-Length: 500\r\n\r\n", impatient.port))
        with _connections(impatient, MANY), _dripping(headers, DRIPPED_HEAD), _dripping(bodies, DRIPPED_BODY):
            _check_all_are_served(impatient, begun + 2 * DEADLINE_S)
            for connection in (*headers, *bodies):
                assert _last_word(connection) in ("408", "")
    assert time.monotonic() - begun < DEADLINE_S + SLACK_S + SERVED_WITHIN_S


def test_overdue_request_is_told_so(impatient: Backend) -> None:
    begun = (
        b"G",
        b"GET /home HTTP/1.1\r\n",
        b"GET /home HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX: y",
        CLASSIFY + b"Content-Length: 26\r\n\r\n",
        CLASSIFY + b"Content-Length: 26\r\n\r\n" + GOOD[:-1],
        CLASSIFY + b"Transfer-Encoding: chunked\r\n\r\n1a\r\n" + GOOD,
        CLASSIFY + b"Transfer-Encoding: chunked\r\n\r\n1a\r\n" + GOOD + b"\r\n0\r\n",
        CLASSIFY + b"Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n" + GOOD,
    )
    with _connections(impatient, len(begun)) as connections:
        for connection, part in zip(connections, begun, strict=True):
            connection.send(to_port(part, impatient.port))
        for connection, part in zip(connections, begun, strict=True):
            answer = connection.answer("POST")
            assert (answer.status, answer.value("content-type")) == (408, "application/problem+json"), part
            assert answer.value("access-control-allow-origin") == "*"
            assert connection.is_closed_within(SLACK_S)


def test_request_begun_behind_another_has_a_deadline_too(impatient: Backend) -> None:
    firsts = (request("GET", "/home"), request("POST", "/classify", body=GOOD))
    pieces = [first + begun for first in firsts for begun in (b"G", b"GET /home HTTP/1.1\r\nHost:")]
    with _connections(impatient, len(pieces)) as connections:
        for connection, piece in zip(connections, pieces, strict=True):
            connection.send(to_port(piece, impatient.port))
        for connection in connections:
            assert connection.answer().status == 200
            assert connection.answer().status == 408


def test_deadline_counts_each_request_on_its_own(impatient: Backend) -> None:
    with Connection(impatient.port) as connection:
        ends = time.monotonic() + 2 * DEADLINE_S
        while time.monotonic() < ends:
            connection.send(to_port(request("GET", "/home"), impatient.port))
            assert connection.answer().status == 200


def test_slow_request_within_the_deadline_is_served(impatient: Backend) -> None:
    whole = to_port(request("POST", "/classify", body=GOOD), impatient.port)
    with Connection(impatient.port) as connection:
        for begin in range(0, len(whole), 20):
            connection.send(whole[begin : begin + 20])
            time.sleep(DEADLINE_S / 40)
        assert connection.answer().json()["label"] == "setosa"


def test_idle_connections_are_closed_without_a_word(impatient: Backend) -> None:
    with Connection(impatient.port) as silent, Connection(impatient.port) as kept:
        kept.send(to_port(request("GET", "/home"), impatient.port))
        assert kept.answer().status == 200
        assert silent.is_closed_within(IDLE_S + SLACK_S)
        assert kept.is_closed_within(IDLE_S + SLACK_S)


@pytest.mark.parametrize("kind", MODULES)
def test_long_bodies_that_wait_are_not_all_held_in_memory(start_trained: Start, kind: str) -> None:
    backend = start_trained(kind)
    head, body = request("POST", "/classify", [("Content-Length", str(MIB))]), GOOD.ljust(MIB - 1)
    before = _resident_mib(backend)
    with _connections(backend, LONG_BODIES) as connections:
        for connection in connections:
            connection.send(to_port(head, backend.port) + body)
        assert ask(backend.port, "POST", "/classify", GOOD).status == 200
        assert _resident_mib(backend) - before < MOST_HELD_MIB
        for connection in connections:
            connection.send(b" ")
            assert connection.answer("POST").json()["label"] == "setosa"


@pytest.mark.parametrize("kind", MODULES)
def test_a_body_of_many_megabytes_is_read_whole(start_trained: Start, kind: str) -> None:
    backend = start_trained(kind, settings={"DUET_MAX_BODY_BYTES": str(16 * MIB)})
    body = b" " * 10 * MIB + GOOD
    for sent in (
        request("POST", "/classify", body=body),
        request("POST", "/classify", [("Transfer-Encoding", "chunked")]) + chunked([body[:MIB], body[MIB:]]),
    ):
        with Connection(backend.port) as connection:
            connection.send(to_port(sent, backend.port))
            assert connection.answer("POST").json()["label"] == "setosa"


def _resident_mib(backend: Backend) -> float:
    status = Path(f"/proc/{backend.process.pid}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))) / 1024


# --- refused before the body -------------------------------------------------------------------------

REFUSED_BY_THE_HEAD = (
    ("a stranger who would train", "/train", [("Origin", "http://evil.test"), ("Content-Length", "16")], 403),
    ("a stranger who would train in chunks", "/train", [("Origin", "null"), ("Transfer-Encoding", "chunked")], 403),
    ("a foreign host", "/classify", [("Host", "evil.test"), ("Content-Length", "26")], 403),
    ("a body that is too large", "/classify", [("Content-Length", TOO_MUCH)], 413),
    ("a body that is too large to train with", "/train", [("Content-Length", TOO_MUCH)], 413),
    ("a form with files", "/classify", [("Content-Type", "multipart/form-data"), ("Content-Length", "26")], 415),
    ("a compressed body", "/classify", [("Content-Encoding", "gzip"), ("Content-Length", "26")], 415),
)


@pytest.mark.parametrize("expecting", [[], [EXPECT]], ids=["", "that asks before sending"])
@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [case[1:] for case in REFUSED_BY_THE_HEAD],
    ids=[case[0] for case in REFUSED_BY_THE_HEAD],
)
def test_refusal_does_not_wait_for_the_body(
    backend: Backend, path: str, headers: list[Header], status: int, expecting: list[Header]
) -> None:
    begun = time.monotonic()
    with Connection(backend.port) as connection:
        connection.send(to_port(request("POST", path, [*headers, *expecting]), backend.port))
        answer = connection.answer("POST")
        assert (answer.status, answer.value("connection")) == (status, "close")
        assert connection.is_closed_within(SLACK_S), "something follows the refusal"
    assert time.monotonic() - begun < SLACK_S, "well before the deadline of 10 s"


def test_refusal_reaches_a_client_that_goes_on_sending(backend: Backend) -> None:
    body = b" " * (8 * 1024 * 1024)
    for headers in ([], [("Origin", "http://evil.test")], [("Content-Type", "text/xml")]):
        for _ in range(3):
            assert ask(backend.port, "POST", "/train", body, headers).status in (403, 413, 415)


def test_chunks_are_counted_as_they_come(backend: Backend) -> None:
    with Connection(backend.port) as connection:
        connection.send(to_port(request("POST", "/classify", [("Transfer-Encoding", "chunked")]), backend.port))
        for _ in range(16):
            connection.send(b"10000\r\n" + b" " * 65_536 + b"\r\n")
        connection.send(b"10000\r\n ")  # the byte that is too many; the rest of it never comes
        assert connection.answer("POST").status == 413
        assert connection.is_closed_within(SLACK_S)


def test_trailing_chunks_are_not_needed_to_answer(backend: Backend) -> None:
    whole = chunked([GOOD_TRAIN[:-1]])
    with Connection(backend.port) as connection:
        connection.send(to_port(request("POST", "/train", [("Transfer-Encoding", "chunked")]), backend.port))
        for at in range(len(whole)):
            connection.send(whole[at : at + 1])
        assert connection.answer("POST").status == 400


@contextmanager
def _connections(backend: Backend, count: int) -> Iterator[list[Connection]]:
    with ExitStack() as stack:
        yield [stack.enter_context(Connection(backend.port)) for _ in range(count)]


@contextmanager
def _dripping(connections: list[Connection], data: bytes) -> Iterator[None]:
    """Meanwhile `data` goes down each of `connections`, byte by byte."""
    stop = threading.Event()

    def drip() -> None:
        for at in range(len(data)):
            for connection in connections:
                with suppress(OSError):  # it was closed, as it should be
                    connection.send(data[at : at + 1])
            if stop.wait(DRIP_S):
                return

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        yield
    finally:
        stop.set()
        dripping.join()


def _check_all_are_served(backend: Backend, until: float) -> None:
    served = 0
    while time.monotonic() < until or served < 20:
        begun = time.monotonic()
        assert ask(backend.port, "POST", "/classify", GOOD).status == 200
        assert time.monotonic() - begun < SERVED_WITHIN_S
        served += 1


def _last_word(connection: Connection) -> str:
    """The status of the answer that ended it; nothing where it was closed without one."""
    try:
        status = connection.rest(SLACK_S).split(b"\r\n", 1)[0]
    except ConnectionResetError:
        return ""
    return status.decode().split(" ")[1] if status else ""
