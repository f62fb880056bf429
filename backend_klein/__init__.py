"""The asynchronous backend: a Klein application on Twisted, made from the route table."""

from collections.abc import Callable
from typing import Any

from klein import Klein
from twisted.internet.threads import deferToThread
from twisted.python.failure import Failure
from twisted.web.server import Request

from http_server.channel import head_of
from shared.http_api import ROUTES, Api, Head, Reply, Route


def create_app(api: Api) -> Klein:
    """A Klein application that answers with `api`."""
    app = Klein()
    app.url_map.merge_slashes = False
    for route in ROUTES:
        app.route(route.rule, endpoint=route.name, methods=[route.method])(_view(api, route))

    @app.handle_errors(Exception)
    def refuse(request: Request, failure: Failure) -> bytes:
        return _send(request, api.refuse(_error_in(failure), _head(request)))

    return app


def _error_in(failure: Failure) -> BaseException:
    assert failure.value is not None
    return failure.value


def _view(api: Api, route: Route) -> Callable[..., Any]:
    def inline(request: Request, **parameters: str) -> bytes:
        return _send(request, api.answer(route, _head(request), parameters, _body_of(request)))

    async def off_the_reactor(request: Request, **parameters: str) -> bytes:
        reply = await deferToThread(api.answer, route, _head(request), parameters, _body_of(request))
        return _send(request, reply)

    return off_the_reactor if route.blocks else inline


def _head(request: Request) -> Head:
    return head_of(request, request.method, request.uri)


def _body_of(request: Request) -> Callable[[], bytes]:
    content: Any = request.content
    return lambda: bytes(content.read())


def _send(request: Request, reply: Reply) -> bytes:
    request.setResponseCode(reply.status, reply.reason.encode())
    for name, value in reply.all_headers():
        request.responseHeaders.addRawHeader(name.encode(), value.encode("latin-1"))
    return reply.body
