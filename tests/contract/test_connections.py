"""How connections are kept, shared and closed, and how bodies arrive."""

from __future__ import annotations

import time

import pytest

from tests.contract.bad_input import GOOD
from tests.contract.raw import Connection, Header, ask, chunked, request, to_port
from tests.processes import Backend


def test_connection_serves_one_request_after_another(backend: Backend) -> None:
    with Connection(backend.port) as connection:
        for _ in range(3):
            connection.send(to_port(request("POST", "/classify", body=GOOD), backend.port))
            assert connection.answer().json()["label"] == "setosa"
            connection.send(to_port(request("GET", "/nothing"), backend.port))
            assert connection.answer().status == 404


def test_client_error_in_a_body_leaves_the_connection_usable(backend: Backend) -> None:
    with Connection(backend.port) as connection:
        for body, status in ((b"{", 400), (b"[" * 1000, 400), (GOOD, 200)):
            connection.send(to_port(request("POST", "/classify", body=body), backend.port))
            assert connection.answer().status == status


@pytest.mark.parametrize(
    ("headers", "version"),
    [([("Connection", "close")], "HTTP/1.1"), ([("Connection", "Close")], "HTTP/1.1"), ([], "HTTP/1.0")],
)
def test_connection_is_closed_when_the_client_says_so(backend: Backend, headers: list[Header], version: str) -> None:
    with Connection(backend.port) as connection:
        connection.send(to_port(request("GET", "/home", headers, version=version), backend.port))
        assert connection.answer().status == 200
        assert connection.is_closed_within(5)


def test_pipelined_requests_are_answered_in_order(backend: Backend) -> None:
    rounds = [
        ("POST", "/classify", GOOD, 200),
        ("GET", "/models/iris/versions", None, 200),
        ("HEAD", "/models", None, 200),
        ("POST", "/classify", b"{", 400),
    ] * 15
    with Connection(backend.port) as connection:
        connection.send(
            b"".join(
                to_port(request(method, path, [("X-Request-Id", f"r{number}")], body), backend.port)
                for number, (method, path, body, _) in enumerate(rounds)
            )
        )
        for number, (method, _, _, status) in enumerate(rounds):
            answer = connection.answer(method)
            assert (answer.status, answer.value("x-request-id")) == (status, f"r{number}")


def test_requests_behind_a_refused_one_are_not_read(backend: Backend) -> None:
    refused = request("POST", "/classify", [("Content-Length", "x")])
    with Connection(backend.port) as connection:
        connection.send(to_port(refused + request("GET", "/home"), backend.port))
        assert connection.answer().status == 400
        assert connection.is_closed_within(5)


def test_body_may_come_in_chunks_and_in_single_bytes(backend: Backend) -> None:
    coded = [("Transfer-Encoding", "chunked")]
    for pieces in ([GOOD], [GOOD[:9], GOOD[9:]], [GOOD[i : i + 1] for i in range(len(GOOD))]):
        answer = ask(backend.port, "POST", "/classify", chunked(pieces), coded)
        assert (answer.status, answer.json().get("label")) == (200, "setosa")
    with Connection(backend.port) as connection:
        for byte in to_port(request("POST", "/classify", body=GOOD), backend.port):
            connection.send(bytes([byte]))
        assert connection.answer().json()["label"] == "setosa"


def test_chunks_may_have_extensions_and_trailers(backend: Backend) -> None:
    body = b"1a;name=value\r\n" + GOOD + b"\r\n0\r\nX-Trailer: y\r\n\r\n"
    with Connection(backend.port) as connection:
        connection.send(to_port(request("POST", "/classify", [("Transfer-Encoding", "Chunked")], body), backend.port))
        connection.send(to_port(request("GET", "/home"), backend.port))
        assert connection.answer().json()["label"] == "setosa"
        assert connection.answer().status == 200


def test_body_of_exactly_the_limit_is_taken(backend: Backend) -> None:
    limit = 1024 * 1024
    assert ask(backend.port, "POST", "/classify", GOOD.ljust(limit)).status == 200
    pieces = [GOOD.ljust(65_536), *[b" " * 65_536] * 15]
    assert ask(backend.port, "POST", "/classify", chunked(pieces), [("Transfer-Encoding", "chunked")]).status == 200


def test_head_of_exactly_the_limit_is_taken(backend: Backend) -> None:
    many = [(f"X-{number}", "y") for number in range(99)]  # and Host
    assert ask(backend.port, "GET", "/home", headers=many).status == 200
    assert ask(backend.port, "GET", "/home", headers=[("X-Long", "y" * 16_000)]).status == 200


def test_client_that_asks_before_sending_is_told_to_go_on(backend: Backend) -> None:
    with Connection(backend.port) as connection:
        expecting = [("Content-Length", str(len(GOOD))), ("Expect", "100-continue")]
        connection.send(to_port(request("POST", "/classify", expecting), backend.port))
        assert connection.answer().status == 100
        connection.send(GOOD)
        assert connection.answer().json()["label"] == "setosa"


def test_body_of_a_get_is_read_and_ignored(backend: Backend) -> None:
    with Connection(backend.port) as connection:
        connection.send(to_port(request("GET", "/home", body=b"GET /nothing HTTP/1.1\r\n\r\n"), backend.port))
        assert connection.answer().status == 200
        connection.send(to_port(request("GET", "/models"), backend.port))
        assert connection.answer().json()["models"]


def test_empty_connections_are_no_requests(backend: Backend) -> None:
    for _ in range(50):
        Connection(backend.port).close()
    with Connection(backend.port) as connection:
        connection.finish_sending()
        assert connection.is_closed_within(5)


def test_answers_come_at_once(backend: Backend) -> None:
    # A server that waits for acknowledgements (Nagle's algorithm) takes 40 ms for every answer.
    took_s = []
    with Connection(backend.port) as connection:
        for _ in range(20):
            begun = time.monotonic()
            connection.send(to_port(request("POST", "/classify", body=GOOD), backend.port))
            assert connection.answer().status == 200
            took_s.append(time.monotonic() - begun)
    assert min(took_s) < 0.03
