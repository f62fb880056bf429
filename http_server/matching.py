"""Finds the route of a request before the framework does, in the framework's own URL map."""

from collections.abc import Callable, Mapping

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect

from shared.http_api import ROUTES, Head, Route

_BY_NAME = {route.name: route for route in ROUTES}
Matched = tuple[Route, Mapping[str, str]]


def matcher(url_map: Map) -> Callable[[Head], Matched | None]:
    """A function that gives a head's route and the parameters in its path, or None where there will be a 404 or 405."""
    adapter = url_map.bind("localhost")

    def match(head: Head) -> Matched | None:
        try:
            name, parameters = adapter.match(head.path, method=head.method)
        except (HTTPException, RequestRedirect):
            return None
        return _BY_NAME[name], parameters

    return match
