"""Which server should stand in front of the synchronous backend?

The same Flask application behind each candidate, one worker: requests per second (closed loop, wrk), good
requests served beside slow and idle clients, and requests lost at SIGTERM. Servers take turns in each
round, so that a machine that drifts hits all alike; the ratio to gunicorn is what carries over.
"""

import contextlib
import json
import os
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, SECONDS, CONNECTIONS = 3, 4, 16
SLOW_CLIENTS, IDLE_CLIENTS, SLOW_SECONDS, GOOD_PER_SECOND = 200, 500, 4.0, 20
IN_FLIGHT = 32
BODY = b'{"data": [5.1, 3.5, 1.4, 0.2]}'
SCRIPT = 'wrk.method = "POST"\nwrk.body = \'{"data": [5.1, 3.5, 1.4, 0.2]}\'\n'

Command = Callable[[int], list[str]]
PYTHON = sys.executable
SERVERS: dict[str, Command] = {
    "gunicorn, sync worker": lambda port: [
        *(PYTHON, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--log-level", "error", "backend_flask.wsgi:app"),
    ],
    "waitress, 1 thread": lambda port: [
        *(PYTHON, "-m", "waitress", "--host=127.0.0.1", f"--port={port}", "--threads=1"),
        *("--connection-limit=4000", "--asyncore-use-poll", "backend_flask.wsgi:app"),
    ],
    "granian, 1 blocking thread": lambda port: [
        *(str(Path(PYTHON).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "1", "--no-log", "backend_flask.wsgi:app"),
    ],
    "Twisted WSGIResource": lambda port: [PYTHON, "-m", "benchmarks.twisted_wsgi", str(port)],
    "Duet (Twisted, own container)": lambda port: [PYTHON, "-m", "backend_flask", "--port", str(port)],
    "for comparison: Duet's Klein": lambda port: [PYTHON, "-m", "backend_klein", "--port", str(port)],
}


def main() -> None:
    """Measure all and print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        store = f"sqlite:///{folder}/store.sqlite3"
        script = Path(folder) / "classify.lua"
        script.write_text(SCRIPT)
        rates: dict[str, list[tuple[float, float]]] = {name: [] for name in SERVERS}
        for turn in range(ROUNDS):
            for name, command in SERVERS.items():
                with _running(command, store) as (port, _):
                    rates[name].append((_rate(port, "/home", None), _rate(port, "/classify", script)))
                print(f"round {turn + 1}: {name}: {rates[name][-1][0]:.0f}, {rates[name][-1][1]:.0f} requests/s")
        faults = {name: _faults(command, store) for name, command in SERVERS.items()}
    _report(rates, faults)


def _report(rates: dict[str, list[tuple[float, float]]], faults: dict[str, tuple[str, ...]]) -> None:
    home = {name: statistics.median(pair[0] for pair in pairs) for name, pairs in rates.items()}
    classify = {name: statistics.median(pair[1] for pair in pairs) for name, pairs in rates.items()}
    base = next(iter(SERVERS))
    print(f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, one worker,")
    print(f"{CONNECTIONS} connections, median of {ROUNDS} rounds of {SECONDS} s; good requests served of those sent\n")
    print("| server | GET /home | ratio | POST /classify | ratio | drip heads | drip bodies | idle | lost at SIGTERM |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in SERVERS:
        ratios = home[name] / home[base], classify[name] / classify[base]
        row = [
            f"{home[name]:,.0f}/s",
            f"{ratios[0]:.2f}",
            f"{classify[name]:,.0f}/s",
            f"{ratios[1]:.2f}",
            *faults[name],
        ]
        print(f"| {name} | " + " | ".join(row) + " |")


@contextlib.contextmanager
def _running(command: Command, store: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A server on a free port, on the first core, ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "DUET_HOST": "127.0.0.1", "DUET_STORE": store}
    process = subprocess.Popen(
        _pinned(0, command(port)),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_until_it_answers(port, process)
        yield port, process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(12)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _pinned(core: int, command: list[str]) -> list[str]:
    """`command` on one core, where the system can do that: servers on the first, load on the second."""
    return ["taskset", "--cpu-list", str(core), *command] if shutil.which("taskset") else command


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if _ask(port, timeout_s=2) == "setosa":
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not answer rightly")


def _rate(port: int, path: str, script: Path | None) -> float:
    wrk = shutil.which("wrk") or "wrk"
    arguments = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *(["-s", str(script)] if script else [])]
    result = subprocess.run(
        _pinned(1, [*arguments, f"http://127.0.0.1:{port}{path}"]), capture_output=True, text=True, check=True
    )
    if "Non-2xx" in result.stdout:
        raise RuntimeError(result.stdout)
    found = re.search(r"Requests/sec:\s+([\d.]+)", result.stdout)
    assert found is not None
    return float(found[1])


def _request(body: bytes = BODY) -> bytes:
    return b"POST /classify HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" + body


def _whole_request(port: int) -> bytes:
    return _request() % (f"127.0.0.1:{port}".encode(), len(BODY))


def _ask(port: int, timeout_s: float) -> str | None:
    """The label of the answer to one good request, or None."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout_s) as connection:
            connection.sendall(_whole_request(port))
            return _label(connection)
    except OSError:
        return None


def _label(connection: socket.socket) -> str | None:
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        return None
    return str(json.loads(body)["label"])


def _faults(command: Command, store: str) -> tuple[str, ...]:
    """Good requests served beside three kinds of slow clients, and what SIGTERM loses."""
    columns = []
    for clients, start, drip in (
        (SLOW_CLIENTS, b"POST /classify HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Slow: ", b"a"),
        (SLOW_CLIENTS, b"POST /classify HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 1000\r\n\r\n", b" "),
        (IDLE_CLIENTS, b"", b""),
    ):
        with _running(command, store) as (port, _):
            columns.append(_served_beside(port, clients, start % port if start else b"", drip))
    with _running(command, store) as (port, process):
        columns.append(_lost_at_sigterm(port, process))
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
        served += _ask(port, timeout_s=0.5) == "setosa"
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


def _lost_at_sigterm(port: int, process: subprocess.Popen[bytes]) -> str:
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 10)) for _ in range(IN_FLIGHT)]
        for connection in connections:
            connection.sendall(_whole_request(port))
        os.killpg(process.pid, signal.SIGTERM)
        answered = 0
        for connection in connections:
            with contextlib.suppress(OSError, ValueError):
                answered += _label(connection) == "setosa"
    return f"{IN_FLIGHT - answered}/{IN_FLIGHT}"
