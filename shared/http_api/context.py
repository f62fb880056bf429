"""What handlers work with."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.http_api.metrics import Metrics
from shared.http_api.static_files import StaticFile, StaticFiles
from shared.service import Service


@dataclass(slots=True)
class Context:
    """The service, the page's files, the metrics, the most rows of one request, the description of the API, and whether
    the server is to stop.
    """

    service: Service
    static_files: StaticFiles
    metrics: Metrics
    max_rows: int
    openapi: Callable[[], StaticFile]
    draining: bool = False
