"""Several processes that serve one port: what one interpreter can't do, use more than one core.

Each worker listens on the port itself (SO_REUSEPORT) and the system spreads connections over them. The parent
starts them, starts again what dies, and passes on what it is told; workers end with their parent.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from typing import NoReturn

from prometheus_client.multiprocess import mark_process_dead

from http_server.serve import listening_socket, say_ready
from shared.http_api.metrics import FOLDER_VARIABLE

STOP_LIMIT_S = 12.0  # a worker takes at most 10 to drain
PAUSE_S = 0.5  # between looks at whether all are alive


def serve_with_workers(
    command: Sequence[str], environment: Mapping[str, str], count: int, *, backend: str, host: str, port: int
) -> int:
    """Run `command` `count` times, with ``--port`` and ``--worker`` appended; returns the exit status.

    The first worker is waited for before the others start, so that it alone trains what is missing. Says that
    it is ready when all are.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    with _reserved(host, port) as reserved, tempfile.TemporaryDirectory(prefix="duet-metrics-") as folder:
        bound: int = reserved.getsockname()[1]
        arguments = [*command, "--port", str(bound), "--worker"]
        workers = _Workers(arguments, {**environment, FOLDER_VARIABLE: folder})
        try:
            for _ in range(count):
                if not workers.start():
                    return 1
            say_ready(backend, host, bound)
            workers.keep_alive()
        except KeyboardInterrupt:
            return 0
        finally:
            workers.stop()


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _reserved(host: str, port: int) -> socket.socket:
    """A socket bound to `port`, so that it stays ours, and not listening, so that it gets no connection."""
    # A port that other workers share already would be given to us as well: ask first as one who does not share.
    probe = listening_socket(host, port)
    family, bound = probe.family, probe.getsockname()[1]
    probe.close()
    reserved = socket.socket(family)
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    reserved.bind((host.strip("[]"), bound))
    return reserved


class _Workers:
    def __init__(self, arguments: Sequence[str], environment: dict[str, str]) -> None:
        self._arguments = arguments
        self._environment = environment
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> bool:
        """Start one and wait until it serves; False where it ended instead."""
        worker = subprocess.Popen(self._arguments, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._running.append(worker)
        assert worker.stdout is not None
        return bool(worker.stdout.readline())

    def keep_alive(self) -> NoReturn:
        """Start again whatever ends, until interrupted."""
        while True:
            time.sleep(PAUSE_S)
            for worker in [worker for worker in self._running if worker.poll() is not None]:
                self._running.remove(worker)
                mark_process_dead(worker.pid, self._environment[FOLDER_VARIABLE])
                self.start()

    def stop(self) -> None:
        """End all, politely first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        for worker in self._running:
            worker.terminate()
        for worker in self._running:
            try:
                worker.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()


def end_with_parent() -> None:
    """Ask this process to stop when its standard input closes, as it does when the parent dies, however it dies."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()
