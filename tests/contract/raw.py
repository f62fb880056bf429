"""HTTP/1.1 as bytes on a socket: requests that no client library would send, answers that none has tidied up."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

LIMIT_S = 20.0  # for anything that should come at once; a busy machine is no reason to fail
BODILESS = frozenset({204, 304})

Header = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """One response as it came; header names keep their case, in the order of arrival."""

    version: str
    status: int
    reason: str
    headers: tuple[Header, ...]
    body: bytes

    def values(self, name: str) -> list[str]:
        """Every value of the header called `name`, in any case."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def value(self, name: str) -> str | None:
        """The value of the header called `name`; raises AssertionError where it stands there twice."""
        values = self.values(name)
        assert len(values) < 2, f"{name} stands there {len(values)} times"
        return values[0] if values else None

    def json(self) -> Any:
        return json.loads(self.body)

    def paths(self) -> list[str]:
        """The paths of an error's culprits, sorted."""
        return sorted(problem["path"] for problem in self.json().get("errors", ()))


class Connection:
    """One TCP connection to a backend on this machine; every wait on it has an end."""

    def __init__(self, port: int, limit_s: float = LIMIT_S) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), limit_s)
        self._buffer = b""
        self._limit_s = limit_s

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def send_what_is_taken(self, data: bytes) -> None:
        """Send until all is sent or the other side has closed; what it answered can be read after either."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(data)

    def finish_sending(self) -> None:
        """Close our side; answers can still be read."""
        self._socket.shutdown(socket.SHUT_WR)

    def answer(self, method: str = "GET") -> Answer:
        """The next response, to a request with `method`. Raises ConnectionError where there is none."""
        version, status, reason = self._line().split(" ", 2)
        headers = tuple(self._headers())
        body = b"" if method == "HEAD" or int(status) in BODILESS or int(status) < 200 else self._body(headers)
        return Answer(version, int(status), reason, headers, body)

    def rest(self, limit_s: float | None = None) -> bytes:
        """Everything until the other side closes. Raises TimeoutError where it doesn't within `limit_s`."""
        ends = time.monotonic() + (self._limit_s if limit_s is None else limit_s)
        while self._receive(ends):
            pass
        rest, self._buffer = self._buffer, b""
        return rest

    def is_closed_within(self, limit_s: float) -> bool:
        """Whether the other side closes, and says nothing before."""
        try:
            return self.rest(limit_s) == b""
        except TimeoutError:
            return False
        except ConnectionResetError:
            return True

    def _line(self) -> str:
        return self._until(b"\r\n").decode("latin-1")

    def _headers(self) -> Iterable[Header]:
        while line := self._line():
            name, colon, value = line.partition(":")
            assert colon, f"not a header: {line!r}"
            yield name, value.strip(" ")

    def _body(self, headers: Sequence[Header]) -> bytes:
        found = {name.lower(): value for name, value in headers}
        if found.get("transfer-encoding", "").lower() == "chunked":
            return self._chunks()
        if "content-length" in found:
            return self._exactly(int(found["content-length"]))
        return self.rest()

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self._line(), 16):
            body += self._exactly(size)
            assert self._line() == ""
        assert self._line() == "", "trailers are not expected"
        return body

    def _until(self, end: bytes) -> bytes:
        ends = time.monotonic() + self._limit_s
        while end not in self._buffer:
            if not self._receive(ends):
                raise ConnectionError(f"closed after {self._buffer!r}")
        found, self._buffer = self._buffer.split(end, 1)
        return found

    def _exactly(self, size: int) -> bytes:
        ends = time.monotonic() + self._limit_s
        while len(self._buffer) < size:
            if not self._receive(ends):
                raise ConnectionError(f"closed after {len(self._buffer)} of {size} bytes")
        found, self._buffer = self._buffer[:size], self._buffer[size:]
        return found

    def _receive(self, ends: float) -> bool:
        """Whether more came before `ends`; False where the other side has closed."""
        left = ends - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"nothing more came after {self._buffer[-200:]!r}")
        self._socket.settimeout(left)
        data = self._socket.recv(65536)
        self._buffer += data
        return bool(data)


def request(
    method: str, target: str, headers: Iterable[Header] = (), body: bytes | None = None, version: str = "HTTP/1.1"
) -> bytes:
    """A request's bytes, in which {port} stands for the backend's port (`to_port`).

    Host and Content-Length are written where `headers` doesn't hold them.
    """
    given = list(headers)
    names = {name.lower() for name, _ in given}
    if "host" not in names:
        given.insert(0, ("Host", "127.0.0.1:{port}"))
    if body is not None and not names & {"content-length", "transfer-encoding"}:
        given.append(("Content-Length", str(len(body))))
    lines = [f"{method} {target} {version}", *(f"{name}: {value}" for name, value in given), "", ""]
    return "\r\n".join(lines).encode("latin-1") + (body or b"")


def to_port(data: bytes, port: int) -> bytes:
    """`data` as it is sent to the backend at `port`."""
    return data.replace(b"{port}", str(port).encode())


def ask(
    port: int,
    method: str,
    target: str,
    body: bytes | str | None = None,
    headers: Iterable[Header] = (),
    limit_s: float = LIMIT_S,
) -> Answer:
    """The answer to one request on a connection of its own."""
    sent = body.encode() if isinstance(body, str) else body
    with Connection(port, limit_s) as connection:
        connection.send_what_is_taken(to_port(request(method, target, headers, sent), port))
        return connection.answer(method)


def chunked(pieces: Iterable[bytes]) -> bytes:
    """`pieces` in the chunked transfer coding (RFC 9112, section 7.1)."""
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces if piece) + b"0\r\n\r\n"
