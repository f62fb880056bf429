"""Answers a matched request: admission, handler, errors, cross-origin headers, access log, in one place."""

import itertools
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from http import HTTPStatus
from time import perf_counter

import msgspec

from shared.http_api.admission import PREFLIGHT_HEADERS, READING, REQUESTED_METHOD, Admission
from shared.http_api.context import Context
from shared.http_api.errors import Refusal, error_reply
from shared.http_api.messages import Call, Cors, Head, Header, Reply
from shared.http_api.metrics import Metrics
from shared.http_api.openapi import openapi_file
from shared.http_api.routes import ROUTES, Route
from shared.http_api.static_files import StaticFiles
from shared.logs import AccessLog
from shared.service import Service
from shared.settings import Settings

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_id_prefix = secrets.token_hex(8)
_id_numbers = itertools.count()


class Api:
    """What a backend, called `backend`, calls; the port must be known, so it is made when the socket is bound."""

    def __init__(
        self, service: Service, static_files: StaticFiles, settings: Settings, port: int, backend: str = ""
    ) -> None:
        self.metrics = Metrics()
        document = cache(lambda: openapi_file(ROUTES, settings))
        limits = (settings.max_rows, settings.max_body_bytes)
        self._context = Context(service, static_files, self.metrics, backend, *limits, document)
        service.watch(self.metrics)
        self._access_log = AccessLog()
        self.admission = Admission(settings, port)
        self.settings = settings

    def answer(self, route: Route, head: Head, parameters: Mapping[str, str], read_body: Callable[[], bytes]) -> Reply:
        """The reply to a request that the framework matched to `route`; never raises."""
        started, request_id = perf_counter(), _request_id(head)
        try:
            self.admission.check(route, head)
            body = b"" if route.method in ("GET", "OPTIONS") else self._read(route, read_body)
            reply = route.handler(self._context, Call(head, parameters, body))
        except Exception as error:  # the one place where every exception becomes an answer
            reply = error_reply(error, head, request_id)
        return self.finished(reply, route, head, self._record(reply, route, head, request_id, started), request_id)

    def answer_admitted(
        self, route: Route, head: Head, parameters: Mapping[str, str], body: bytes
    ) -> tuple[Reply, str, str]:
        """The reply, not `finished`, to a request whose head was admitted before, its timing and id; never raises."""
        started, request_id = perf_counter(), _request_id(head)
        try:
            reply = route.handler(self._context, Call(head, parameters, body))
        except Exception as error:  # as above
            reply = error_reply(error, head, request_id)
        return reply, self._record(reply, route, head, request_id, started), request_id

    def answer_unmatched(self, error: BaseException, head: Head) -> Reply:
        """The reply where the framework found no route and raised `error`; never raises."""
        try:
            self.admission.check(None, head)  # a stranger's host learns nothing of our paths
        except Refusal as refusal:
            error = refusal
        return self.refuse(error, head)

    def answer_star(self, head: Head) -> Reply:
        """The reply to `OPTIONS *`, which asks about the server as a whole (RFC 9110, section 9.3.7)."""
        started, request_id = perf_counter(), _request_id(head)
        allow = ", ".join(sorted({route.method for route in ROUTES} | {"HEAD"}))
        reply = Reply(HTTPStatus.NO_CONTENT, (("Allow", allow),))
        return self.finished(reply, None, head, self._record(reply, None, head, request_id, started), request_id)

    def refuse(self, error: BaseException, head: Head, route: Route | None = None) -> Reply:
        """The reply to a request that got no further than `error`; never raises."""
        started, request_id = perf_counter(), _request_id(head)
        reply = error_reply(error, head, request_id)
        return self.finished(reply, route, head, self._record(reply, route, head, request_id, started), request_id)

    def finished(self, reply: Reply, route: Route | None, head: Head, timing: str, request_id: str) -> Reply:
        """`reply` with the headers that every answer to this head has, and two of its own."""
        cors = self.admission.cors(route, head)
        own = (("Server-Timing", timing), ("X-Request-Id", request_id))
        headers = (*reply.headers, *own, *_common_headers(reply, route, head, cors))
        return msgspec.structs.replace(reply, headers=headers, cors=cors)

    def drain(self) -> None:
        """From now on say "not ready"; what is asked is still answered."""
        self._context.draining = True

    def _read(self, route: Route, read_body: Callable[[], bytes]) -> bytes:
        body = read_body()
        if len(body) > self.admission.max_body_bytes(route):
            raise self.admission.too_large(route)
        return body

    def _record(self, reply: Reply, route: Route | None, head: Head, request_id: str, started: float) -> str:
        """Count and log an answer; returns where its time went (Server Timing, section 3.1; milliseconds)."""
        seconds, rule, status = perf_counter() - started, route.rule if route else None, int(reply.status)
        self.metrics.observe(head.method, rule, status, reply.model, reply.version, seconds)
        self._access_log.write(
            request_id=request_id,
            method=head.method[:16],
            route=rule,
            status=status,
            seconds=seconds,
            size=len(reply.body),
            model=reply.model,
            version=reply.version,
        )
        total = f"total;dur={seconds * 1000:.3f}"
        if reply.timing is None:
            return total
        parse, inference = reply.timing
        self.metrics.inferred(reply.model, reply.version, reply.rows, inference)
        return f"parse;dur={parse * 1000:.3f}, inference;dur={inference * 1000:.3f}, {total}"


def _common_headers(reply: Reply, route: Route | None, head: Head, cors: Cors) -> Iterator[Header]:
    yield "X-Content-Type-Options", "nosniff"
    if reply.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        yield "Content-Length", str(len(reply.body))
    if route is None:
        return
    if route.changes_state:
        yield "Vary", "Origin"
    if route.method == "OPTIONS" and cors.allow_origin and head.value(REQUESTED_METHOD) is not None:
        is_for_all = route.changes_state and cors.allow_origin == "*"  # who may read, and no more
        yield "Access-Control-Allow-Methods", ", ".join(READING) if is_for_all else dict(reply.headers)["Allow"]
        yield from PREFLIGHT_HEADERS


def _request_id(head: Head) -> str:
    """The id that the request brings, or where it brings none that can be taken, one of its own."""
    given = head.value("x-request-id")
    if given is not None and REQUEST_ID.fullmatch(given):
        return given
    return f"{_id_prefix}{next(_id_numbers):016x}"
