"""Heads that must be refused: hosts, origins, types, paths, methods, and bodies that are too large."""

from __future__ import annotations

from collections.abc import Iterable

from tests.contract.bad_input import CHUNKED, GOOD, GOOD_FLOWER, GOOD_TRAIN, HOME, HOST, BadInput
from tests.contract.raw import Header, chunked, request

MAX_BODY = 1024 * 1024
TRAIN_ORIGIN = "http://localhost:8081"


def _ask(
    name: str, status: int, method: str, target: str, headers: Iterable[Header] = (), body: bytes | None = None
) -> BadInput:
    return BadInput(name, request(method, target, headers, body), status, method)


SIZES = (
    _ask("a byte more than 1 MiB", 413, "POST", "/classify", body=GOOD.ljust(MAX_BODY + 1)),
    _ask("a byte more than 1 MiB declared", 413, "POST", "/classify", [("Content-Length", str(MAX_BODY + 1))]),
    _ask("10**17 bytes declared", 413, "POST", "/classify", [("Content-Length", "1" + "0" * 17)]),
    _ask("a byte more than 1 MiB to train on", 413, "POST", "/train", body=GOOD_TRAIN.ljust(MAX_BODY + 1)),
    _ask("a byte more than 1 MiB of flower", 413, "POST", "/", body=GOOD_FLOWER.ljust(MAX_BODY + 1)),
    BadInput("a byte more than 1 MiB in chunks", CHUNKED + chunked([GOOD, *[b" " * 65536] * 16]), 413),
    BadInput("a byte more than 1 MiB in one chunk", CHUNKED + chunked([GOOD.ljust(MAX_BODY + 1)]), 413),
    BadInput("65,537 chunks", CHUNKED + chunked([GOOD, *[b" "] * 65_536]), 413),
)

HOSTS = (
    BadInput("no Host", b"GET /home HTTP/1.1\r\n\r\n", 400, "GET"),
    BadInput("no Host in HTTP/1.0", b"GET /home HTTP/1.0\r\n\r\n", 400, "GET"),
    BadInput("no Host to train", b'POST /train HTTP/1.1\r\nContent-Length: 16\r\n\r\n{"data":"train"}', 400),
    BadInput("two Hosts", HOME + b"Host: evil.test\r\n\r\n", 400, "GET"),
    BadInput("two equal Hosts", HOME + HOST + b"\r\n", 400, "GET"),
    *(
        _ask(f"Host {host}", 403, "GET", "/home", [("Host", host)])
        for host in (
            "evil.test",
            "evil.test:{port}",
            "evil.test:80",
            "localhost.evil.test:{port}",
            "127.0.0.1.evil.test:{port}",
            "127.0.0.1",
            "127.0.0.1:",
            "127.0.0.1:1",
            "127.0.0.1:0{port}",
            "127.0.0.1:+{port}",
            "127.0.0.1:{port}0",
            "127.0.0.1:{port}/",
            "127.0.0.1:{port},evil.test",
            "user@127.0.0.1:{port}",
            "evil.test#127.0.0.1:{port}",
            "http://127.0.0.1:{port}",
            "127.1:{port}",
            "2130706433:{port}",
            "0x7f000001:{port}",
            "127.0.0.01:{port}",
            "[127.0.0.1]:{port}",
            "::1:{port}",
            "[::1:{port}",
            "[::1]]:{port}",
            "[::1]",
            "localhost.:{port}",
            "localhost",
            "loc\u00e4lhost:{port}",
            "*:{port}",
        )
    ),
    _ask("a foreign Host to a path that isn't there", 403, "GET", "/nothing", [("Host", "evil.test:{port}")]),
    _ask("a foreign Host with OPTIONS", 403, "OPTIONS", "/train", [("Host", "evil.test:{port}")]),
    _ask("a foreign Host with HEAD", 403, "HEAD", "/", [("Host", "evil.test:{port}")]),
    _ask("a foreign Host to classify", 403, "POST", "/classify", [("Host", "evil.test:{port}")], GOOD),
)

