"""Replies as they go over the wire, where Twisted does not write them."""

from time import time

from twisted.web.http import datetimeToString

from shared.http_api import Reply


class HeadTemplate:
    """The head of an answer, but for its date, its timing, its request's id and the length of its body."""

    def __init__(self, reply: Reply, banner: bytes, *further: str) -> None:
        """`further` are header lines of the connection."""
        lines = [f"HTTP/1.1 {reply.status} {reply.reason}", f"Server: {banner.decode()}", "Date: %(date)b", *further]
        places = {"Server-Timing": "%(timing)b", "X-Request-Id": "%(id)b", "Content-Length": "%(length)d"}
        lines += [f"{name}: {places.get(name) or value.replace('%', '%%')}" for name, value in reply.all_headers()]
        self._head = "\r\n".join([*lines, "", ""]).encode("latin-1")

    def fill(self, timing: str, request_id: str, length: int) -> bytes:
        """The head of an answer that is sent now, with a body of `length` bytes."""
        return self._head % {
            b"date": _date_of_now(),
            b"timing": timing.encode("ascii"),
            b"id": request_id.encode("ascii"),
            b"length": length,
        }


def wire(reply: Reply, banner: bytes, *further: str, with_body: bool = True) -> bytes:
    """`reply` as it goes over the wire, with `further` header lines."""
    own = dict(reply.headers)
    head = HeadTemplate(reply, banner, *further).fill(own["Server-Timing"], own["X-Request-Id"], len(reply.body))
    return head + (reply.body if with_body else b"")


_second, _date = 0, b""


def _date_of_now() -> bytes:
    """The time of now as RFC 9110, section 5.6.7 has it; made once a second."""
    global _second, _date
    if (now := int(time())) != _second:
        _second, _date = now, datetimeToString(now)
    return _date
