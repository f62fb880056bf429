"""The values that cross the seam between a framework and the core."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec

Header = tuple[str, str]


class Head(msgspec.Struct, frozen=True):
    """All of a request but its body. `path` is decoded, `query` as it was sent; header names are lower case."""

    method: str
    path: str
    headers: tuple[Header, ...]
    query: str = ""

    def values(self, name: str) -> list[str]:
        """Every value of the header called `name` (lower case), in order."""
        return [value for key, value in self.headers if key == name]

    def value(self, name: str) -> str | None:
        """The value of the header called `name` (lower case); several are one list (RFC 9110, section 5.3)."""
        values = self.values(name)
        return ",".join(values) if values else None

    @property
    def media_type(self) -> str:
        """What the body is said to be, lower case, without parameters; empty where nothing is said."""
        return (self.value("content-type") or "").partition(";")[0].strip().lower()


class Call(msgspec.Struct, frozen=True):
    """A matched and admitted request; `parameters` are the variable parts of its path."""

    head: Head
    parameters: Mapping[str, str]
    body: bytes


class Cors(msgspec.Struct, frozen=True):
    """The cross-origin decision about one answer (Fetch standard, section 3.2)."""

    allow_origin: str | None
    private_network: bool = False
    expose: tuple[str, ...] = (
        "Inference-Header-Content-Length",
        "Retry-After",
        "Server",
        "Server-Timing",
        "X-Request-Id",
    )

    def headers(self) -> tuple[Header, ...]:
        """The headers that say so."""
        if self.allow_origin is None:
            return ()
        network = (("Access-Control-Allow-Private-Network", "true"),) if self.private_network else ()
        return (
            ("Access-Control-Allow-Origin", self.allow_origin),
            ("Access-Control-Expose-Headers", ", ".join(self.expose)),
            *network,
        )


class Reply(msgspec.Struct, frozen=True):
    """An answer, ready to send as it is.

    `cors` is apart from `headers` because flask-cors writes it where Flask serves. `model` and
    `version` are who answered, for the access log; `timing` is the seconds that reading the request and the
    model took, where one was asked, and `rows` for how many rows.
    """

    status: int
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    cors: Cors = Cors("*")
    model: str | None = None
    version: int | None = None
    timing: tuple[float, float] | None = None
    rows: int = 1

    @property
    def reason(self) -> str:
        """The reason phrase; frameworks have tables of their own, which differ."""
        return HTTPStatus(self.status).phrase

    def all_headers(self) -> tuple[Header, ...]:
        return (*self.headers, *self.cors.headers())
