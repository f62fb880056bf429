"""Binds, says where, serves until told to stop, and lets what is in flight finish."""

import json
import os
import socket
import sys
from collections.abc import Callable
from time import monotonic
from typing import Any

from twisted.internet import task
from twisted.internet.defer import Deferred, inlineCallbacks

from http_server.site import StrictSite

GRACE_S = 0.3  # for requests that are on their way
DRAIN_S = 7.0  # for what is in flight; then trainings are ended and their callers told
LAST_WORDS_S = 2.0  # for those answers; together under the 10 s that platforms wait before SIGKILL
POLL_S = 0.05
BACKLOG = 1024  # connections that wait to be accepted
THREADS = 32  # for handlers that block; trainings may hold up to 20 of them

MakeSite = Callable[[int], StrictSite]


def listening_socket(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A socket that listens on `port` (0: any free one); `shared` lets other processes listen there as well.

    Exits with a message where the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host.strip("[]"), port), family=family, backlog=BACKLOG, reuse_port=shared)
    except OSError as error:
        sys.exit(f"duet: port {port} on {host} can't be used ({error.strerror}); choose another one")


def serve(
    make_site: MakeSite, listener: socket.socket, *, backend: str, host: str, on_stop: Callable[[], None]
) -> None:
    """Serve on `listener` until SIGTERM or SIGINT; `make_site` is given the port.

    Prints one line of JSON on standard output when requests are answered. `on_stop` ends what still
    keeps requests waiting when the time to drain is over.
    """
    from twisted.internet import reactor as installed

    reactor: Any = installed  # a module by its name, and the reactor's methods by its content
    reactor.suggestThreadPoolSize(THREADS)
    port: int = listener.getsockname()[1]
    site = make_site(port)
    listener.setblocking(False)
    listening = reactor.adoptStreamPort(listener.fileno(), listener.family, site)
    listener.close()  # adopted means copied
    reactor.addSystemEventTrigger("before", "shutdown", _drain, site, listening, on_stop)
    reactor.callWhenRunning(say_ready, backend, host, port)
    reactor.run()


def say_ready(backend: str, host: str, port: int) -> None:
    """The line that says where requests are answered from now on."""
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
