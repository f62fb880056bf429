"""Runs both backends as processes of one terminal.

Each can be stopped alone: seeing one take over from the other is what they are two for. (honcho, the
usual runner, stops everything as soon as one process ends.)
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import click
from platformdirs import user_log_path

from shared import __version__
from shared.cli.backends import interrupted_by_sigterm, last_words, start, stop, wait_ready
from shared.settings import Settings


def serve_both(ports: Mapping[str, int], settings: Settings, workers: int = 1) -> int:
    """Start a backend on each of `ports`, wait until all have ended, return the exit status."""
    logs = user_log_path("duet", appauthor=False, ensure_exists=True)
    processes: dict[str, subprocess.Popen[str]] = {}
    interrupted_by_sigterm()
    try:
        for name, port in ports.items():
            arguments = ["--port", str(port), "--workers", str(workers), "--no-bootstrap"]
            processes[name] = start(name, arguments, settings, logs / f"{name}.log")
        urls = {name: wait_ready(process) for name, process in processes.items()}
        if None in urls.values():
            return _report_failure(urls, logs)
        _welcome({name: url for name, url in urls.items() if url}, processes, logs)
        return _wait(processes)
    except KeyboardInterrupt:
        click.echo("\nStopping; requests in flight are finished first ...", err=True)
        return 0
    finally:
        stop(list(processes.values()))


def _report_failure(urls: Mapping[str, str | None], logs: Path) -> int:
    for name, url in urls.items():
        if url is None:
            click.echo(f"{name} did not start: {last_words(logs / f'{name}.log')}", err=True)
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
