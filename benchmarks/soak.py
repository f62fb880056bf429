"""Many requests, and many idle connections: what a backend's memory and its service are afterwards."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from socket import create_connection, socket

from benchmarks.candidates import DUET
from benchmarks.client import ask_exactly
from benchmarks.load import CLASSIFY, is_answered
from benchmarks.processes import Running, allow_many_connections, product, running
from benchmarks.report import print_setting, print_table, say
from benchmarks.stores import trained_store

WARM_UP = 1_000  # requests before memory is looked at for the first time
GOOD_PER_SECOND = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """How much to ask, how many connections to hold and for how long."""

    requests: int
    idle: int
    idle_seconds: int


def run(settings: Settings, command: str) -> None:
    """Soak both backends and print the tables."""
    allow_many_connections(settings.idle)
    many, idle = [], []
    with trained_store("lda") as store:
        for backend, name in DUET.items():
            with running(product(name, backend, {"DUET_STORE": store})) as server:
                say(f"{name}: {settings.requests:,} requests")
                many.append([name, *_many_requests(server, settings.requests)])
            with running(product(name, backend, {"DUET_STORE": store})) as server:
                say(f"{name}: {settings.idle:,} idle connections")
                idle.append([name, *_idle_connections(server, settings)])
    print("\n## Soak\n")
    print_setting(command, "one worker, every answer checked; MB are millions of bytes of resident memory")
    print_table(
        ("server", "requests", "answered rightly", "requests/s", f"MB after {WARM_UP:,}", "MB at the end", "growth"),
        many,
    )
    print(
        f"{GOOD_PER_SECOND} good requests a second for {settings.idle_seconds} s beside connections that say nothing:\n"
    )
    print_table(("server", "idle connections", "still open", "served of sent", "MB before", "kB a connection"), idle)


def _many_requests(server: Running, requests: int) -> list[str]:
    ask_exactly(server.port, CLASSIFY, WARM_UP)
    before = server.resident_mb
    begun = time.monotonic()
    right = ask_exactly(server.port, CLASSIFY, requests)
    speed = right / (time.monotonic() - begun)
    after = server.resident_mb
    growth = f"{after - before:+.2f} MB"
    return [f"{requests:,}", f"{right:,}", f"{speed:,.0f}", f"{before:.1f}", f"{after:.1f}", growth]


def _idle_connections(server: Running, settings: Settings) -> list[str]:
    ask_exactly(server.port, CLASSIFY, WARM_UP)
    before = server.resident_mb
    with _connected(server.port, settings.idle) as connections:
        sent = settings.idle_seconds * GOOD_PER_SECOND
        served = _served(server.port, sent)
        each = (server.resident_mb - before) / settings.idle * 1e3
        still_open = sum(map(_is_open, connections))
    return [f"{settings.idle:,}", f"{still_open:,}", f"{served} of {sent}", f"{before:.1f}", f"{each:.1f}"]


@contextmanager
def _connected(port: int, count: int) -> Iterator[list[socket]]:
    with ExitStack() as stack:
        yield [stack.enter_context(create_connection(("127.0.0.1", port), 5)) for _ in range(count)]


def _served(port: int, sent: int) -> int:
    """How many of `sent` requests, each on a connection of its own, are answered rightly within 0.5 s."""
    begun = time.monotonic()
    served = 0
    for index in range(sent):
        time.sleep(max(0.0, begun + index / GOOD_PER_SECOND - time.monotonic()))
        served += is_answered(port, CLASSIFY, timeout_s=0.5)
    return served


def _is_open(connection: socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False
