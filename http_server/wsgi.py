"""A WSGI container that handles as many requests at once as it has threads: one, by default.

Twisted receives whole requests however slowly they come, so that no client can hold a thread; the
application then runs to its end before the next request gets its turn. What waits for long (a training)
is run in a thread, which keeps the connections alive meanwhile, and takes up its turn all the same.
`docs/adr/` has the measurements behind this.
"""

import sys
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from twisted.internet.threads import deferToThread
from twisted.python.failure import Failure
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET

from http_server.channel import StrictRequest


@dataclass(frozen=True, slots=True)
class _Answer:
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class WSGIContainer(Resource):
    """Serves `application`, at most `threads` requests at once, first come, first served."""

    isLeaf = True

    def __init__(self, application: WSGIApplication, threads: int = 1) -> None:
        super().__init__()
        self._application = application
        self._threads = threads
        self._busy = 0
        self._waiting: deque[StrictRequest] = deque()

    @property
    def is_free(self) -> bool:
        """Whether a request that came now would be handled at once."""
        return not self._waiting and self._busy < self._threads

    def render(self, request: StrictRequest) -> int:
        self._waiting.append(request)
        self._serve_waiting()
        return NOT_DONE_YET

    def _serve_waiting(self) -> None:
        while self._waiting and self._busy < self._threads:
            request = self._waiting.popleft()
            if request._disconnected:
                continue  # nobody waits for the answer any more
            environ = _environ(request, multithread=self._threads > 1)
            if request.may_block:
                self._busy += 1
                deferToThread(_call, self._application, environ).addBoth(self._finish, request)
            else:
                _send(request, _call(self._application, environ))

    def _finish(self, result: _Answer | Failure, request: StrictRequest) -> None:
        self._busy -= 1
        if isinstance(result, _Answer) and not request._disconnected:
            _send(request, result)
        elif isinstance(result, Failure):
            request.processingFailed(result)
        self._serve_waiting()


def _call(application: WSGIApplication, environ: WSGIEnvironment) -> _Answer:
    """Runs the application to its end (PEP 3333)."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        started.append((status, headers))
        return written.append

    begin: StartResponse = start_response
    parts: Iterable[bytes] = application(environ, begin)
    try:
        written.extend(parts)
    finally:
        if (close := getattr(parts, "close", None)) is not None:
            close()
    status, headers = started[-1]
    return _Answer(status, headers, b"".join(written))


def _send(request: StrictRequest, answer: _Answer) -> None:
    code, _, reason = answer.status.partition(" ")
    request.setResponseCode(int(code), reason.encode("latin-1"))
    for name, value in answer.headers:
        request.responseHeaders.addRawHeader(name.encode("latin-1"), value.encode("latin-1"))
    request.write(answer.body)
    request.finish()


def _environ(request: StrictRequest, *, multithread: bool) -> WSGIEnvironment:
    """The request as PEP 3333 wants it; strings are bytes in latin-1."""
    head, body, own = request.head, request.read_body(), request.getHost()
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": head.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": head.path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": request.uri.partition(b"?")[2].decode("latin-1"),
        "SERVER_NAME": own.host,
        "SERVER_PORT": str(own.port),
        "SERVER_PROTOCOL": request.clientproto.decode("ascii"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,  # chunked bodies have no length, and end all the same
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": multithread,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        # Spare our own application to read them again; no header can be called this.
        "duet.head": head,
        "duet.body": body,
    }
    for name, value in head.headers:
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
