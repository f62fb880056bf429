"""One connection: what Twisted's HTTP parser lets pass and a careful server does not.

Requests that two parsers could read in two ways are refused (request smuggling: RFC 9112, sections 5 to 7
and 11.2), a slow client has a deadline for head and body together, a body is counted as it arrives, and
a refusal reaches a client that is still sending.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from twisted.web.http import HTTPChannel
from twisted.web.server import Request

from shared.http_api.admission import path_of
from shared.http_api.errors import Refusal
from shared.http_api.messages import Head, Reply

if TYPE_CHECKING:
    from http_server.site import StrictSite
    from shared.http_api.routes import Route

LINGER_S = 2.0  # how long a refused client may go on sending before the connection is cut


class StrictRequest(Request):
    """A request whose head is judged before its body is read."""

    channel: StrictChannel
    defaultContentType = None
    _received = 0

    def gotLength(self, length: int | None) -> None:
        super().gotLength(length)
        self.channel.judge(self)

    def handleContentChunk(self, data: bytes) -> None:
        self._received += len(data)
        if self._received > self.channel.site.api.settings.max_body_bytes:
            self.channel.refuse(self.channel.site.api.admission.too_large())
        else:
            super().handleContentChunk(data)

    def render(self, resource: Any) -> None:
        self.setHeader(b"Server", self.channel.site.banner)
        if self.channel.site.draining:
            self.setHeader(b"Connection", b"close")
        super().render(resource)


class StrictChannel(HTTPChannel):
    """Twisted's channel with the checks that it lacks."""

    site: StrictSite
    transport: Any  # Twisted's interfaces leave out what its TCP transport can do
    callLater: Any
    timeOut: Any  # seconds; Twisted says int, and takes any number
    _command: bytes
    _path: Any  # the request line's target; Twisted reuses a variable of another type for it
    maxHeaders = 100
    totalHeadersSize = 16 * 1024
    _deadline: Any = None
    _refused = False
    _head: Head | None = None
    _route: Route | None = None

    # --- receiving ---------------------------------------------------------------------------------

    def connectionMade(self) -> None:
        super().connectionMade()
        self.site.channels.add(self)

    def connectionLost(self, reason: Any = None) -> None:
        self.site.channels.discard(self)
        self._stop_clock()
        super().connectionLost(reason)

    def dataReceived(self, data: bytes) -> None:
        if self._refused:
            return
        if self._deadline is None and not self._handlingRequest:
            self._start_clock()
        super().dataReceived(data)
        # Twisted ends lines at CR LF only, so a lone LF stays in its buffer and would wait for the deadline.
        if self.line_mode and not self._refused and b"\n" in self._buffer:
            self._respondToBadRequestAndDisconnect()

    def lineReceived(self, line: bytes) -> None:
        if self._refused:
            return
        if b"\n" in line or b"\r" in line or line[:1] in (b" ", b"\t"):
            self._respondToBadRequestAndDisconnect()  # lone LF or CR, or a folded header
            return
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        self.refuse(Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the head is larger than 16384 bytes"))

    def headerReceived(self, line: bytes) -> bool:
        name, _, value = line.partition(b":")
        if b"_" in name:
            return True  # dropped: WSGI can't tell Content_Length from Content-Length
        if name.strip().lower() == b"content-length" and len(value.strip()) > 18:
            self._respondToBadRequestAndDisconnect()
            return False
        return bool(super().headerReceived(line)) and not self._refused

    def allHeadersReceived(self) -> None:
        if self._refused:
            return
        if self._version == b"HTTP/1.0" and self.requests[-1].requestHeaders.hasHeader(b"transfer-encoding"):
            self._respondToBadRequestAndDisconnect()
            return
        super().allHeadersReceived()

    def allContentReceived(self) -> None:
        if self._refused:
            return
        self._stop_clock()
        super().allContentReceived()

    def rawDataReceived(self, data: bytes) -> None:
        if not self._refused:
            super().rawDataReceived(data)

    def requestDone(self, request: Any) -> None:
        if self.site.draining:
            self.persistent = False
        super().requestDone(request)

    # --- judging -----------------------------------------------------------------------------------

    def judge(self, request: StrictRequest) -> None:
        """Refuse now what need not be read to the end."""
        self._head = self._route = None
        try:
            self._head = head_of(request, self._command, self._path)
            self._route = self.site.match(self._head)
            self.site.api.admission.check(self._route, self._head)
        except Refusal as refusal:
            self.refuse(refusal)

    def refuse(self, error: Exception) -> None:
        """Answer, close our side, and let the client finish sending for a moment.

        Closing at once would reset the connection under a client that still sends, and it would
        never see the answer (RFC 9112, section 9.6).
        """
        if self._refused or self.transport is None:
            return
        self._refused = True
        self._stop_clock()
        head = self._head or Head("", "", ())
        reply = self.site.api.refuse(error, head, self._route)
        self.transport.write(_wire(reply, self.site.banner, with_body=head.method != "HEAD"))
        self.setTimeout(None)
        self.requests.clear()
        self._networkProducer.unregisterProducer()
        self.transport.loseWriteConnection()
        self._deadline = self.callLater(LINGER_S, self.transport.abortConnection)

    def _respondToBadRequestAndDisconnect(self) -> None:
        # Twisted's parser calls this wherever it finds the framing wrong.
        self.refuse(Refusal(HTTPStatus.BAD_REQUEST, "the request is not well-formed HTTP/1.1 (RFC 9112)"))

    # --- time --------------------------------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether a request is being received or answered."""
        return bool(self.requests) or self._refused

    def _start_clock(self) -> None:
        self._deadline = self.callLater(self.site.api.settings.request_deadline_s, self._overdue)

    def _stop_clock(self) -> None:
        if self._deadline is not None and self._deadline.active():
            self._deadline.cancel()
        self._deadline = None

    def _overdue(self) -> None:
        self._deadline = None
        seconds = self.site.api.settings.request_deadline_s
        self.refuse(Refusal(HTTPStatus.REQUEST_TIMEOUT, f"the request was not complete after {seconds:g} s"))


def head_of(request: Request, method: bytes, target: bytes) -> Head:
    """The head of a Twisted request. Raises Refusal for a target that is no path."""
    headers = tuple(
        (name.decode("ascii").lower(), value.decode("latin-1"))
        for name, values in request.requestHeaders.getAllRawHeaders()
        for value in values
    )
    return Head(method.decode("latin-1"), path_of(target), headers)


def _wire(reply: Reply, banner: bytes, *, with_body: bool) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} {reply.reason}", f"Server: {banner.decode()}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in reply.all_headers()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (reply.body if with_body else b"")
