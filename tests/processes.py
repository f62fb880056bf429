"""Backends as real processes, for the tests: a free port, a store of their own, ended by process id."""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY_LIMIT_S = 120.0
SETTINGS: dict[str, str] = {}  # for every backend, where a test says nothing else; see `--setting` in conftest.py
MODULES = {"flask": "backend_flask", "klein": "backend_klein"}


def environment(home: Path, **settings: str) -> dict[str, str]:
    """This process's environment without its settings, with `home` as home folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DUET_")}
    return {**kept, "HOME": str(home), "XDG_DATA_HOME": str(home), "PYTHONPATH": str(ROOT), **settings}


@dataclass
class Backend:
    """A running backend; `log` holds what it wrote to standard error."""

    kind: str
    url: str
    port: int
    process: subprocess.Popen[str]
    log: Path = field(repr=False)

    def kill(self) -> None:
        """End it as a crash would (SIGKILL)."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """End it as a platform would (SIGTERM); returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)

    def log_lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


def start_backend(
    kind: str,
    *arguments: str,
    home: Path,
    port: int = 0,
    store: str | None = None,
    settings: dict[str, str] | None = None,
) -> Backend:
    """Start a backend and wait for its ready line. Raises AssertionError with its log if it ends first."""
    command = [sys.executable, "-m", MODULES[kind], "--port", str(port), *arguments]
    if store is not None:
        command += ["--store", store]
    handle, name = tempfile.mkstemp(prefix=f"{kind}-", suffix=".log", dir=home)
    log = Path(name)
    process = subprocess.Popen(
        command,
        env=environment(home, **{**SETTINGS, **(settings or {})}),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=handle,
        text=True,
    )
    os.close(handle)
    line = read_line(process, READY_LIMIT_S)
    if not line:
        process.kill()
        process.wait()
        raise AssertionError(f"{command} did not get ready:\n{log.read_text()}")
    ready = json.loads(line)
    return Backend(kind, ready["url"], ready["port"], process, log)


def duet(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `duet` with `arguments` said and how it ended, with `home` as home folder."""
    return subprocess.run(
        [sys.executable, "-m", "shared.cli", *arguments],
        env=environment(home),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def read_line(process: subprocess.Popen[str], limit_s: float) -> str:
    """The next line of its standard output; what there is of it where it ends or pauses for `limit_s`.

    Byte by byte from the pipe itself: what Python buffers, `select` can't see.
    """
    assert process.stdout is not None
    pipe, line = process.stdout.fileno(), b""
    while not line.endswith(b"\n") and select.select([pipe], [], [], limit_s)[0] and (byte := os.read(pipe, 1)):
        line += byte
    return line.decode()


def end_all(processes: Sequence[subprocess.Popen[str]]) -> None:
    """End what is still running among `processes`, politely first."""
    running = [process for process in processes if process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + 12
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for process in processes:
        if process.stdout is not None:
            process.stdout.close()
