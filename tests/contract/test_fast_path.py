"""The short way gives the answers of the long way."""

import json
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import Start
from tests.contract.bad_tensors import tensor
from tests.processes import Backend, end_all, start_backend
from tests.stores import Stores

GOOD = b'{"data": [5.1, 3.5, 1.4, 0.2]}'
BODIES = [
    GOOD,
    b'{"data": [6.3, 2.9, 5.6, 1.8]}',
    b'{"data": [99., 3.5, 1.4, 0.2]}',
    b'{"data": [5.1, "x", 1.4, 0.2]}',
    b'{"data": [NaN, 3.5, 1.4, 0.2]}',
    b'{"data": [5.1, 3.5, 1.4,  1]]}',
    b'{"data": [1], "data": [1,2,3]}',
    b'{"da\\u0074a": [1,1,1,1]      }',
    b'{"data":[1,1,1,1],"version":1}',
    b'{"data":[1,1,1,1],"version":9}',
    b"\xff" * 30,
    b" " * 30,
]


def _request(backend: Backend, body: bytes, *headers: bytes, target: bytes = b"/classify") -> bytes:
    lines = [
        b"POST %b HTTP/1.1" % target,
        b"Host: 127.0.0.1:%d" % backend.port,
        b"Content-Length: %d" % len(body),
        *headers,
    ]
    return b"\r\n".join([*lines, b"", body])


def _answer(connection: socket.socket) -> list[bytes]:
    """Status line, headers in order of name, and body; without what differs by nature."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    status, *headers = head.split(b"\r\n")
    names = dict(line.lower().split(b": ", 1) for line in headers)
    assert b"total;dur=" in names[b"server-timing"]
    while len(body) < int(names[b"content-length"]):
        body += connection.recv(65536)
    own = (b"date:", b"server:", b"server-timing:", b"x-request-id:")
    assert re.fullmatch(rb"[0-9a-f]{32}", names[b"x-request-id"])
    kept = sorted(line.lower() for line in headers if not line.lower().startswith(own))
    return [status, *kept, body]


@pytest.fixture(scope="module", params=["flask", "klein"])
def both_ways(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, trained_store: str, stores: Stores
) -> Iterator[tuple[Backend, Backend]]:
    home = tmp_path_factory.mktemp("ways")
    store = stores.copy(trained_store)
    ways = [
        start_backend(request.param, home=home, store=store, settings={"DUET_FAST_PATH": given})
        for given in ("true", "false")
    ]
    yield ways[0], ways[1]
    end_all([backend.process for backend in ways])


def test_the_short_way_gives_the_same_bytes(both_ways: tuple[Backend, Backend]) -> None:
    answers = []
    for backend in both_ways:
        with socket.create_connection(("127.0.0.1", backend.port), 10) as connection:
            connection.sendall(_request(backend, GOOD))
            answers.append([_answer(connection)])
            for body in BODIES * 2:
                assert len(body) == len(GOOD)
                connection.sendall(_request(backend, body))
                answers[-1].append(_answer(connection))
    assert answers[0] == answers[1]
    assert {answer[0] for answer in answers[0]} == {
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 400 Bad Request",
        b"HTTP/1.1 404 Not Found",
    }


def test_the_short_way_infers_the_same_bytes_and_keeps_models_apart(both_ways: tuple[Backend, Backend]) -> None:
    bodies = [
        json.dumps({"inputs": [tensor()]}).encode(),
        json.dumps({"inputs": [tensor([6.3, 2.9, 5.6, 1.8])]}).encode(),
    ]
    bodies += [
        bodies[0].replace(b"5.1", b"1e9"),
        bodies[0].replace(b"5.1", b"NaN"),
        bodies[0].replace(b"FP64", b"BOOL"),
    ]
    answers: list[list[list[bytes]]] = []
    for backend in both_ways:
        answers.append([])
        with socket.create_connection(("127.0.0.1", backend.port), 10) as connection:
            for body in bodies * 3:
                for model in (b"iris", b"iris-tree", b"roses"):
                    connection.sendall(_request(backend, body, target=b"/v2/models/%b/infer" % model))
                    answers[-1].append(_answer(connection))
    assert answers[0] == answers[1]
    assert {answer[-1].partition(b",")[0] for answer in answers[0] if b" 200 " in answer[0]} == {
        b'{"model_name":"iris"',
        b'{"model_name":"iris-tree"',
    }
    assert {answer[0].split()[1] for answer in answers[0]} == {b"200", b"400", b"404"}


@pytest.mark.parametrize("cut", [1, 20, 60, -31, -30, -1])
def test_a_known_head_in_pieces_or_followed_by_more_is_read_the_long_way(
    both_ways: tuple[Backend, Backend], cut: int
) -> None:
    backend, _ = both_ways
    whole = _request(backend, GOOD)
    with socket.create_connection(("127.0.0.1", backend.port), 10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(whole)
        expected = _answer(connection)
        connection.sendall(whole[:cut])
        time.sleep(0.05)  # so that the pieces arrive as pieces; the answer must not depend on it
        connection.sendall(whole[cut:] + whole)
        assert [_answer_of_two(connection), expected] == [[expected, expected], expected]


def _answer_of_two(connection: socket.socket) -> list[list[bytes]]:
    received = b""
    while received.count(b"HTTP/1.1 ") < 2 or not received.endswith(b"}"):
        received += connection.recv(65536)
    cut = received.index(b"HTTP/1.1 ", 1)
    return [_answer(_Canned(received[:cut])), _answer(_Canned(received[cut:]))]  # type: ignore[arg-type]


class _Canned:
    """Bytes that were received already, to be read once more."""

    def __init__(self, received: bytes) -> None:
        self._received = received

    def recv(self, size: int) -> bytes:
        return self._received


def test_a_busy_synchronous_worker_keeps_known_heads_waiting_too(start: Start) -> None:
    backend = start("flask", settings={"DUET_ORIGINS": "http://localhost:1"})
    with socket.create_connection(("127.0.0.1", backend.port), 60) as connection, ThreadPoolExecutor(1) as pool:
        connection.sendall(_request(backend, GOOD))
        _answer(connection)
        training = pool.submit(_train, backend)
        deadline = time.monotonic() + 30
        while not training.done() and time.monotonic() < deadline:
            begun = time.monotonic()
            connection.sendall(_request(backend, GOOD))
            body = _answer(connection)[-1]
            if time.monotonic() - begun > 0.5:
                break
        assert training.result(60) == 200
        assert b'"version":2' in body, "the classification overtook the training that came before it"


def _train(backend: Backend) -> int:
    body = b'{"data": "train"}'
    head = b"POST /train HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: %d\r\n\r\n" % (backend.port, len(body))
    with socket.create_connection(("127.0.0.1", backend.port), 60) as connection:
        connection.sendall(head + body)
        return int(_answer(connection)[0].split()[1])
