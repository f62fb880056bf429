"""A server that is compared: its name, where it listens, and its process where that is known."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from shared.check.wire import NoAnswer, Server

ASK_LIMIT_S = 10.0


class TargetError(Exception):
    """A target can't be compared; the message names it and says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """`url` may hold a path before the API's own; `pid` is the process that serves, if it is known."""

    name: str
    url: str
    pid: int | None = None
    started: str = "was running"

    def __post_init__(self) -> None:
        """Raises TargetError for what is not the address of a server that can be asked."""
        try:
            Server(self.url, ASK_LIMIT_S)
        except ValueError as error:
            raise TargetError(f"{self.name}: {error}") from None
        if urlsplit(self.url).scheme != "http":
            raise TargetError(f"{self.name}: {self.url} is not plain HTTP, of which alone times are taken")

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine."""
        return Server(self.url, ASK_LIMIT_S).is_loopback

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 80

    def ask(self, path: str) -> Any:
        """The JSON that a GET answers, apart from any measuring. Raises TargetError."""
        try:
            answer = Server(self.url, ASK_LIMIT_S).ask("GET", path)
            if answer.status != 200:
                raise TargetError(f"{self.name}: GET {path} is answered by {answer.excerpt()}")
            return answer.json()
        except (NoAnswer, ValueError) as error:
            raise TargetError(f"{self.name} at {self.url}: GET {path}: {error}") from None

    def wire(self, method: str, path: str, body: bytes, token: str = "") -> bytes:
        """A request as it goes over a keep-alive connection."""
        parts = urlsplit(self.url)
        lines = [f"{method} {parts.path.rstrip('/')}{path} HTTP/1.1", f"Host: {parts.netloc}"]
        if body:
            lines += [f"Content-Length: {len(body)}", "Content-Type: application/json"]
        if token:
            lines.append(f"Authorization: Bearer {token}")
        return "\r\n".join([*lines, "", ""]).encode() + body


Launch = Callable[[], AbstractContextManager[Target]]