STRANGERS = (
    "null",
    "",
    "*",
    "http://evil.test",
    "http://evil.test:8081",
    "http://localhost:8081.evil.test",
    "http://localhost:8081@evil.test",
    "http://evil.test#http://localhost:8081",
    "http://evil.test/http://localhost:8081",
    "HTTP://LOCALHOST:8081",
    "http://LOCALHOST:8081",
    "http://localhost:8081/",
    "http://localhost:8081/page",
    "http://localhost",
    "http://localhost:",
    "http://localhost:80",
    "http://localhost:8083",
    "http://localhost:80811",
    "http://localhost:08081",
    "http://localhost.:8081",
    "http://xlocalhost:8081",
    "https://localhost:8081",
    "ws://localhost:8081",
    "localhost:8081",
    "//localhost:8081",
    "http://127.0.0.2:8081",
    "http://127.1:8081",
    "http://0.0.0.0:8081",
    "http://[::1]:8083",
    "http://::1:8081",
    "http://[0:0:0:0:0:0:0:1]:8081",
    "http://[::ffff:127.0.0.1]:8081",
    "http://localhost:8081, http://localhost:8081",
    "http://localhost:8081 http://evil.test",
    "http://localhost:8081,",
    "http://localhost:8081\u00a0",
    "file://",
    "chrome-extension://abcdefgh",
)

ORIGINS = (
    *(
        _ask(
            f"training from {origin or 'an empty origin'}",
            403,
            "POST",
            "/train",
            [("Origin", origin)],
            GOOD_TRAIN,
        )
        for origin in STRANGERS
    ),
    *(
        _ask(f"training from {name}", 403, "POST", "/train", [("Origin", one), ("Origin", two)], GOOD_TRAIN)
        for name, one, two in (
            ("two origins", TRAIN_ORIGIN, "http://evil.test"),
            ("two origins, the other first", "http://evil.test", TRAIN_ORIGIN),
            ("one origin said twice", TRAIN_ORIGIN, TRAIN_ORIGIN),
        )
    ),
    *(
        _ask(
            f"training with Sec-Fetch-Site: {site}",
            403,
            "POST",
            "/train",
            [("Sec-Fetch-Site", site)],
            GOOD_TRAIN,
        )
        for site in ("cross-site", "Cross-Site")
    ),
    _ask("training from a stranger without a body", 403, "POST", "/train", [("Origin", "null")]),
    _ask(
        "training with Authorization from a stranger",
        403,
        "POST",
        "/train",
        [("Origin", "null"), ("Authorization", "Bearer x")],
        b"{}",
    ),
)

TYPES = (
    *(
        _ask(f"{target} as {kind or 'a blank'}", 415, "POST", target, [("Content-Type", kind)], GOOD)
        for target, kind in (
            ("/classify", "multipart/form-data; boundary=x"),
            ("/train", "multipart/form-data; boundary=x"),
            ("/", "multipart/form-data; boundary=x"),
            ("/classify", "Multipart/Form-Data"),
            ("/classify", "multipart/mixed; boundary=x"),
            ("/classify", "application/xml"),
            ("/classify", "text/xml; charset=utf-8"),
            ("/classify", "text/html"),
            ("/classify", "text/csv"),
            ("/classify", "text/json"),
            ("/classify", "text"),
            ("/classify", "application/octet-stream"),
            ("/classify", "application/jsonx"),
            ("/classify", "application/ld+json"),
            ("/classify", "application/json, text/plain"),
            ("/classify", "image/png"),
            ("/classify", "*/*"),
        )
    ),
    *(
        _ask(
            f"two Content-Types, {name}", 415, "POST", "/classify", [("Content-Type", one), ("Content-Type", two)], GOOD
        )
        for name, one, two in (
            ("the second one foreign", "application/json", "multipart/form-data"),
            ("the first one foreign", "multipart/form-data", "application/json"),
            ("equal", "application/json", "application/json"),
        )
    ),
    *(
        _ask(f"{target} in {encoding}", 415, "POST", target, [("Content-Encoding", encoding)], GOOD)
        for target, encoding in (
            ("/classify", "gzip"),
            ("/train", "gzip"),
            ("/", "gzip"),
            ("/classify", "GZIP"),
            ("/classify", "deflate"),
            ("/classify", "br"),
            ("/classify", "identity, gzip"),
            ("/classify", "gzip, gzip"),
            ("/classify", "nonsense"),
        )
    ),
    _ask(
        "two Content-Encodings",
        415,
        "POST",
        "/classify",
        [("Content-Encoding", "identity"), ("Content-Encoding", "gzip")],
        GOOD,
    ),
)

