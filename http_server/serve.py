"""Binds, says where, serves until told to stop, and lets what is in flight finish."""

import json
import os
import sys
from collections.abc import Callable
from time import monotonic
from typing import Any

from twisted.internet import task
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.error import CannotListenError

from http_server.site import StrictSite

GRACE_S = 0.3  # for requests that are on their way
DRAIN_S = 7.0  # for what is in flight; then trainings are ended and their callers told
LAST_WORDS_S = 2.0  # for those answers; together under the 10 s that platforms wait before SIGKILL
POLL_S = 0.05
THREADS = 32  # for handlers that block; trainings may hold up to 20 of them

MakeSite = Callable[[int], StrictSite]


def serve(
    make_site: MakeSite, *, backend: str, host: str, port: int, on_stop: Callable[[], None], backlog: int = 1024
) -> None:
    """Serve until SIGTERM or SIGINT; `make_site` is given the port, which `port=0` leaves to the system.

    Prints one line of JSON on standard output when requests are answered. `on_stop` ends what still
    keeps requests waiting when the time to drain is over. Exits with a message where the port is taken.
    """
    from twisted.internet import reactor as installed

    reactor: Any = installed  # a module by its name, and the reactor's methods by its content
    reactor.suggestThreadPoolSize(THREADS)
    later = _LateFactory(make_site)
    try:
        listening = reactor.listenTCP(port, later, backlog=backlog, interface=host)
    except CannotListenError as error:
        sys.exit(f"duet: port {port} on {host} can't be used ({error.socketError.strerror}); choose another one")
    bound = listening.getHost().port
    site = later.start(bound)
    reactor.addSystemEventTrigger("before", "shutdown", _drain, site, listening, on_stop)
    reactor.callWhenRunning(_say_ready, backend, host, bound)
    reactor.run()


class _LateFactory:
    """Stands in while the port is being found out: the site needs it to judge Host headers."""

    noisy = False

    def __init__(self, make_site: MakeSite) -> None:
        self._make_site = make_site
        self._site: StrictSite | None = None

    def start(self, port: int) -> StrictSite:
        self._site = self._make_site(port)
        self._site.doStart()
        return self._site

    def buildProtocol(self, addr: Any) -> Any:
        assert self._site is not None
        return self._site.buildProtocol(addr)

    def doStart(self) -> None:
        """The site is started when it is made."""

    def doStop(self) -> None:
        if self._site is not None:
            self._site.doStop()


def _say_ready(backend: str, host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    line = {"event": "listening", "backend": backend, "url": f"http://{shown}:{port}", "port": port, "pid": os.getpid()}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


@inlineCallbacks
def _drain(site: StrictSite, listening: Any, on_stop: Callable[[], None]) -> Any:
    site.drain()
    # Requests that were on their way when the signal came are in the system's queues still: take them.
    yield task.deferLater(site.reactor, GRACE_S)
    yield listening.stopListening()
    site.close_idle()
    yield _until_all_are_gone(site, DRAIN_S)
    on_stop()
    yield _until_all_are_gone(site, LAST_WORDS_S)


@inlineCallbacks
def _until_all_are_gone(site: StrictSite, limit_s: float) -> Any:
    clock: Any = site.reactor
    ends = monotonic() + limit_s
    # An answer that is complete may still wait to be sent: what counts is that its connection has ended.
    while site.channels and monotonic() < ends:
        pause: Deferred[None] = task.deferLater(clock, POLL_S)
        yield pause
