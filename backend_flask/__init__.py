"""The synchronous backend: a Flask application made from the route table."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, request
from flask_cors.core import get_cors_options, set_cors_headers

from shared.http_api import ROUTES, Api, Cors, Head, Reply, Route

HEAD_KEY, BODY_KEY = "duet.head", "duet.body"  # where a server that has read them already leaves head and body
PRIVATE_NETWORK = "Access-Control-Allow-Private-Network"


class BareResponse(Response):
    """A response with the headers it is given and no others."""

    default_mimetype = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send what the core made, without the headers that Werkzeug would work out again (PEP 3333)."""
        start_response(self.status, self.headers.to_wsgi_list())
        return [] if environ["REQUEST_METHOD"] == "HEAD" else self.iter_encoded()


def create_app(api: Api) -> Flask:
    """A Flask application that answers with `api`."""
    app = Flask(__name__, static_folder=None)
    app.response_class = BareResponse
    app.url_map.merge_slashes = False
    for route in ROUTES:
        app.add_url_rule(
            route.rule,
            endpoint=route.name,
            view_func=_view(app, api, route),
            methods=[route.method],
            provide_automatic_options=False,
        )

    @app.errorhandler(Exception)
    def refuse(error: Exception) -> Response:
        return _response(app, api.answer_unmatched(error, _head()))

    return app


def _view(app: Flask, api: Api, route: Route) -> Callable[..., Response]:
    max_body_bytes = api.admission.max_body_bytes(route)

    def read_body() -> bytes:
        known: bytes | None = request.environ.get(BODY_KEY)
        request.max_content_length = max_body_bytes
        return request.get_data() if known is None else known

    def view(**parameters: str) -> Response:
        return _response(app, api.answer(route, _head(), parameters, read_body))

    return view


def _head() -> Head:
    known: Head | None = request.environ.get(HEAD_KEY)
    if known is not None:
        return known
    headers = tuple((name.lower(), value) for name, value in request.headers.items())
    return Head(request.method, request.path, headers, request.query_string.decode("latin-1"))


def _response(app: Flask, reply: Reply) -> Response:
    response = app.response_class([reply.body], f"{reply.status} {reply.reason}", list(reply.headers))
    return _carry(app, response, reply.cors)


def _carry(app: Flask, response: Response, cors: Cors) -> Response:
    """Let flask-cors write what the core decided."""
    if cors.allow_origin is not None:
        set_cors_headers(response, _cors_options(app, cors))
    if not cors.private_network:
        response.headers.pop(PRIVATE_NETWORK, None)  # flask-cors says "false" where the standard says nothing
    return response


@lru_cache(maxsize=64)
def _cors_options(app: Flask, cors: Cors) -> Any:
    return get_cors_options(
        app,
        {
            # Escaped: flask-cors would take the brackets of http://[::1]:8081 for a pattern.
            "origins": "*" if cors.allow_origin == "*" else [re.compile(re.escape(cors.allow_origin or ""))],
            "send_wildcard": True,
            "always_send": True,
            "methods": [],  # preflights are answered by the core
            "expose_headers": cors.expose,
            "allow_private_network": cors.private_network,
            "vary_header": False,
        },
    )
