"""The asynchronous backend: a Klein application on Twisted, made from the route table."""

from collections.abc import Callable
from typing import Any

from klein import Klein
from twisted.internet.threads import deferToThread
from twisted.python.failure import Failure
from twisted.web.server import Request

from http_server.channel import head_of
from shared.http_api import ROUTES, Api, Reply, Route


def create_app(api: Api) -> Klein:
    """A Klein application that answers with `api`."""
    app = Klein()
    app.url_map.merge_slashes = False
    for route in ROUTES:
        app.route(route.rule, endpoint=route.name, methods=[route.method])(_view(api, route))

    @app.handle_errors(Exception)
    def refuse(request: Request, failure: Failure) -> bytes:
        return _send(request, api.refuse(failure.value, head_of(request, request.method, request.uri)))

    return app


def _view(api: Api, route: Route) -> Callable[..., Any]:
    def inline(request: Request, **parameters: str) -> bytes:
        return _send(request, api.answer(route, head_of(request, request.method, request.uri), parameters, _reader(request)))

    async def off_the_reactor(request: Request, **parameters: str) -> bytes:
        head, body = head_of(request, request.method, request.uri), _reader(request)
        return _send(request, await deferToThread(api.answer, route, head, parameters, body))

    return off_the_reactor if route.blocks else inline


def _reader(request: Request) -> Callable[[], bytes]:
    content = request.content
    return content.read


def _send(request: Request, reply: Reply) -> bytes:
    request.setResponseCode(reply.status, reply.reason.encode())
    for name, value in reply.all_headers():
        request.responseHeaders.addRawHeader(name.encode(), value.encode("latin-1"))
    return reply.body
