"""What handlers work with."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.http_api.metrics import Metrics
from shared.http_api.static_files import StaticFile, StaticFiles
from shared.service import Service


@dataclass(slots=True)
class Context:
    """What is served, the metrics, the backend's name, two limits of a request, the description of the API, and whether
    the server is to stop.
    """

    service: Service
    static_files: StaticFiles
    metrics: Metrics
    backend: str
    max_rows: int
    max_body_bytes: int
    openapi: Callable[[], StaticFile]
    draining: bool = False
