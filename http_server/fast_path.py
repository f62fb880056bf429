"""Answers a request whose head was seen before, byte for byte, without parsing the head again.

Clients that classify send the same head every time and only the body differs. What is decided from a head
(route, Host, Origin, content type, length) was decided when it came first; equal bytes get equal
decisions. The body, the model, metrics and the access log take the same way as always; of the answer, the
head is kept too. Whatever is not recognised takes the long way through Twisted and the framework.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from http_server.wire import HeadTemplate
from shared.http_api import Api, Head, Route

END_OF_HEAD = b"\r\n\r\n"
MAX_HEADS = 1024
MAX_TEMPLATES = 16  # of answers to one head: as many as it meets statuses, or less
# A head with one of these is not for keeping: it differs every time, or asks for more than an answer.
NEVER_KEPT = frozenset({"x-request-id", "expect", "connection", "transfer-encoding", "upgrade"})


@dataclass(frozen=True, slots=True)
class _Known:
    route: Route
    parameters: Mapping[str, str]
    head: Head
    length: int
    templates: dict[object, HeadTemplate] = field(default_factory=dict)


class FastPath:
    """Remembers heads that were served, and answers what comes with one of them.

    `is_free` says whether the backend could handle a request at this moment.
    """

    def __init__(self, api: Api, banner: bytes, is_free: Callable[[], bool]) -> None:
        self._api = api
        self._banner = banner
        self._is_free = is_free
        self._known: dict[bytes, _Known] = {}

    def answer(self, data: bytes) -> bytes | None:
        """The whole answer to `data`, or None where it is not exactly one request with a known head."""
        body_starts = data.find(END_OF_HEAD) + len(END_OF_HEAD)
        known = self._known.get(data[:body_starts])
        if known is None or len(data) - body_starts != known.length or not self._is_free():
            return None
        body = data[body_starts:]
        route, head = known.route, known.head
        if route.may_block(head, body):
            return None
        reply, timing, request_id = self._api.answer_admitted(route, head, known.parameters, body)
        template = known.templates.get((reply.status, reply.headers))
        if template is None:
            template = HeadTemplate(self._api.finished(reply, route, head, timing, request_id), self._banner)
            if len(known.templates) < MAX_TEMPLATES:
                known.templates[reply.status, reply.headers] = template
        return template.fill(timing, request_id, len(reply.body)) + reply.body

    def learn(self, data: bytes, route: Route | None, parameters: Mapping[str, str], head: Head) -> None:
        """Remember the head of `data`, a request that has just been served, if it may come again."""
        body_starts = data.find(END_OF_HEAD) + len(END_OF_HEAD)
        length = head.value("content-length") or ""
        if route is None or not route.repeats or not length.isdigit() or len(data) - body_starts != int(length):
            return
        if any(name in NEVER_KEPT for name, _ in head.headers):
            return
        if len(self._known) >= MAX_HEADS:
            self._known.clear()
        self._known[data[:body_starts]] = _Known(route, parameters, head, int(length))
