"""Starlette with a handler that says nothing: the least that a framework on uvicorn does for a request.

Served by one uvicorn worker with uvloop and httptools, without an access log.
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def create_app() -> Starlette:
    """The application."""

    async def nothing(request: Request) -> Response:
        return Response()

    return Starlette(routes=[Route("/classify", nothing, methods=["POST"])])
