"""Runs both backends as processes of one terminal.

Each can be stopped alone: seeing one take over from the other is what they are two for. (honcho, the
usual runner, stops everything as soon as one process ends.)
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from platformdirs import user_log_path

from shared import __version__
from shared.bootstrap import child_environment
from shared.settings import Settings

MODULES = {"flask": "backend_flask", "klein": "backend_klein"}
STOP_LIMIT_S = 12.0


def serve_both(ports: Mapping[str, int], settings: Settings, workers: int = 1) -> int:
    """Start a backend on each of `ports`, wait until all have ended, return the exit status."""
    logs = user_log_path("duet", appauthor=False, ensure_exists=True)
    processes: dict[str, subprocess.Popen[str]] = {}
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        for name, port in ports.items():
            processes[name] = _start(name, port, workers, settings, logs / f"{name}.log")
        urls = {name: _wait_ready(process) for name, process in processes.items()}
        if None in urls.values():
            return _report_failure(urls, logs)
        _welcome({name: url for name, url in urls.items() if url}, processes, logs)
        return _wait(processes)
    except KeyboardInterrupt:
        click.echo("\nStopping; requests in flight are finished first ...", err=True)
        return 0
    finally:
        _stop(list(processes.values()))


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _start(name: str, port: int, workers: int, settings: Settings, log: Path) -> subprocess.Popen[str]:
    with log.open("w") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", MODULES[name], "--port", str(port), "--workers", str(workers), "--no-bootstrap"],
            env=child_environment(DUET_STORE=settings.store_url),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )


def _wait_ready(process: subprocess.Popen[str]) -> str | None:
    """The address that the backend's ready line names, or None where it ended without one."""
    assert process.stdout is not None
    line = process.stdout.readline()
    return str(json.loads(line)["url"]) if line else None


def _report_failure(urls: Mapping[str, str | None], logs: Path) -> int:
    for name, url in urls.items():
        if url is None:
            said = (logs / f"{name}.log").read_text().strip().splitlines()[-3:]
            click.echo(f"{name} did not start: " + " / ".join(said), err=True)
    return 1


def _welcome(urls: Mapping[str, str], processes: Mapping[str, subprocess.Popen[str]], logs: Path) -> None:
    click.echo(f"\nDuet {__version__} is ready.\n")
    for name, url in urls.items():
        shown = url.replace("127.0.0.1", "localhost")
        click.echo(f"  {name:6} {shown}/   log {logs / name}.log   `kill {processes[name].pid}` stops it alone")
    first = next(iter(urls.values())).replace("127.0.0.1", "localhost")
    click.echo(f"\nOpen {first}/ in a browser. Ctrl-C stops both.\n")


def _wait(processes: Mapping[str, subprocess.Popen[str]]) -> int:
    """Until all have ended, telling of each that does."""
    running = dict(processes)
    while running:
        pid, status = os.wait()
        for name, process in list(running.items()):
            if process.pid == pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                del running[name]
                rest = f"{' and '.join(running)} goes on" if running else "none is left"
                click.echo(f"{name} has ended (status {process.returncode}); {rest}.")
    return 1


def _stop(processes: list[subprocess.Popen[str]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
