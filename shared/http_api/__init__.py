"""All that Duet knows of HTTP, as functions from values to values: no socket, no framework."""

from shared.http_api.api import Api
from shared.http_api.messages import Cors, Head, Reply
from shared.http_api.routes import ROUTES, Route

__all__ = ["ROUTES", "Api", "Cors", "Head", "Reply", "Route"]
