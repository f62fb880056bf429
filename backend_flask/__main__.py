"""`python -m backend_flask`: Flask in a WSGI container on Twisted, one request at a time."""

from importlib.metadata import version
from typing import Any

import click

from backend_flask import create_app
from http_server.command import run, server_options
from http_server.matching import matcher
from http_server.site import StrictSite
from http_server.wsgi import WSGIContainer
from shared import __version__
from shared.http_api import Api

BANNER = f"Duet/{__version__} Flask/{version('flask')}"


@click.command()
@click.option("--port", default=8081, show_default=True, help="Port to listen on; 0 picks a free one.")
@click.option(
    "--threads", default=1, show_default=True, type=click.IntRange(1, 64), help="Requests handled at once by a process."
)
@server_options
def main(threads: int, **options: Any) -> None:
    """Serve the models with Flask."""
    run("flask", lambda api: _site(api, threads), "--threads", str(threads), **options)


def _site(api: Api, threads: int) -> StrictSite:
    app = create_app(api)
    container = WSGIContainer(app.wsgi_app, threads)
    return StrictSite(container, api, matcher(app.url_map), BANNER, lambda: container.is_free)


if __name__ == "__main__":
    main()
