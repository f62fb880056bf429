"""What the commands of both backends share: options, composition, serving."""

import gc
import os
import sys
from collections.abc import Callable
from typing import Any

import click

from http_server.serve import listening_socket, serve
from http_server.site import StrictSite
from http_server.workers import end_with_parent, serve_with_workers
from shared import bootstrap
from shared.errors import StoreError
from shared.http_api import Api
from shared.http_api.static_files import read_static_files
from shared.logs import configure_logs
from shared.settings import SettingsError, read_settings


def server_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every backend has."""
    for option in (
        click.option(
            "--no-bootstrap", is_flag=True, help="Start untrained instead of training the default models first."
        ),
        click.option(
            "--store", metavar="URL", help="SQLAlchemy URL of the store (default: a SQLite file of the user's)."
        ),
        click.option("--host", metavar="ADDRESS", help="Address to listen on (default 127.0.0.1)."),
        click.option(
            "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes, one core each."
        ),
        click.option("--worker", is_flag=True, hidden=True, help="Be one of several workers of a port."),
    ):
        command = option(command)
    return command


def run(
    backend: str,
    make_site: Callable[[Api], StrictSite],
    *further: str,
    host: str | None,
    port: int,
    store: str | None,
    no_bootstrap: bool,
    workers: int,
    worker: bool,
) -> None:
    """Compose the service and serve it until told to stop; `further` arguments go to the workers."""
    configure_logs()
    try:
        settings = read_settings(host=host, store=store)
        if workers > 1:
            arguments = [*further, "--host", settings.host]
            arguments += ["--no-bootstrap"] if no_bootstrap else []
            command = [sys.executable, "-m", f"backend_{backend}", *arguments]
            # Not as an argument: a URL may hold a password, and everybody on this machine can read arguments.
            environment = bootstrap.child_environment(DUET_STORE=settings.store_url)
            sys.exit(serve_with_workers(command, environment, workers, backend=backend, host=settings.host, port=port))
        listener = listening_socket(settings.host, port, shared=worker)
        service = bootstrap.open_service(settings, backend)
        if not no_bootstrap:
            bootstrap.ensure_trained(service)
    except (SettingsError, StoreError) as error:
        sys.exit(f"duet: {error}")
    if worker:
        end_with_parent()
    following = bootstrap.follow_store(service, settings)
    files = read_static_files(bootstrap.FRONTEND)
    # What is loaded by now stays: the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    try:
        serve(
            lambda bound: make_site(Api(service, files, settings, bound, backend)),
            listener,
            backend=backend,
            host=settings.host,
            on_stop=service.close,
        )
    finally:
        following.set()
    # Threads of a training that was cut short may still wait; everything that matters is on disk.
    _flush()
    os._exit(0)


def _flush() -> None:
    streams: tuple[Any, ...] = (sys.stdout, sys.stderr)
    for stream in streams:
        stream.flush()
