"""Which pages may read, which may train, and for which hosts a backend answers."""

from __future__ import annotations

import pytest

from tests.contract.bad_heads import STRANGERS
from tests.contract.bad_input import GOOD, GOOD_TRAIN
from tests.contract.conftest import Pair
from tests.contract.raw import Answer, Header, ask
from tests.processes import MODULES, Backend

OWN_PAGES = tuple(
    f"http://{name}:{port}" for name in ("localhost", "127.0.0.1", "[::1]") for port in (8080, 8081, 8082)
)
READS = (
    ("GET", "/", None),
    ("GET", "/home", None),
    ("GET", "/models", None),
    ("GET", "/models/iris/versions", None),
    ("GET", "/js/app.js", None),
    ("GET", "/v2/health/ready", None),
    ("GET", "/nothing", None),
    ("GET", "/train", None),
    ("DELETE", "/models", None),
    ("POST", "/classify", GOOD),
    ("POST", "/classify", b"{"),
    ("POST", "/", b"{}"),
)
EXPOSED = "Inference-Header-Content-Length, Retry-After, Server, Server-Timing, X-Request-Id"
LOOPBACK_HOSTS = (
    "127.0.0.1:{port}",
    "localhost:{port}",
    "LOCALHOST:{port}",
    "LocalHost:{port}",
    "[::1]:{port}",
    "[0:0:0:0:0:0:0:1]:{port}",
    "127.0.0.2:{port}",
    "192.168.1.5:{port}",
    "[2001:DB8::1]:{port}",
    "[::ffff:127.0.0.1]:{port}",
)
TOKEN = ("Authorization", "Bearer s3cret-token")


@pytest.fixture(params=list(MODULES))
def configured(request: pytest.FixtureRequest, configured_pair: Pair) -> Backend:
    """Each backend in turn, with a token, origins and hosts configured."""
    return configured_pair[request.param]


# --- reading -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", [None, "null", "http://evil.test", "file://", "http://localhost:8081"])
@pytest.mark.parametrize(("method", "path", "body"), READS)
def test_any_page_may_read_and_classify(
    backend: Backend, method: str, path: str, body: bytes | None, origin: str | None
) -> None:
    answer = ask(backend.port, method, path, body, [("Origin", origin)] if origin else [])
    assert answer.value("access-control-allow-origin") == "*"
    assert answer.value("access-control-expose-headers") == EXPOSED
    assert answer.value("access-control-allow-credentials") is None
    assert answer.value("access-control-allow-private-network") is None


@pytest.mark.parametrize("origin", ["null", "http://evil.test", "http://localhost:8081"])
def test_any_page_is_told_that_it_may_classify(backend: Backend, origin: str) -> None:
    answer = _preflight(backend, "/classify", origin)
    assert answer.status == 204
    assert answer.value("access-control-allow-origin") == "*"
    assert "POST" in (answer.value("access-control-allow-methods") or "").split(", ")
    assert "content-type" in (answer.value("access-control-allow-headers") or "").lower()
    assert answer.value("access-control-allow-private-network") is None


# --- training ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", OWN_PAGES)
def test_own_pages_may_train(backend: Backend, origin: str) -> None:
    answer = _admitted(backend, [("Origin", origin)])
    assert answer.value("access-control-allow-origin") == origin
    assert answer.value("vary") == "Origin"


@pytest.mark.parametrize("origin", OWN_PAGES)
def test_own_pages_are_told_that_they_may_train(backend: Backend, origin: str) -> None:
    answer = _preflight(backend, "/train", origin)
    assert (answer.status, answer.value("access-control-allow-origin")) == (204, origin)
    assert "POST" in (answer.value("access-control-allow-methods") or "").split(", ")
    wanted = {"authorization", "content-type", "x-request-id"}
    assert wanted <= set((answer.value("access-control-allow-headers") or "").lower().split(", "))
    assert answer.value("access-control-allow-private-network") == "true"
    assert answer.value("vary") == "Origin"


def test_private_network_is_granted_only_when_asked_for(backend: Backend) -> None:
    headers = [("Origin", "http://localhost:8081"), ("Access-Control-Request-Method", "POST")]
    assert ask(backend.port, "OPTIONS", "/train", headers=headers).value("access-control-allow-private-network") is None


@pytest.mark.parametrize("origin", STRANGERS)
def test_strangers_are_not_told_that_they_may_train(backend: Backend, origin: str) -> None:
    answer = _preflight(backend, "/train", origin)
    for name in ("origin", "methods", "headers", "private-network"):
        assert answer.value(f"access-control-allow-{name}") is None, name


def test_strangers_are_told_that_they_may_read_where_others_may_add(backend: Backend) -> None:
    read, add = (_preflight(backend, "/models", "http://evil.test", method) for method in ("GET", "POST"))
    assert read.value("access-control-allow-origin") == "*"
    assert read.value("access-control-allow-methods") == "GET, HEAD"
    assert read.value("access-control-allow-private-network") is None
    assert add.value("access-control-allow-origin") is None
    assert add.value("access-control-allow-methods") is None


