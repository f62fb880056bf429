"""The product's front door and WSGI container before a Flask application whose one view says nothing.

To be run with DUET_FAST_PATH=false: the fast path would answer without asking the view.
"""

import sys

from flask import Flask, Response

from http_server.command import run
from http_server.matching import matcher
from http_server.site import StrictSite
from http_server.wsgi import WSGIContainer
from shared.http_api import Api


def create_app() -> Flask:
    """The application; its endpoint has the name of the route that the front door judges by."""
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False

    @app.post("/classify", endpoint="classify", provide_automatic_options=False)
    def nothing() -> Response:
        return Response()

    return app


def main() -> None:
    """Serve on the port that the first argument names."""
    run("flask", _site, host=None, port=int(sys.argv[1]), store=None, no_bootstrap=False, workers=1, worker=False)


def _site(api: Api) -> StrictSite:
    app = create_app()
    container = WSGIContainer(app.wsgi_app)
    return StrictSite(container, api, matcher(app.url_map), "Empty/Flask", lambda: container.is_free)


if __name__ == "__main__":
    main()
