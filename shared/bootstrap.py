"""Puts the parts together: imported by entry points and tests only."""

import logging
import os
import threading
from contextlib import closing, suppress
from pathlib import Path

from shared.errors import StoreError
from shared.logs import log_event
from shared.publishing.folder import WatchedFolder
from shared.publishing.process import FileReader
from shared.service import Service
from shared.settings import Settings
from shared.store import ModelStore
from shared.training.job import MEMORY_LIMIT_MB
from shared.training.runner import Runner

log = logging.getLogger("duet")
LOOK_AGAIN_S = 0.1  # at a folder in which something changed: is it whole?
PROJECT = Path(__file__).resolve().parent.parent
FRONTEND = PROJECT / "frontend"


def child_environment(**further: str) -> dict[str, str]:
    """This process's environment, in which a child finds the packages however this process was started."""
    path = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, **further}


def open_service(settings: Settings, by: str) -> Service:
    """The service over the configured store, for `by`, with every champion loaded and warm. Raises StoreError."""
    store = ModelStore(settings.store_url)
    runner = Runner(
        store.runs,
        environment=training_environment(settings),
        time_limit_s=settings.training_limit_s,
        max_waiting=settings.max_waiting_trainings,
    )
    service = Service(store, runner, settings.engines, by, settings.promote, settings.promotion_metric)
    service.refresh()
    return service


def ensure_trained(service: Service) -> None:
    """Train what the store lacks, so that the first request is answered by a model."""
    for version in service.bootstrap():
        log_event(log, "trained", model=version.model, version=version.number, recipe=version.recipe)
    service.refresh()


def training_environment(settings: Settings) -> dict[str, str]:
    """The environment of processes that train, or read files from elsewhere."""
    return child_environment(**{MEMORY_LIMIT_MB: str(settings.training_memory_mb)})


def follow_store(service: Service, settings: Settings) -> threading.Event:
    """Load what other processes publish, from threads of their own, until the returned event is set.

    The store is asked every `refresh_interval_s`, whether or not it can tell by itself; as often the folder of models
    is looked at.
    """
    stop, interval_s = threading.Event(), settings.refresh_interval_s
    reader, is_asked_for = FileReader(training_environment(settings)), bool(settings.models_folder)
    folder = WatchedFolder(settings.models_path, service, reader, is_asked_for=is_asked_for)

    def ask() -> None:
        while not stop.wait(interval_s):
            service.refresh()

    def watch() -> None:
        wait_s = interval_s
        with closing(folder):
            while not stop.wait(wait_s):
                wait_s = interval_s
                with suppress(StoreError):  # which the service tells of; the next round tries again
                    wait_s = interval_s if folder.round() else min(LOOK_AGAIN_S, interval_s)

    def listen() -> None:
        service.listen(stop)

    for follow in (ask, watch, listen):
        threading.Thread(target=follow, name=f"follow-store-{follow.__name__}", daemon=True).start()
    return stop
