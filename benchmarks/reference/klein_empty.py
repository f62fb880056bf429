"""The product's front door before a Klein application whose one view says nothing.

To be run with DUET_FAST_PATH=false: the fast path would answer without asking the view.
"""

import sys

from klein import Klein
from twisted.web.server import Request

from http_server.command import run
from http_server.matching import matcher
from http_server.site import StrictSite
from shared.http_api import Api


def create_app() -> Klein:
    """The application; its endpoint has the name of the route that the front door judges by."""
    app = Klein()
    app.url_map.merge_slashes = False

    @app.route("/classify", endpoint="classify", methods=["POST"])
    def nothing(request: Request) -> bytes:
        request.setHeader(b"Content-Length", b"0")  # or Twisted would send the nothing in chunks
        return b""

    return app


def main() -> None:
    """Serve on the port that the first argument names."""
    run("klein", _site, host=None, port=int(sys.argv[1]), store=None, no_bootstrap=False, workers=1, worker=False)


def _site(api: Api) -> StrictSite:
    app = create_app()
    return StrictSite(app.resource(), api, matcher(app.url_map), "Empty/Klein")


if __name__ == "__main__":
    main()
