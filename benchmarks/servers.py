"""Which server should stand in front of the synchronous backend?

The same Flask application behind each candidate, one worker: requests per second (closed loop, wrk), good
requests served beside slow and idle clients, and requests lost at SIGTERM. Servers take turns in each
round, so that a machine that drifts hits all alike; the ratio to gunicorn is what carries over.
"""

import contextlib
import json
import os
import platform
import signal
import socket
import statistics
import threading
import time
from pathlib import Path

from benchmarks.load import CLASSIFY, CONNECTIONS, HOME, LABEL, is_answered, wrk
from benchmarks.processes import PYTHON, Running, Server, product, running
from benchmarks.report import say
from benchmarks.stores import trained_store

ROUNDS, SECONDS = 3, 4
SLOW_CLIENTS, IDLE_CLIENTS, SLOW_SECONDS, GOOD_PER_SECOND = 200, 500, 4.0, 20
IN_FLIGHT = 32


def candidates(store: str) -> list[Server]:
    """The servers; the first is what the others are compared with."""
    stored = {"DUET_STORE": store}
    granian = str(Path(PYTHON).parent / "granian")
    return [
        Server(
            "gunicorn, sync worker",
            lambda port: [
                *(PYTHON, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--log-level", "error"),
                "backend_flask.wsgi:app",
            ],
            stored,
        ),
        Server(
            "waitress, 1 thread",
            lambda port: [
                *(PYTHON, "-m", "waitress", "--host=127.0.0.1", f"--port={port}", "--threads=1"),
                *("--connection-limit=4000", "--asyncore-use-poll", "backend_flask.wsgi:app"),
            ],
            stored,
        ),
        Server(
            "granian, 1 blocking thread",
            lambda port: [
                *(granian, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
                *("--workers", "1", "--blocking-threads", "1", "--no-log", "backend_flask.wsgi:app"),
            ],
            stored,
        ),
        Server("Twisted WSGIResource", lambda port: [PYTHON, "-m", "benchmarks.twisted_wsgi", str(port)], stored),
        product("Duet (Twisted, own container)", "flask", stored),
        product("for comparison: Duet's Klein", "klein", stored),
    ]


def main() -> None:
    """Measure all and print the tables."""
    with trained_store("lda") as store:
        servers = candidates(store)
        rates: dict[str, list[tuple[float, float]]] = {server.name: [] for server in servers}
        for turn in range(ROUNDS):
            for server in servers:
                with running(server) as found:
                    home, classify = (wrk(found.port, task, SECONDS).per_second for task in (HOME, CLASSIFY))
                rates[server.name].append((home, classify))
                say(f"round {turn + 1}: {server.name}: {home:.0f}, {classify:.0f} requests/s")
        faults = {server.name: _faults(server) for server in servers}
    _report(rates, faults)


def _report(rates: dict[str, list[tuple[float, float]]], faults: dict[str, tuple[str, ...]]) -> None:
    home = {name: statistics.median(pair[0] for pair in pairs) for name, pairs in rates.items()}
    classify = {name: statistics.median(pair[1] for pair in pairs) for name, pairs in rates.items()}
    base = next(iter(rates))
    print(f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, one worker,")
    print(f"{CONNECTIONS} connections, median of {ROUNDS} rounds of {SECONDS} s; good requests served of those sent\n")
    print("| server | GET /home | ratio | POST /classify | ratio | drip heads | drip bodies | idle | lost at SIGTERM |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in rates:
        ratios = home[name] / home[base], classify[name] / classify[base]
        row = [
            f"{home[name]:,.0f}/s",
            f"{ratios[0]:.2f}",
            f"{classify[name]:,.0f}/s",
            f"{ratios[1]:.2f}",
            *faults[name],
        ]
        print(f"| {name} | " + " | ".join(row) + " |")


def _request(port: int) -> bytes:
    """A good request on a connection of its own."""
    return CLASSIFY.wire(port).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)


def _label(connection: socket.socket) -> str | None:
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        return None
    return str(json.loads(body)["label"])


def _faults(server: Server) -> tuple[str, ...]:
    """Good requests served beside three kinds of slow clients, and what SIGTERM loses."""
    columns = []
    for clients, start, drip in (
        (SLOW_CLIENTS, b"POST /classify HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Slow: ", b"a"),
        (SLOW_CLIENTS, b"POST /classify HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 1000\r\n\r\n", b" "),
        (IDLE_CLIENTS, b"", b""),
    ):
        with running(server) as found:
            port = found.port
            columns.append(_served_beside(port, clients, start % port if start else b"", drip))
    with running(server) as found:
        columns.append(_lost_at_sigterm(found))
    return tuple(columns)


def _served_beside(port: int, clients: int, start: bytes, drip: bytes) -> str:
    stop = threading.Event()
    dripping = threading.Thread(target=_drip, args=(port, clients, start, drip, stop))
    dripping.start()
    time.sleep(1.0)  # time for them to connect: the attack is what is waited for, not the server
    sent = int(SLOW_SECONDS * GOOD_PER_SECOND)
    served = 0
    begun = time.monotonic()
    for index in range(sent):
        time.sleep(max(0.0, begun + index / GOOD_PER_SECOND - time.monotonic()))
        served += is_answered(port, CLASSIFY, timeout_s=0.5)
    stop.set()
    dripping.join()
    return f"{served}/{sent}"


def _drip(port: int, clients: int, start: bytes, drip: bytes, stop: threading.Event) -> None:
    with contextlib.ExitStack() as stack:
        connections = []
        for _ in range(clients):
            with contextlib.suppress(OSError):
                connections.append(stack.enter_context(socket.create_connection(("127.0.0.1", port), 1)))
                connections[-1].sendall(start)
        while not stop.wait(0.5):
            for connection in connections:
                with contextlib.suppress(OSError):
                    connection.sendall(drip)


def _lost_at_sigterm(server: Running) -> str:
    with contextlib.ExitStack() as stack:
        connections = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 10)) for _ in range(IN_FLIGHT)
        ]
        for connection in connections:
            connection.sendall(_request(server.port))
        os.killpg(server.process.pid, signal.SIGTERM)
        answered = 0
        for connection in connections:
            with contextlib.suppress(OSError, ValueError):
                answered += _label(connection) == LABEL
    return f"{IN_FLIGHT - answered}/{IN_FLIGHT}"
