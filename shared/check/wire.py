"""One HTTP request at a time, by the standard library, with bounds on time and size."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

LARGEST_ANSWER_BYTES = 16 * 2**20
LONGEST_LINE = 100  # characters


class NoAnswer(Exception):
    """The server sent no complete HTTP answer; the message says why."""


class Unreachable(NoAnswer):
    """No connection could be made."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON (RFC 8259, so without NaN). Raises ValueError."""
        try:
            return json.loads(self.body.decode(), parse_constant=_refuse_constant)
        except RecursionError:
            raise ValueError("JSON nested too deeply") from None

    def excerpt(self) -> str:
        """Status and beginning of the body, as the server sent it."""
        return f"{self.status} {self.body[: 2 * LONGEST_LINE].decode(errors='replace')}".rstrip()


class Server:
    """The server at `url`, which may hold a path before `/v2`; each request has a connection of its own.

    `json_of_other_type` collects the requests whose answer was JSON under another media type.
    """

    def __init__(self, url: str, timeout_s: float) -> None:
        """Raises ValueError for what is not the address of an HTTP server."""
        self._parts = _parsed(url)
        self._timeout_s = timeout_s
        self.json_of_other_type: list[str] = []

    @property
    def is_loopback(self) -> bool:
        """Whether the address names this machine; other names are not looked up."""
        host = self._parts.hostname or ""
        if host == "localhost" or host.endswith(".localhost"):
            return True
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return False

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request for `path` below the server's address. Raises NoAnswer, and Unreachable among them."""
        connection = self._connection()
        try:
            connection.connect()
        except OSError as error:
            raise Unreachable(str(error)) from None
        try:
            sent = {"Accept": "application/json, */*;q=0.5", "Connection": "close", **(headers or {})}
            connection.request(method, f"{self._parts.path.rstrip('/')}/{path}", body, sent)
            answer = self._read(connection.getresponse())
        except (OSError, HTTPException) as error:
            raise NoAnswer(f"no answer: {error or type(error).__name__}") from None
        finally:
            connection.close()
        self._note_type(f"{method} {path}", answer)
        return answer

    def _connection(self) -> HTTPConnection:
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        return kind(self._parts.hostname or "", self._parts.port, timeout=self._timeout_s)

    def _read(self, response: HTTPResponse) -> Answer:
        # The socket's timeout is for each piece; a server that sends a byte now and then needs a deadline too.
        deadline, body = time.monotonic() + self._timeout_s, bytearray()
        while piece := response.read1(2**16):
            body += piece
            if len(body) > LARGEST_ANSWER_BYTES:
                raise NoAnswer(f"more than {LARGEST_ANSWER_BYTES} bytes of answer")
            if time.monotonic() > deadline:
                raise NoAnswer(f"the answer took longer than {self._timeout_s:g} s")
        if response.length:  # read1 ends quietly where the connection does
            raise NoAnswer(f"the connection ended {response.length} bytes too early")
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, bytes(body))

    def _note_type(self, request: str, answer: Answer) -> None:
        if answer.body[:1] not in (b"{", b"[") or "inference-header-content-length" in answer.headers:
            return
        kind = answer.headers.get("content-type", "")
        if kind.partition(";")[0].strip().lower() != "application/json":
            self.json_of_other_type.append(f"{request}: {kind or 'no Content-Type'}")


def printable(text: str, longest: int = LONGEST_LINE) -> str:
    """`text` in one line of bounded length without control characters: it comes from a stranger."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return line if len(line) <= longest else line[: longest - 3] + "..."


def _parsed(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError(f"{url!r} is not the address of a server, such as http://localhost:8081")
    _ = parts.port  # raises ValueError for a port that is none
    return parts


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
