"""The site: one backend's resource behind strict channels."""

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IAddress
from twisted.web.server import Site

from http_server.bodies import Memory
from http_server.channel import StrictChannel, StrictRequest
from http_server.fast_path import FastPath
from http_server.matching import Matched
from shared.http_api import Api, Head

Match = Callable[[Head], Matched | None]


class StrictSite(Site):
    """Serves `resource`; `match` finds a request's route in the framework's own URL map.

    `is_free` says whether the backend could handle a request now; see FastPath.
    """

    def __init__(
        self, resource: Any, api: Api, match: Match, banner: str, is_free: Callable[[], bool] = lambda: True
    ) -> None:
        # Twisted would read form bodies into memory by itself; ours are JSON whatever they are called.
        super().__init__(
            resource,
            requestFactory=StrictRequest,
            timeout=api.settings.idle_timeout_s,
            parsePOSTFormSubmission=False,
        )
        self.api = api
        self.match = match
        self.banner = banner.encode("ascii")
        self.fast_path = FastPath(api, self.banner, is_free) if api.settings.fast_path else None
        self.channels: set[StrictChannel] = set()
        self.bodies = Memory()
        self.draining = False

    def buildProtocol(self, addr: IAddress | None) -> Any:
        # Site.buildProtocol wraps channels for HTTP/2 over TLS, which is a proxy's business here.
        channel = StrictChannel()
        channel.factory = self
        channel.site = self
        channel.requestFactory = self.requestFactory
        channel.callLater = self.reactor.callLater
        channel.timeOut = self.timeOut
        return channel

    def log(self, request: Any) -> None:
        """The core writes the access log: it knows the route, the model and the version."""

    def drain(self) -> None:
        """From now on each connection is closed with its answer, and readiness says no."""
        self.draining = True
        self.api.drain()

    def close_idle(self) -> None:
        """Close the connections on which nobody asks anything."""
        for channel in list(self.channels):
            if channel.is_idle:
                channel.loseConnection()
