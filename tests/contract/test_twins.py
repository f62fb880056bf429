"""Both backends answer byte for byte alike: every good request and every bad one, sent to both at the same time.

Only Server, Date and Server-Timing may differ, the request's id where the request brought none, the backend's name in
the answer to `GET /v2`, and the port where an answer repeats the Host that it was sent.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from shared.http_api.digits_descriptions import COUNTS, DRAWN
from tests.contract.bad_bodies import ARRAY, NAMED, NPY, PREDICT
from tests.contract.bad_images import LARGE
from tests.contract.bad_input import CHUNKED, FLOWER, GOOD, GOOD_TRAIN, HOME, HOST, BadInput
from tests.contract.bad_inputs import BAD_INPUTS
from tests.contract.bad_tensors import GOOD_INFER, INFER, LENGTH, ROW_BYTES, behind, columns, tensor
from tests.contract.conftest import Pair
from tests.contract.raw import Answer, Connection, Header, ask, chunked, request, to_port
from tests.processes import Backend

OWN = frozenset({"server", "date", "server-timing"})
REQUEST_ID: Header = ("X-Request-Id", "twin-7")
CREATED_ID = r"[0-9a-f]{32}"
PREFLIGHT: list[Header] = [
    ("Access-Control-Request-Method", "POST"),
    ("Access-Control-Request-Headers", "content-type"),
]
TOKEN: Header = ("Authorization", "Bearer s3cret-token")
PRIVATE: Header = ("Access-Control-Request-Private-Network", "true")
CHAMPION = "/models/iris/champion"
PATIENT = [59.0, 2.0, 32.1, 101.0, 157.0, 93.2, 38.0, 4.0, 4.8598, 87.0]
PATHS = (
    "/",
    "/home",
    "/styles.css",
    "/favicon.svg",
    "/docs",
    "/docs.css",
    "/panels.css",
    "/data/rows.js",
    "/openapi.json",
    "/js/app.js",
    "/data/models.js",
    "/models",
    "/models/iris",
    "/models/iris-tree",
    "/models/diabetes",
    "/api",
    "/api?model=diabetes",
    "/api?model=roses&mode=iris",
    "/v2/models/diabetes",
    "/models/digits",
    "/v2/models/digits",
    "/form.css",
    "/form",
    "/form/diabetes",
    "/form/iris",
    "/form/roses",
    "/predict",
    "/predict?model=iris&sepal_length_cm=6.3&sepal_width_cm=3.3&petal_length_cm=6&petal_width_cm=2.5",
    "/predict?model=%3Cb%3E&x=%ff&x=%00",
    "/models%2Firis",
    "/models/iris/versions",
    "/models/iris/versions/1",
    "/models/iris/versions/01",
    "/models/iris/versions/1/card",
    "/models/iris/versions/1/compare/1",
    "/models/iris/versions/1/compare/x",
    CHAMPION,
    "/models/iris/predict",
    "/models/digits/predict",
    "/models/iris-tree/versions",
    "/models/iris/runs",
    "/runs",
    "/runs?model=iris",
    "/runs?model=roses&moddel=iris&model=iris",
    "/runs/0?since=x",
    "/runs/0",
    "/v2/health/live",
    "/v2/health/ready",
    "/v2/models",
    "/v2/models/iris",
    "/v2/models/iris-tree/ready",
    "/v2/models/iris/versions/1",
    "/v2/models/iris/versions/1/ready",
    "/v2/models/iris/infer",
    "/v2/repository/index",
    "/v2/repository/models/iris/load",
    "/home?x=%ff&y=%00",
    "/?",
)
FUZZED = 240


@dataclass(frozen=True, slots=True)
class Sent:
    """One request; `answers` is how many responses it gets, interim ones included."""

    name: str
    data: bytes
    method: str = "GET"
    answers: int = 1


def _sent(name: str, method: str, target: str, headers: list[Header] | None = None, body: bytes | None = None) -> Sent:
    return Sent(name, request(method, target, [*(headers or ()), REQUEST_ID], body), method)


def _rows() -> Iterator[list[float]]:
    chance = random.Random(150)  # noqa: S311 - any rows will do, but the same ones every time
    for _ in range(40):
        yield [round(chance.uniform(0, 8), chance.randrange(0, 17)) for _ in range(4)]
    yield [0, 0, 0, 0]
    yield [-1e30, -1e30, -1e30, -1e30]
    yield [5e-324, 1e-7, 1e-5, 1e-4]
    yield [1e15, 1e16, 1e17, 1e22]
    yield [3e38, -3e38, 0, 0]


def _inferences() -> Iterator[tuple[str, list[Header], bytes]]:
    rows = list(_rows())
    many = tensor(rows, shape=[len(rows), 4])
    yield "one row", [], GOOD_INFER
    yield "one row by features", [], json.dumps({"id": "x", "inputs": columns()}).encode()
    yield "many rows", [], json.dumps({"inputs": [many]}).encode()
    yield (
        "many rows compressed",
        [("Content-Encoding", "gzip")],
        gzip.compress(json.dumps({"inputs": [many]}).encode(), mtime=0),
    )
    yield "raw bytes", [(LENGTH, "0")], ROW_BYTES * 100
    sized = tensor(None, parameters={"binary_data_size": len(ROW_BYTES)})
    yield "bytes", *behind({"inputs": [sized], "parameters": {"binary_data_output": True}}, ROW_BYTES)


def _with_header(name: str, value: str, other: str | None = None, path: str = "/styles.css") -> Sent:
    values = [value] if other is None else [value, other]
    headers = [(name, one) for one in values]
    return Sent(f"{name}: {' and '.join(values)[:50]}", request("GET", path, headers))


GOOD_REQUESTS = (
    *(_sent(f"{method} {path}", method, path) for method in ("GET", "HEAD", "OPTIONS") for path in PATHS),
    *(_sent(f"OPTIONS {path}", "OPTIONS", path) for path in ("/classify", "/train", "*")),
    *(
        _sent(
            f"classify {row} by {model}", "POST", "/classify", body=json.dumps({"data": row, "model": model}).encode()
        )
        for row in _rows()
        for model in ("iris", "iris-tree")
    ),
    _sent("classify by a version", "POST", "/classify", body=b'{"data":[5.1,3.5,1.4,0.2],"version":1}'),
    *(
        _sent(f"{kind}{' for an array' * len(accept)}", "POST", PREDICT, [*accept, ("Content-Type", kind)], body)
        for kind, body in (("application/json", json.dumps({"rows": list(_rows())}).encode()), (NPY[1], ARRAY))
        for accept in ([], [("Accept", NPY[1])])
    ),
    _sent("predict by a version", "POST", PREDICT, body=b'{"rows":[[5.1,3.5,1.4,0.2]],"version":1}'),
    _sent("predict by the tree", "POST", "/models/iris-tree/predict", body=json.dumps({"rows": [NAMED] * 3}).encode()),
    *(
        _sent(f"{what} diabetes", "POST", path, body=json.dumps(body).encode())
        for what, path, body in (
            ("classify", "/classify", {"data": PATIENT, "model": "diabetes"}),
            ("a table to", "/api", {"data": {"age": [59, 60], "bmi": [30]}, "model": "diabetes"}),
            ("predict", "/models/diabetes/predict", {"rows": [PATIENT, [1e3] * 10]}),
            ("infer", "/v2/models/diabetes/infer", {"inputs": [tensor(PATIENT, shape=[1, 10])]}),
        )
    ),
    *(
        _sent(f"{name} digits", "POST", target, body=json.dumps(body).encode())
        for name, target, body in (
            ("probabilities of", "/predict", {"input": [COUNTS] * 3}),
            ("probabilities of large", "/predict", {"input": [LARGE] * 20}),
            ("an image of", "/models/digits/predict", {"image": DRAWN}),
            ("rows of", "/models/digits/predict", {"rows": [COUNTS, [9] * 64]}),
            ("classify", "/classify", {"data": COUNTS, "model": "digits"}),
            ("infer", "/v2/models/digits/infer", {"inputs": [tensor(COUNTS, shape=[1, 64])]}),
        )
    ),
    _sent("a table", "POST", "/api", body=json.dumps({"data": {name: [one] for name, one in NAMED.items()}}).encode()),
    _sent("predict 10,000 rows", "POST", PREDICT, body=json.dumps({"rows": [[5.1, 9, 1.4, 0.2]] * 10_000}).encode()),
    *(
        _sent(f"infer {name}{' for gzip' * len(accept)}", "POST", INFER, [*headers, *accept], body)
        for accept in ([], [("Accept-Encoding", "gzip")])
        for name, headers, body in _inferences()
    ),
    _sent("infer by a version", "POST", "/v2/models/iris/versions/1/infer", body=GOOD_INFER),
    _sent("predict by a version in the head", "POST", PREDICT, [NPY, ("X-Model-Version", "1")], ARRAY),
    _sent("promote the champion", "PUT", CHAMPION, body=b'{"version":1}'),
    _sent("roll back to nothing", "PUT", CHAMPION, body=b'{"version":"previous"}'),
    _sent("promote what is not there", "PUT", CHAMPION, body=b'{"version":77777}'),
    _sent("the repository", "POST", "/v2/repository/index", body=b""),
    _sent("flower", "POST", "/", body=json.dumps(FLOWER).encode()),
    _sent("flower as text", "POST", "/", [("Content-Type", "text/plain")], json.dumps(FLOWER).encode()),
    *(
        _sent(f"classify as {kind or 'nothing'}", "POST", "/classify", [("Content-Type", kind)], GOOD)
        for kind in (
            "application/x-www-form-urlencoded",
            "application/json; charset=utf-8",
            "text/plain",
            "",
            ";",
            " ;x",
        )
    ),
    *(
        _sent(f"classify in encoding {name or 'nothing'}", "POST", "/classify", [("Content-Encoding", name)], GOOD)
        for name in ("", "identity", "Identity", "identity, identity")
    ),
    *(
        _sent(f"preflight of {path} from {origin}{' to a private network' * private}", "OPTIONS", path, headers)
        for path in (
            "/train",
            CHAMPION,
            "/models/iris/runs",
            "/runs/0",
            "/classify",
            "/models/iris/versions",
            "/nothing",
        )
        for origin in (
            "null",
            "http://evil.test",
            "http://localhost:8081",
            "http://[::1]:8082",
            "http://127.0.0.1:{port}",
        )
        for private in (False, True)
        for headers in [[("Origin", origin), *PREFLIGHT, *([PRIVATE] * private)]]
        if origin != "http://127.0.0.1:{port}"
        or path in ("/classify", "/models/iris/versions", "/nothing")  # the answer repeats the origin
    ),
    *(
        _sent(f"{name} to train with nothing", "POST", "/train", headers, b"{}")
        for name, headers in (
            ("a program", []),
            ("a page", [("Origin", "http://localhost:8080")]),
            ("a page at ::1", [("Origin", "http://[::1]:8081")]),
            ("a page in a private network", [("Origin", "http://localhost:8080"), PRIVATE]),
            ("a stranger in a private network", [("Origin", "http://evil.test"), PRIVATE]),
            ("a bookmark", [("Sec-Fetch-Site", "none")]),
        )
    ),
    _with_header("X-Request-Id", "one"),
    _with_header("X-Request-Id", "one", "two"),
    _with_header("X-Request-Id", "one", "one"),
    _with_header("X-Request-Id", "a b"),
    _with_header("X-Request-Id", "ä"),
    _with_header("If-None-Match", '"x"', '"y"'),
    _with_header("If-None-Match", "*"),
    _with_header("If-None-Match", '"x"', "*"),
    _with_header("If-Modified-Since", "Sat, 21 Nov 2026 01:00:00 GMT"),
    _with_header("If-Match", '"x"'),
    _with_header("Range", "bytes=0-3"),
    _with_header("Accept", "text/nothing"),
    _with_header("Accept-Encoding", "gzip, br"),
    _with_header("Accept-Encoding", "br", "gzip"),
    _with_header("Accept-Encoding", "*"),
    _with_header("Authorization", "Basic eDp5"),
    _with_header("Cookie", "a=b; c", "d=\xe9; ="),
    _with_header("X-Latin", "\xe9\xff"),
    _with_header("X-Control", "a\x01b"),
    _with_header("Content_Length", "5"),
    _with_header("X_Request_Id", "one"),
    _with_header("Origin", "http://a.test", "http://b.test"),
    _with_header("Connection", "keep-alive"),
    _with_header("Connection", "close"),
    _with_header("Connection", "keep-alive, close"),
    _with_header("Connection", "Upgrade"),
    _with_header("Upgrade", "h2c"),
    _with_header("Expect", "nonsense"),
    _with_header("TE", "trailers"),
    _with_header("X-Forwarded-For", "6.6.6.6"),
    _with_header("X-HTTP-Method-Override", "DELETE"),
    _with_header("Content-Type", "multipart/form-data"),
    Sent(
        "two Sec-Fetch-Sites",
        request("POST", "/train", [("Sec-Fetch-Site", "none"), ("Sec-Fetch-Site", "x")], b"{}"),
        "POST",
    ),
    Sent("HTTP/1.0", request("GET", "/home", version="HTTP/1.0")),
    Sent("HTTP/1.0 that would be kept", request("GET", "/home", [("Connection", "keep-alive")], version="HTTP/1.0")),
    Sent("a blank line before the request", b"\r\n" + request("GET", "/home")),
    Sent("a GET with a body", request("GET", "/home", body=b"x" * 100)),
    Sent("chunks", CHUNKED + chunked([GOOD[:7], GOOD[7:]]), "POST"),
    Sent("chunks with extensions and a trailer", CHUNKED + b"1a;x=y\r\n" + GOOD + b"\r\n0\r\nX: y\r\n\r\n", "POST"),
    Sent("two requests", request("GET", "/home") + request("GET", "/nothing"), answers=2),
    Sent("a body and a request", request("POST", "/classify", body=GOOD) + request("GET", "/home"), "POST", 2),
    Sent("a refused request and another", HOME + b"X : y\r\n\r\n" + request("GET", "/home")),
    Sent("a body that was asked for", request("POST", "/classify", [("Expect", "100-continue")], GOOD), "POST", 2),
    Sent(
        "a body that was refused",
        request("POST", "/train", [("Origin", "null"), ("Expect", "100-continue")], GOOD),
        "POST",
    ),
    Sent("100 headers", HOME + b"".join(b"X-%d: y\r\n" % number for number in range(99)) + b"\r\n"),
)


def test_cases_are_named_once() -> None:
    names = [case.name for case in GOOD_REQUESTS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", GOOD_REQUESTS, ids=lambda case: case.name)
def test_good_request_is_answered_alike(pair: Pair, case: Sent) -> None:
    _check_alike(pair, case)


@pytest.mark.parametrize("bad", BAD_INPUTS, ids=lambda bad: bad.name)
def test_bad_request_is_answered_alike(pair: Pair, bad: BadInput) -> None:
    # Where the framing is what is wrong, nothing is added to it.
    data = bad.sent if bad.closes else bad.sent.replace(b"\r\n", b"\r\nX-Request-Id: twin-7\r\n", 1)
    _check_alike(pair, Sent(bad.name, data, bad.method))


@pytest.mark.parametrize(
    "headers", [[], [("Authorization", "Bearer x")], [("Authorization", "Bearer s3cret-token")] * 2], ids=str
)
@pytest.mark.parametrize("path", ["/train", "/classify", "/models"])
def test_token_makes_no_difference_between_them(configured_pair: Pair, path: str, headers: list[Header]) -> None:
    _check_alike(configured_pair, _sent(path, "POST", path, headers, b"{}"))


def test_equal_training_is_answered_alike(training_pair: Pair) -> None:
    body = b'{"data":"train","recipe":"tree","params":{"max_depth":3},"seed":11}'
    answers = [ask(backend.port, "POST", "/train", body, [REQUEST_ID], 60) for backend in training_pair.values()]
    one, other = (_without_its_version(answer) for answer in answers)
    assert one == other
    assert answers[0].status == 200


def test_training_that_can_not_be_is_answered_alike(training_pair: Pair) -> None:
    for path, body in (("/classify", b'{"data":[5.1,3.5,1.4,0.2],"version":77777}'), ("/train", GOOD_TRAIN[:-1])):
        _check_alike(training_pair, _sent(path, "POST", path, body=body))


def test_the_server_is_described_alike_but_for_its_name(pair: Pair) -> None:
    answers = [ask(backend.port, "GET", "/v2", headers=[REQUEST_ID]) for backend in pair.values()]
    one, other = ({**answer.json(), "backend": ""} for answer in answers)
    assert one == other
    assert [answer.json()["backend"] for answer in answers] == list(pair)


def test_garbled_requests_are_answered_alike(impatient_pair: Pair) -> None:
    cases = list(_garbled())
    streams = [_streams(backend, cases) for backend in impatient_pair.values()]
    for case, one, other in zip(cases, *streams, strict=True):
        assert one == other, case
        assert not any(line.startswith(b"HTTP/1.1 500") for line in one), case


def _check_alike(pair: Pair, case: Sent) -> None:
    connections = [Connection(backend.port) for backend in pair.values()]
    try:
        for backend, connection in zip(pair.values(), connections, strict=True):
            connection.send_what_is_taken(to_port(case.data, backend.port))
        one, other = (
            [_normal(connection.answer(case.method), backend) for _ in range(case.answers)]
            for backend, connection in zip(pair.values(), connections, strict=True)
        )
    finally:
        for connection in connections:
            connection.close()
    assert one == other


def _normal(answer: Answer, backend: Backend) -> tuple[object, ...]:
    """What must be equal: everything but what differs by nature."""
    headers = sorted(
        (name, re.sub(CREATED_ID, "created", value) if name.lower() == "x-request-id" else value)
        for name, value in answer.headers
        if name.lower() not in OWN
    )
    # A refusal for the Host repeats what it was sent.
    body = answer.body.replace(str(backend.port).encode(), b"{port}") if answer.status == 403 else answer.body
    return (answer.version, answer.status, answer.reason, headers, body)


def _without_its_version(answer: Answer) -> dict[str, Any]:
    headers = sorted(item for item in answer.headers if item[0].lower() not in OWN | {"content-length"})
    body, numbered = re.subn(rb'"version":\d+,"run":"[0-9a-f]+"', b"", answer.body)
    return {"status": answer.status, "headers": headers, "body": body, "numbered": numbered}


def _garbled() -> Iterator[bytes]:
    """Good requests with some bytes changed, lost, doubled or put in, the same ones every time."""
    chance = random.Random(9112)  # noqa: S311 - no secret is made of it
    whole = (
        request("POST", "/classify", [("Content-Type", "application/json")], GOOD),
        CHUNKED + chunked([GOOD[:7], GOOD[7:]]),
        request("GET", "/models/iris?a=b", [("If-None-Match", '"x"'), ("Connection", "close")]),
        request("OPTIONS", "/train", [("Origin", "http://localhost:8081"), *PREFLIGHT]),
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 39\r\n\r\n" + json.dumps(FLOWER).encode(),
    )
    odd = (
        b"\r\n",
        b"\n",
        b"\r",
        b"\x00",
        b" ",
        b"\t",
        b":",
        b"\xff",
        b"%00",
        b"0",
        b"9",
        b",",
        b'"',
        b"}",
        b"\x7f",
        b"//",
    )
    for number in range(FUZZED):
        data = whole[number % len(whole)]
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            at = chance.randrange(len(data))
            data = data[:at] + chance.choice(odd) * chance.randrange(0, 3) + data[at + chance.randrange(0, 3) :]
        yield data


def _streams(backend: Backend, cases: list[bytes]) -> list[list[bytes]]:
    """For each case all that came back until the backend closed, as sorted lines."""
    connections = [Connection(backend.port) for _ in cases]
    try:
        for connection, case in zip(connections, cases, strict=True):
            connection.send_what_is_taken(to_port(case, backend.port))
        return [_lines(_until_closed(connection), backend) for connection in connections]
    finally:
        for connection in connections:
            connection.close()


def _until_closed(connection: Connection) -> bytes:
    try:
        return connection.rest()
    except ConnectionResetError:
        return b"reset"


def _lines(stream: bytes, backend: Backend) -> list[bytes]:
    stream = re.sub(rb"(?i)(x-request-id: )" + CREATED_ID.encode(), rb"\1created", stream)
    lines = stream.replace(b":%d" % backend.port, b":{port}").split(b"\r\n")
    return sorted(line for line in lines if line.partition(b":")[0].decode("latin-1").lower() not in OWN)
