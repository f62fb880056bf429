"""`python -m backend_flask`: Flask behind Twisted's WSGI container, one request at a time."""

from importlib.metadata import version
from typing import Any

import click
from twisted.internet import reactor as _reactor
from twisted.python.threadpool import ThreadPool
from twisted.web.wsgi import WSGIResource

from backend_flask import create_app
from http_server import StrictSite
from http_server.command import run, server_options
from http_server.matching import matcher
from shared import __version__
from shared.http_api import Api

reactor: Any = _reactor  # the module is replaced by the reactor when it is imported
BANNER = f"Duet/{__version__} Flask/{version('flask')}"


@click.command()
@click.option("--port", default=8081, show_default=True, help="Port to listen on; 0 picks a free one.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Requests handled at once.")
@server_options
def main(port: int, workers: int, host: str | None, store: str | None, no_bootstrap: bool) -> None:
    """Serve the models with Flask."""
    run("flask", lambda api: _site(api, workers), host=host, port=port, store=store, no_bootstrap=no_bootstrap)


def _site(api: Api, workers: int) -> StrictSite:
    app = create_app(api)
    threads = ThreadPool(minthreads=workers, maxthreads=workers, name="wsgi")
    reactor.callWhenRunning(threads.start)
    return StrictSite(WSGIResource(reactor, threads, app), api, matcher(app.url_map), BANNER)


if __name__ == "__main__":
    main()
