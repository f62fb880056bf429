"""The HTTP server that both backends stand behind: Twisted's, made strict about framing, size and time."""

from http_server.serve import serve
from http_server.site import StrictSite

__all__ = ["StrictSite", "serve"]
