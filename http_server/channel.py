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

from http_server.bodies import LONG, Body
from http_server.wire import wire
from shared.http_api.admission import path_of
from shared.http_api.errors import Refusal
from shared.http_api.messages import Head, Header, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from http_server.site import StrictSite
    from shared.http_api.routes import Route

MAX_CHUNKS = 65_536
MAX_LENGTH_DIGITS = 18  # of a Content-Length
READ_AT_ONCE = 64 * 1024  # bytes, as Twisted has it
LINGER_S = 2.0  # how long a refused client may go on sending before the connection is cut


class StrictRequest(Request):
    """A request whose head is judged before its body is read."""

    channel: StrictChannel
    content: Body
    defaultContentType = None
    head: Head
    route: Route | None = None
    parameters: Mapping[str, str]
    _received = 0
    _chunks = 0
    _body: bytes | None = None

    @property
    def may_block(self) -> bool:
        """Whether the handler may wait for something; see Route."""
        return self.route is not None and (self.is_large or self.route.may_block(self.head, self.read_body()))

    @property
    def is_large(self) -> bool:
        """Whether the body is kept in a file, until it is handled."""
        return not self.content.is_in_memory

    def read_body(self) -> bytes:
        """The whole body. Raises Refusal where the client has gone, and it with it."""
        if self._body is None:
            try:
                self._body = self.content.read()
            except ValueError:  # closed
                raise Refusal(HTTPStatus.REQUEST_TIMEOUT, "the client has gone") from None
        return self._body

    def gotLength(self, length: int | None) -> None:
        self.content = Body(self.channel.site.bodies)  # instead of Twisted's, a file wherever the length is unknown
        self._is_chunked = length is None
        self.channel.judge(self)

    def handleContentChunk(self, data: bytes) -> None:
        self._received += len(data)
        self._chunks += self._is_chunked
        admission = self.channel.site.api.admission
        if self._received > admission.max_body_bytes(self.route) or self._chunks > MAX_CHUNKS:
            self.channel.refuse(admission.too_large(self.route))
        else:
            super().handleContentChunk(data)

    def render(self, resource: Any) -> None:
        self.setHeader(b"Server", self.channel.site.banner)
        self._count_in_flight()
        super().render(resource)

    def _count_in_flight(self) -> None:
        # What the fast path answers is gone before anybody could count it.
        metrics = self.channel.site.api.metrics
        metrics.began()
        self.notifyFinish().addBoth(lambda _: metrics.began(-1))

    def _handleStar(self) -> None:
        # Twisted answers "OPTIONS *" by itself, without the headers that every answer has.
        self.setHeader(b"Server", self.channel.site.banner)
        self.write(apply_reply(self, self.channel.site.api.answer_star(self.head)))
        self.finish()

    def write(self, data: bytes) -> None:
        if not self.startedWriting and self.channel.site.draining:
            self.setHeader(b"Connection", b"close")
        super().write(data)


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
    _in_headers = False
    _refused = False
    _judged: StrictRequest | None = None

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
        fast_path = None if self.requests or self._buffer or self.site.draining else self.site.fast_path
        if fast_path is not None and (answer := fast_path.answer(data)) is not None:
            self.resetTimeout()
            self.transport.write(answer)
            return
        self._receive(data)
        judged = self._take_judged()
        if fast_path is not None and judged is not None and self._is_ready_for_more:
            fast_path.learn(data, judged.route, judged.parameters, judged.head)

    def _receive(self, data: bytes) -> None:
        if self._deadline is None and not self._handlingRequest:
            self._start_clock()
        super().dataReceived(data)
        if self._buffer and self._deadline is None and not self._handlingRequest and not self._refused:
            self._start_clock()  # a further request has begun behind one that is answered
        # Twisted ends lines at CR LF only, so a lone LF stays in its buffer and would wait for the deadline.
        # (Not while it is still at it: then what follows is a further request, pipelined.)
        if self.line_mode and not self._refused and not self._busyReceiving and b"\n" in self._buffer:
            self._respondToBadRequestAndDisconnect()

    def _take_judged(self) -> StrictRequest | None:
        """The request whose head was judged last, once."""
        judged, self._judged = self._judged, None
        return judged

    @property
    def _is_ready_for_more(self) -> bool:
        """Whether what was received has been answered, and the connection stays."""
        return bool(self.persistent) and not (self._refused or self.requests or self._buffer)

    def lineReceived(self, line: bytes) -> None:
        if self._refused:
            return
        if b"\n" in line or b"\r" in line or line[:1] in (b" ", b"\t"):
            self._respondToBadRequestAndDisconnect()  # lone LF or CR, or a folded header
        elif self._receivedHeaderSize + len(line) > self.totalHeadersSize:
            self.lineLengthExceeded(line)
        else:
            self._in_headers = self._in_headers or bool(line)
            super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        if self._in_headers:
            self.refuse(Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the head is larger than 16 KiB"))
        else:
            self.refuse(Refusal(HTTPStatus.REQUEST_URI_TOO_LONG, "the request line is longer than 16 KiB"))

    def headerReceived(self, line: bytes) -> bool:
        name, _, value = line.partition(b":")
        name, value = name.lower(), value.strip(b" \t")
        if b"_" in name:
            return True  # dropped: WSGI can't tell Content_Length from Content-Length
        if name == b"content-length" and len(value) > MAX_LENGTH_DIGITS:
            self._respondToBadRequestAndDisconnect()
        elif name == b"transfer-encoding" and value.lower() != b"chunked":
            self._respondToBadRequestAndDisconnect()  # Twisted lets "identity" pass, beside a length too
        elif self._receivedHeaderCount >= self.maxHeaders:
            many = f"the head has more than {self.maxHeaders} headers"
            self.refuse(Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, many))
        else:
            super().headerReceived(line)
        return not self._refused

    def allHeadersReceived(self) -> None:
        if self._refused:
            return
        if self._version == b"HTTP/1.0" and self.requests[-1].requestHeaders.hasHeader(b"transfer-encoding"):
            self._respondToBadRequestAndDisconnect()
            return
        super().allHeadersReceived()

    def _send100Continue(self) -> None:
        if not self._refused:
            super()._send100Continue()

    def allContentReceived(self) -> None:
        if self._refused:
            return
        self._stop_clock()
        self._in_headers = False
        super().allContentReceived()

    def rawDataReceived(self, data: bytes) -> None:
        if not self._refused:
            super().rawDataReceived(data)

    def _expect(self, length: int | None) -> None:
        """Read as much at once as this request has, and the next one like it, which may take the short way then.

        A read takes no more memory than what has arrived by then.
        """
        self.transport.bufferSize = max(READ_AT_ONCE, self.totalHeadersSize + min(length or 0, LONG))

    def requestDone(self, request: Any) -> None:
        if self.site.draining:
            self.persistent = False
        super().requestDone(request)

    # --- judging -----------------------------------------------------------------------------------

    def judge(self, request: StrictRequest) -> None:
        """Refuse now what need not be read to the end."""
        try:
            request.head = head_of(request, self._command, self._path)
            request.route, request.parameters = self.site.match(request.head) or (None, {})
            self.site.api.admission.check(request.route, request.head)
            self._judged = request
            self._expect(self.length)
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
        request = self.requests[-1] if self.requests else None
        head = _what_is_known(request, getattr(self, "_command", b""), getattr(self, "_path", b""))
        reply = self.site.api.refuse(error, head, getattr(request, "route", None))
        answer = wire(reply, self.site.banner, "Connection: close", with_body=head.method != "HEAD")
        self.transport.write(answer)
        self.setTimeout(None)
        if isinstance(body := getattr(request, "content", None), Body):
            body.close()
        self.requests.clear()
        self._networkProducer.unregisterProducer()
        self.transport.loseWriteConnection()
        self._deadline = self.callLater(LINGER_S, self.transport.abortConnection)

    def _respondToBadRequestAndDisconnect(self) -> None:
        # Twisted's parser calls this wherever it finds the framing wrong.
        self.refuse(Refusal(HTTPStatus.BAD_REQUEST, "the request is not well-formed HTTP/1.1 (RFC 9112)"))

    # --- time --------------------------------------------------------------------------------------

    @property
    def is_idle(self) -> bool:
        """Whether no request is being received or answered."""
        return not self.requests and not self._refused

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
    """The head of a request that Twisted has parsed. Raises Refusal for a target that is no path."""
    name = method.decode("latin-1")
    if name != name.upper():  # Werkzeug's router would take "get" for GET (RFC 9110, section 9.1)
        raise Refusal(HTTPStatus.NOT_IMPLEMENTED, "method names are upper case")
    if target == b"*" and name != "OPTIONS":
        raise Refusal(HTTPStatus.BAD_REQUEST, "the target * is for OPTIONS (RFC 9112, section 3.2.4)")
    return Head(name, path_of(target), _headers(request), target.partition(b"?")[2].decode("latin-1"))


def apply_reply(request: Request, reply: Reply) -> bytes:
    """Give `request` the status and the headers of `reply`; returns the body, still to be written."""
    request.setResponseCode(reply.status, reply.reason.encode())
    for name, value in reply.all_headers():
        request.responseHeaders.addRawHeader(name.encode(), value.encode("latin-1"))
    return reply.body


def _what_is_known(request: Request | None, method: bytes, target: bytes) -> Head:
    """The head of a request that may have got no further than its first bytes; the path is as it was sent."""
    if request is None:
        return Head("", "", ())
    known: Head | None = getattr(request, "head", None)
    path = target.partition(b"?")[0]  # good or not, the form of the error depends on it
    return known or Head(method.decode("latin-1"), path.decode("latin-1"), _headers(request))


def _headers(request: Request) -> tuple[Header, ...]:
    return tuple(
        (name.decode("ascii").lower(), value.decode("latin-1"))
        for name, values in request.requestHeaders.getAllRawHeaders()
        for value in values
    )
