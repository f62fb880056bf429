"""Starts servers on free ports of the loopback interface, on the first core, and ends them."""

import contextlib
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from benchmarks.cores import SERVER_CORE, pinned
from benchmarks.load import CLASSIFY, Task, is_answered
from shared.compare.usage import resident_mb

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
START_LIMIT_S, STOP_LIMIT_S = 90.0, 12.0
POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class Server:
    """Something that listens; `command` is given the port.

    One that `says_ready` prints the product's ready line and is given port 0. A server is ready when it
    answers `ready` rightly.
    """

    name: str
    command: Callable[[int], list[str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    says_ready: bool = False
    ready: Task = CLASSIFY


@dataclass(frozen=True, slots=True)
class Running:
    """A server that has answered rightly; `first_answer_s` is how long after its start that was."""

    port: int
    process: subprocess.Popen[bytes]
    first_answer_s: float

    @property
    def resident_mb(self) -> float:
        """The resident memory of its process now, in MB of 1,000,000 bytes."""
        return resident_mb(self.process.pid)


def product(name: str, backend: str, environment: Mapping[str, str], *arguments: str) -> Server:
    """The product's own server, whose backend is `flask` or `klein`, started as a user would."""
    return Server(
        name,
        lambda port: [PYTHON, "-m", f"backend_{backend}", "--port", str(port), *arguments],
        environment,
        says_ready=True,
    )


@contextlib.contextmanager
def running(server: Server) -> Iterator[Running]:
    """`server`, ended afterwards. Raises RuntimeError with its last words if it doesn't answer rightly.

    Standard error, where the product's access log goes, is a file.
    """
    port = 0 if server.says_ready else _free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith("DUET_")}
    with tempfile.TemporaryFile() as log:
        started = time.monotonic()
        process = subprocess.Popen(
            pinned(SERVER_CORE, server.command(port)),
            cwd=ROOT,
            env={**own, "PORT": str(port), "DUET_HOST": "127.0.0.1", **server.environment},
            stdout=subprocess.PIPE if server.says_ready else subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
        try:
            port = _port_of_ready_line(process) if server.says_ready else port
            _wait_until_it_answers(process, port, server.ready)
            yield Running(port, process, time.monotonic() - started)
        except _NoAnswer:
            raise RuntimeError(f"{server.name} does not answer rightly:\n{_last_words(log)}") from None
        finally:
            _end(process)


def allow_many_connections(count: int) -> None:
    """Let this process, and what it starts, hold `count` connections. Raises ValueError if the system refuses."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + 256
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class _NoAnswer(Exception):
    """The server ended, or said nothing, or something wrong."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _port_of_ready_line(process: subprocess.Popen[bytes]) -> int:
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], START_LIMIT_S)[0]:
        raise _NoAnswer
    line = process.stdout.readline()
    if not line:
        raise _NoAnswer
    return int(json.loads(line)["port"])


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, task: Task) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while not is_answered(port, task, timeout_s=2):
        if time.monotonic() > deadline or process.poll() is not None:
            raise _NoAnswer
        time.sleep(POLL_S)


def _last_words(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read()[-2000:].decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_LIMIT_S)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
