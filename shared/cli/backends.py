"""Starts backends as processes, waits until they answer, and ends them."""

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from shared.bootstrap import child_environment
from shared.settings import Settings

MODULES = {"flask": "backend_flask", "klein": "backend_klein"}
STOP_LIMIT_S = 12.0


def interrupted_by_sigterm() -> None:
    """From now on SIGTERM is like Ctrl-C, so that what was started is ended."""
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def start(name: str, arguments: Sequence[str], settings: Settings, log: Path) -> subprocess.Popen[str]:
    """Start the backend called `name`; what it writes to standard error goes to `log`."""
    with log.open("w") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", MODULES[name], *arguments],
            env=child_environment(DUET_STORE=settings.store_url),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )


def wait_ready(process: subprocess.Popen[str]) -> str | None:
    """The address that the backend's ready line names, or None where it ended without one."""
    assert process.stdout is not None
    line = process.stdout.readline()
    return str(json.loads(line)["url"]) if line else None


def last_words(log: Path) -> str:
    """The end of what a backend wrote to standard error, in one line."""
    return " / ".join(log.read_text().strip().splitlines()[-3:])


def stop(processes: Sequence[subprocess.Popen[str]]) -> None:
    """End all, politely first."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
