"""`python -m backend_klein`: Klein on Twisted; what waits is run off the reactor."""

from importlib.metadata import version
from typing import Any

import click

from backend_klein import create_app
from http_server.command import run, server_options
from http_server.matching import matcher
from http_server.site import StrictSite
from shared import __version__
from shared.http_api import Api

BANNER = f"Duet/{__version__} Klein/{version('klein')}"


@click.command()
@click.option("--port", default=8082, show_default=True, help="Port to listen on; 0 picks a free one.")
@click.option(
    "--inference",
    default="inline",
    show_default=True,
    type=click.Choice(["inline", "thread"]),
    help="Where models answer: on the reactor's thread, or in threads of a pool.",
)
@server_options
def main(inference: str, **options: Any) -> None:
    """Serve the models with Klein."""
    run("klein", lambda api: _site(api, in_threads=inference == "thread"), "--inference", inference, **options)


def _site(api: Api, *, in_threads: bool) -> StrictSite:
    app = create_app(api, in_threads=in_threads)
    # The short way answers on the reactor's thread, so it is never free where all is done in others.
    return StrictSite(app.resource(), api, matcher(app.url_map), BANNER, lambda: not in_threads)


if __name__ == "__main__":
    main()
