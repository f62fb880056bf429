"""The asynchronous echo server: what arrives by POST goes back, and while one request waits, others are served."""

import sys
from typing import Any

from klein import Klein
from twisted.internet import reactor as _reactor
from twisted.internet.task import deferLater
from twisted.web.server import Request, Site

app = Klein()
reactor: Any = _reactor  # the event loop, which stands where the module of that name stood


@app.route("/", methods=["POST"])
def echo(request: Request) -> bytes:
    """Answer with the body as it came."""
    request.responseHeaders.setRawHeaders("Content-Type", ["application/json"])
    return request.content.read() if request.content else b""


@app.route("/slow", methods=["POST"])
async def slow(request: Request) -> bytes:
    """The same, a second later."""
    await deferLater(reactor, 1)  # gives the event loop back: it serves others until the second is over
    return echo(request)


if __name__ == "__main__":
    site = Site(app.resource())  # type: ignore[no-untyped-call, unused-ignore]  # Twisted types it only in part
    listening = reactor.listenTCP(int(sys.argv[1]), site, interface="127.0.0.1")
    print(f"listening on http://127.0.0.1:{listening.getHost().port}", flush=True)
    reactor.run()
