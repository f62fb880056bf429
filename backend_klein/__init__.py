"""The asynchronous backend: a Klein application on Twisted, made from the route table."""

from collections.abc import Callable
from functools import partial
from typing import Any

from klein import Klein
from twisted.internet.defer import DeferredSemaphore
from twisted.internet.threads import deferToThread
from twisted.python.failure import Failure

from http_server.channel import StrictRequest, apply_reply
from shared.http_api import ROUTES, Api, Route

LARGE_AT_ONCE = 2  # requests whose bodies are in files, and would be in memory all at once; the others wait there


def create_app(api: Api, *, in_threads: bool = False) -> Klein:
    """A Klein application that answers with `api`: on the reactor what can't block it, or all in threads."""
    app = Klein()
    app.url_map.merge_slashes = False
    large = DeferredSemaphore(LARGE_AT_ONCE)
    for route in ROUTES:
        app.route(route.rule, endpoint=route.name, methods=[route.method])(_view(api, route, large, in_threads))

    @app.handle_errors(Exception)
    def refuse(request: StrictRequest, failure: Failure) -> bytes:
        assert failure.value is not None
        return apply_reply(request, api.answer_unmatched(failure.value, request.head))

    return app


def _view(api: Api, route: Route, large: DeferredSemaphore, in_threads: bool) -> Callable[..., Any]:
    def view(request: StrictRequest, **parameters: str) -> Any:
        if in_threads or request.may_block:
            return off_the_reactor(request, parameters)
        return apply_reply(request, api.answer(route, request.head, parameters, request.read_body))

    async def off_the_reactor(request: StrictRequest, parameters: dict[str, str]) -> bytes:
        answer = partial(api.answer, route, request.head, parameters, request.read_body)
        reply = await (large.run(deferToThread, answer) if request.is_large else deferToThread(answer))
        return apply_reply(request, reply)

    return view
