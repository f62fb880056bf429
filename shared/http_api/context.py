"""What handlers work with."""

from dataclasses import dataclass

from shared.http_api.static_files import StaticFiles
from shared.service import Service


@dataclass(slots=True)
class Context:
    """The service, the page's files, the most rows of one request, and whether this server has been told to stop."""

    service: Service
    static_files: StaticFiles
    max_rows: int
    draining: bool = False