PATHS = (
    *(
        _ask(f"path {target[:60]}", 404, "GET", target)
        for target in (
            "/nothing",
            "/Home",
            "/home/",
            "/home/.",
            "/home;x",
            "/home%3Fx",
            "/home%20",
            "/index.html",
            "/.",
            "/..",
            "//",
            "//home",
            "///",
            "/./home",
            "/js//app.js",
            "/../home",
            "/%2e%2e/home",
            "/js/",
            "/js/..",
            "/js/%2e%2e",
            "/js/../index.html",
            "/js/%2e%2e/index.html",
            "/js/..%2findex.html",
            "/js/..%5cindex.html",
            "/js/%2e%2e%2f%2e%2e%2fshared%2fsettings.py",
            "/data/..%2f..%2fpyproject.toml",
            "/etc/passwd",
            "//etc/passwd",
            "/shared/settings.py",
            "/.git/config",
            "/models/",
            "/models/roses",
            "/models/roses/versions",
            "/models/IRIS",
            "/models//versions",
            "/models/iris/",
            "/models/iris/versions/",
            "/models/%F0%9F%8C%BA",
            "/models/" + "x" * 8000,
            "/%25ff",
            "/%",
            "/%zz",
            "/a+b",
            "/<script>",
        )
    ),
    *(
        _ask(f"path {target}", 400, "GET", target)
        for target in (
            "/%ff",
            "/%c0%af",
            "/%ed%a0%80",
            "/%00",
            "/home%00",
            "/home%0d%0aX:%20y",
            "/models/%1b",
            "/models/%7f",
            "/v2/%ff",
            "/v2/models/%13/ready",
            "home",
            "?home",
            "*",
            "http://127.0.0.1:{port}/home",
            "http://evil.test/home",
            "HTTP://127.0.0.1:{port}/home",
            "file:///etc/passwd",
            "127.0.0.1:{port}",
            "#",
        )
    ),
    _ask("POST *", 400, "POST", "*", body=GOOD_FLOWER),
    _ask(
        "absolute-form to train",
        400,
        "POST",
        "http://localhost:8081/train",
        [("Origin", TRAIN_ORIGIN)],
        GOOD_TRAIN,
    ),
    _ask("CONNECT", 400, "CONNECT", "127.0.0.1:{port}"),
)

METHODS = tuple(
    _ask(f"{method} {target}", 405, method, target, body=body)
    for method, target, body in (
        ("GET", "/classify", None),
        ("HEAD", "/classify", None),
        ("PUT", "/classify", GOOD),
        ("PATCH", "/classify", GOOD),
        ("DELETE", "/classify", None),
        ("TRACE", "/classify", None),
        ("CONNECT", "/classify", None),
        ("FOO", "/classify", None),
        ("GET", "/train", None),
        ("PUT", "/train", GOOD_TRAIN),
        ("POST", "/home", b"{}"),
        ("PUT", "/", None),
        ("DELETE", "/", None),
        ("PUT", "/models", b"{}"),
        ("PUT", "/models/iris", b"{}"),
        ("GET", "/models/iris/runs", None),
        ("DELETE", "/runs", None),
        ("POST", "/runs/0", b"{}"),
        ("PUT", "/models/iris/versions", b"{}"),
        ("POST", "/styles.css", b"{}"),
        ("POST", "/js/app.js", b"{}"),
        ("POST", "/v2/health/live", b"{}"),
        ("M" * 2000, "/home", None),
    )
) + tuple(
    # Methods are case-sensitive (RFC 9110, section 9.1), whatever a router makes of them.
    _ask(f"{method} {target}", 501, method, target, body=body)
    for method, target, body in (
        ("get", "/home", None),
        ("post", "/classify", GOOD),
        ("Post", "/classify", GOOD),
        ("post", "/train", GOOD_TRAIN),
    )
)

QUERIES = tuple(
    BadInput(f"the query of {target}", request("GET", target), 400, "GET", frozenset(paths))
    for target, paths in (
        ("/runs?models=iris", ["?models"]),
        ("/runs?model=iris&model=iris", ["?model"]),
        ("/runs/0?since=-1", ["?since"]),
        ("/runs/0?since=now&until=later", ["?since", "?until"]),
        ("/runs/0?since=", ["?since"]),
    )
)
HEADS = (*SIZES, *HOSTS, *ORIGINS, *TYPES, *PATHS, *METHODS, *QUERIES)
