"""What handlers work with."""

from dataclasses import dataclass

from shared.http_api.metrics import Metrics
from shared.http_api.static_files import StaticFiles
from shared.service import Service


@dataclass(slots=True)
class Context:
    """The service, the page's files, the metrics, the backend's name, two limits of a request, and whether to stop."""

    service: Service
    static_files: StaticFiles
    metrics: Metrics
    backend: str
    max_rows: int
    max_body_bytes: int
    draining: bool = False
