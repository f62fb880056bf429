"""Who may ask what."""

from http import HTTPStatus

import pytest

from shared.http_api.admission import Admission, path_of
from shared.http_api.errors import Refusal
from shared.http_api.messages import Head
from shared.http_api.routes import ROUTES
from shared.settings import Settings

ROUTE = {route.name: route for route in ROUTES}
ADMISSION = Admission(Settings(hosts=("duet.example", "fixed.example:443"), max_body_bytes=100), port=8081)


def _head(*headers: tuple[str, str], host: str = "localhost:8081", method: str = "POST") -> Head:
    return Head(method, "/", (("host", host), *headers))


def _status(route: str, head: Head, admission: Admission = ADMISSION) -> int:
    try:
        admission.check(ROUTE[route], head)
    except Refusal as refusal:
        return refusal.status
    return 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8081", 200),
        ("LOCALHOST:8081", 200),
        ("127.0.0.1:8081", 200),
        ("[::1]:8081", 200),
        ("192.168.7.7:8081", 200),
        ("duet.example", 200),
        ("DUET.example:8081", 200),
        ("fixed.example:443", 200),
        ("fixed.example", 403),
        ("localhost", 403),
        ("localhost:8082", 403),
        ("localhost:08081", 403),
        ("localhost.:8081", 403),
        ("localhost:8081.evil.test", 403),
        ("evil.test:8081", 403),
        ("user@localhost:8081", 403),
        ("::1:8081", 403),
        ("[127.0.0.1]:8081", 403),
        ("127.1:8081", 403),
        ("", 403),
        (":8081", 403),
    ],
)
def test_hosts(host: str, status: int) -> None:
    assert _status("home", _head(host=host)) == status


@pytest.mark.parametrize("headers", [(), (("host", "localhost:8081"), ("host", "localhost:8081"))])
def test_one_host_is_needed(headers: tuple[tuple[str, str], ...]) -> None:
    assert _status("home", Head("GET", "/home", headers)) == 400


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:8081", 200),
        ("http://127.0.0.1:8082", 200),
        ("http://[::1]:8080", 200),
        ("null", 403),
        ("", 403),
        ("*", 403),
        ("http://localhost:80811", 403),
        ("http://localhost:8081.evil.test", 403),
        ("http://localhost:8081/", 403),
        ("HTTP://LOCALHOST:8081", 403),
        ("https://localhost:8081", 403),
        ("http://evil.test", 403),
    ],
)
def test_origins_of_what_changes_state_are_compared_whole(origin: str, status: int) -> None:
    assert _status("train", _head(("origin", origin))) == status
    assert _status("classify", _head(("origin", origin))) == 200


def test_the_page_served_here_may_train_whatever_the_port() -> None:
    admission = Admission(Settings(), port=40123)
    head = _head(("origin", "http://127.0.0.1:40123"), host="127.0.0.1:40123")
    assert _status("train", head, admission) == 200


def test_two_origins_and_cross_site_without_origin_are_refused() -> None:
    twice = _head(("origin", "http://localhost:8081"), ("origin", "http://localhost:8081"))
    assert _status("train", twice) == 403
    assert _status("train", _head(("sec-fetch-site", "cross-site"))) == 403
    assert _status("train", _head(("sec-fetch-site", "same-origin"))) == 200


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (None, 403),
        ("Bearer wrong", 403),
        ("Basic s3cret", 403),
        ("bearer s3cret", 403),
        ("Bearer s3cret", 200),
        ("Bearer ü", 403),
    ],
)
def test_the_token_opens_what_changes_state(given: str | None, status: int) -> None:
    admission = Admission(Settings(token="s3cret"), port=8081)  # noqa: S106 - a made-up one
    headers = () if given is None else (("authorization", given),)
    assert _status("train", _head(*headers), admission) == status
    assert _status("classify", _head(*headers), admission) == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ((("content-type", "application/json; charset=utf-8"),), 200),
        ((("content-type", "Application/X-WWW-Form-Urlencoded"),), 200),
        ((("content-type", "text/plain"),), 200),
        ((("content-type", "multipart/form-data; boundary=x"),), 415),
        ((("content-type", "application/jsonp"),), 415),
        ((("content-type", "text/plain"), ("content-type", "text/plain")), 415),
        ((("content-encoding", "gzip"),), 415),
        ((("content-encoding", "identity"),), 200),
        ((("content-length", "100"),), 200),
        ((("content-length", "101"),), 413),
    ],
)
def test_bodies(headers: tuple[tuple[str, str], ...], status: int) -> None:
    assert _status("classify", _head(*headers)) == status


def test_arrays_are_taken_by_the_one_route_that_reads_them() -> None:
    head = _head(("content-type", "application/x-npy"))
    assert {name: _status(name, head) for name in ("predict", "classify", "train", "tree")} == {
        "predict": 200,
        "classify": 415,
        "train": 415,
        "tree": 415,
    }


def test_reading_is_free_to_all_and_changing_names_the_one_origin() -> None:
    stranger, own = _head(("origin", "http://evil.test")), _head(("origin", "http://localhost:8081"))
    assert ADMISSION.cors(ROUTE["classify"], stranger).allow_origin == "*"
    assert ADMISSION.cors(ROUTE["train"], own).allow_origin == "http://localhost:8081"
    assert ADMISSION.cors(ROUTE["train_options"], stranger).allow_origin is None
    assert ADMISSION.cors(None, stranger).allow_origin == "*"


def test_only_the_page_may_reach_into_a_private_network() -> None:
    asks = ("access-control-request-private-network", "true")
    own, stranger = _head(("origin", "http://localhost:8081"), asks), _head(("origin", "http://evil.test"), asks)
    assert ADMISSION.cors(ROUTE["train_options"], own).private_network
    assert not ADMISSION.cors(ROUTE["train_options"], stranger).private_network
    assert not ADMISSION.cors(ROUTE["classify_options"], stranger).private_network


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"http://localhost:8081/home", HTTPStatus.BAD_REQUEST),
        (b"home", HTTPStatus.BAD_REQUEST),
        (b"/%ff", HTTPStatus.BAD_REQUEST),
        (b"/%00", HTTPStatus.BAD_REQUEST),
        (b"//home", HTTPStatus.NOT_FOUND),
    ],
)
def test_targets_that_are_no_path_are_refused(target: bytes, status: HTTPStatus) -> None:
    with pytest.raises(Refusal) as raised:
        path_of(target)
    assert raised.value.status is status


def test_a_path_is_decoded_and_its_query_left_out() -> None:
    assert path_of(b"/models/%C3%A9?x=%ff") == "/models/é"