@pytest.mark.parametrize("origin", ["null", "http://evil.test", "http://localhost:8081.evil.test"])
def test_stranger_may_read_that_it_was_refused_and_no_more(backend: Backend, origin: str) -> None:
    asking = [("Origin", origin), ("Access-Control-Request-Private-Network", "true")]
    answer = ask(backend.port, "POST", "/train", GOOD_TRAIN, asking)
    assert (answer.status, answer.value("access-control-allow-origin")) == (403, "*")
    assert answer.value("access-control-allow-private-network") is None
    assert answer.json()["title"] == "Forbidden"


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Sec-Fetch-Site", "none")],
        [("Sec-Fetch-Site", "same-origin")],
        [("Origin", "http://127.0.0.1:{port}"), ("Sec-Fetch-Site", "same-origin")],
        [("Host", "localhost:{port}"), ("Origin", "http://localhost:{port}")],
        [("Host", "[::1]:{port}"), ("Origin", "http://[::1]:{port}")],
    ],
    ids=str,
)
def test_programs_and_the_page_of_this_port_may_train(backend: Backend, headers: list[Header]) -> None:
    _admitted(backend, [(name, value.replace("{port}", str(backend.port))) for name, value in headers])


def test_page_of_another_host_on_this_port_may_not_train(backend: Backend) -> None:
    here = str(backend.port)
    for host, origin in (("127.0.0.1", "localhost"), ("localhost", "127.0.0.1"), ("localhost", "evil.test")):
        headers = [("Host", f"{host}:{here}"), ("Origin", f"http://{origin}:{here}")]
        assert ask(backend.port, "POST", "/train", GOOD_TRAIN, headers).status == 403


# --- hosts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", LOOPBACK_HOSTS)
def test_loopback_names_and_addresses_are_answered(backend: Backend, host: str) -> None:
    for method, path, body in (("GET", "/home", None), ("POST", "/classify", GOOD), ("GET", "/", None)):
        answer = ask(backend.port, method, path, body, [("Host", host)])
        assert answer.status == 200


@pytest.mark.parametrize("host", ["duet.example", "DUET.Example", "duet.example:{port}", "other.example:8443"])
def test_configured_hosts_are_answered(configured: Backend, host: str) -> None:
    assert ask(configured.port, "GET", "/home", headers=[("Host", host)]).status == 200


@pytest.mark.parametrize(
    "host",
    ["duet.example:1", "other.example", "other.example:{port}", "x.duet.example", "duet.example.", "evil.test:{port}"],
)
def test_hosts_beside_the_configured_are_refused(configured: Backend, host: str) -> None:
    assert ask(configured.port, "GET", "/home", headers=[("Host", host)]).status == 403


# --- configured --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 403),
        ([("Authorization", "")], 403),
        ([("Authorization", "Bearer")], 403),
        ([("Authorization", "Bearer ")], 403),
        ([("Authorization", "Bearer wrong")], 403),
        ([("Authorization", "Bearer s3cret-toke")], 403),
        ([("Authorization", "Bearer s3cret-token2")], 403),
        ([("Authorization", "Bearer S3CRET-TOKEN")], 403),
        ([("Authorization", "Basic s3cret-token")], 403),
        ([("Authorization", "s3cret-token")], 403),
        ([("Authorization", "Bearer é\u00ff")], 403),
        ([("X-Token", "s3cret-token")], 403),
        ([TOKEN, TOKEN], 403),
        ([TOKEN, ("Authorization", "Bearer wrong")], 403),
        ([TOKEN, ("Origin", "null")], 403),
        ([TOKEN, ("Origin", "http://localhost:8081")], 403),
        ([TOKEN, ("Sec-Fetch-Site", "cross-site")], 403),
        ([TOKEN], 400),
        ([TOKEN, ("Origin", "https://page.example")], 400),
        ([TOKEN, ("Origin", "http://localhost:9000")], 400),
    ],
    ids=str,
)
def test_token_and_origin_are_both_needed_to_train(configured: Backend, headers: list[Header], status: int) -> None:
    answer = ask(configured.port, "POST", "/train", "{}", headers)
    assert answer.status == status  # 400: admitted, and then nothing to train


def test_token_is_no_matter_for_reading(configured: Backend) -> None:
    assert ask(configured.port, "POST", "/classify", GOOD).status == 200
    assert ask(configured.port, "GET", "/models").status == 200


def test_token_stands_in_no_answer(configured: Backend) -> None:
    for headers in ([], [TOKEN], [("Authorization", "Bearer wrong")]):
        answer = ask(configured.port, "POST", "/train", "{}", headers)
        assert b"s3cret" not in answer.body
        assert "s3cret" not in str(answer.headers)


def _preflight(backend: Backend, path: str, origin: str, method: str = "POST") -> Answer:
    return ask(
        backend.port,
        "OPTIONS",
        path,
        headers=[
            ("Origin", origin),
            ("Access-Control-Request-Method", method),
            ("Access-Control-Request-Headers", "content-type"),
            ("Access-Control-Request-Private-Network", "true"),
        ],
    )


def _admitted(backend: Backend, headers: list[Header]) -> Answer:
    """The answer to a training request with nothing to train: one that is admitted gets as far as its body."""
    answer = ask(backend.port, "POST", "/train", "{}", headers)
    assert answer.status == 400
    assert answer.paths() == ["data"]
    return answer
