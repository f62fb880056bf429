"""Who changes a champion or a definition says so; who follows the store hears it, where the database passes that on."""

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from shared.errors import StoreError
from shared.logs import log_event
from shared.store.engine import store_errors

log = logging.getLogger("duet.store")
CHANNEL = "duet_champions"
STOP_WITHIN_S = 0.5
FIRST_PAUSE_S = 0.1  # before another try to listen; doubled each time
LONGEST_PAUSE_S = 5.0


def announce(connection: Connection) -> None:
    """Tell whoever listens that something changed, as soon as this transaction is committed."""
    if _passes_on(connection):
        connection.execute(select(func.pg_notify(CHANNEL, "")))


def listen(engine: Engine, stop: threading.Event, changed: Callable[[], None]) -> None:
    """Call `changed` whenever something may have changed, until `stop` is set; return at once if nobody would tell."""
    pause_s = FIRST_PAUSE_S
    while _passes_on(engine) and not stop.is_set():
        try:
            for _ in _announced(engine, stop):
                pause_s = FIRST_PAUSE_S
                changed()
        except (StoreError, engine.dialect.loaded_dbapi.Error) as error:
            if pause_s == FIRST_PAUSE_S:
                log_event(log, "not_listening", level=logging.WARNING, why=str(error))
            stop.wait(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def _announced(engine: Engine, stop: threading.Event) -> Iterator[None]:
    """Once when it begins to listen, as nobody heard what was announced before, and then for all that is announced."""
    with store_errors(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        driver: Any = connection.connection.driver_connection
        connection.detach()  # it goes on listening for as long as it lives, so the pool must not have it back
        yield
        while not stop.is_set():
            if list(driver.notifies(timeout=STOP_WITHIN_S, stop_after=1)):
                yield


def _passes_on(database: Connection | Engine) -> bool:
    return database.dialect.name == "postgresql"
