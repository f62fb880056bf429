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
@server_options
def main(**options: Any) -> None:
    """Serve the models with Klein."""
    run("klein", _site, **options)


def _site(api: Api) -> StrictSite:
    app = create_app(api)
    return StrictSite(app.resource(), api, matcher(app.url_map), BANNER)


if __name__ == "__main__":
    main()
