"""Puts the parts together: imported by entry points and tests only."""

import os
import sys
import threading
from pathlib import Path

import structlog

from shared.service import Service
from shared.settings import Settings
from shared.store import ModelStore
from shared.training.runner import Runner

log = structlog.get_logger("duet")
PROJECT = Path(__file__).resolve().parent.parent
FRONTEND = PROJECT / "frontend"


def configure_logs(level: str = "info") -> None:
    """One JSON line an event of at least `level`, on standard error."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def open_service(settings: Settings) -> Service:
    """The service over the configured store, with every champion loaded and warm. Raises StoreError."""
    # The child finds the packages however this process was started.
    path = os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    runner = Runner(
        environment={**os.environ, "PYTHONPATH": path},
        time_limit_s=settings.training_limit_s,
        max_waiting=settings.max_waiting_trainings,
    )
    service = Service(ModelStore(settings.store_url), runner)
    service.refresh()
    return service


def ensure_trained(service: Service) -> None:
    """Train what the store lacks, so that the first request is answered by a model."""
    for version in service.bootstrap():
        log.info("trained", model=version.model, version=version.number, recipe=version.recipe)
    service.refresh()


def follow_store(service: Service, interval_s: float) -> threading.Event:
    """Load what other processes publish, from a thread of its own, until the returned event is set."""
    stop = threading.Event()

    def follow() -> None:
        while not stop.wait(interval_s):
            service.refresh()

    threading.Thread(target=follow, name="follow-store", daemon=True).start()
    return stop
