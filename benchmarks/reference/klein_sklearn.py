"""Klein and scikit-learn as tutorials show them: `json.loads`, predict on the reactor, `json.dumps`.

Served as `Klein.run` does it, but without its access log and without tracebacks in answers.
"""

import json
import sys
from typing import Any

from klein import Klein
from twisted.internet import reactor as _reactor
from twisted.web.server import Request, Site

from benchmarks.reference.estimators import Iris


class QuietSite(Site):
    """A site that keeps no access log."""

    def log(self, request: Any) -> None:
        """Keeps nothing."""


def create_app() -> Klein:
    """The application."""
    app, iris = Klein(), Iris()

    @app.route("/classify", methods=["POST"])
    def classify(request: Request) -> bytes:
        content: Any = request.content
        label, probabilities = iris.classify(json.loads(content.read())["data"])
        request.setHeader(b"Content-Type", b"application/json")
        return json.dumps({"label": label, "probabilities": probabilities}).encode()

    return app


def main() -> None:
    """Serve on the port that the first argument names."""
    reactor: Any = _reactor
    site = QuietSite(create_app().resource())
    site.displayTracebacks = False
    reactor.listenTCP(int(sys.argv[1]), site, interface="127.0.0.1")
    reactor.run()


if __name__ == "__main__":
    main()
