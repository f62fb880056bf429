"""PostgreSQL, the store of several replicas.

Imported only where a URL names it: its driver is installed on demand.
"""

from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.waiting import Ready, Wait
from sqlalchemy import URL, Connection, Engine, create_engine, event

from shared.errors import StoreUnavailable
from shared.store.engine import LOCK_TIMEOUT_S

CONNECT_TIMEOUT_S = 2  # for each address that a host name has
GREETING_S = 2.0  # for a word from a server that has nothing to do
READING_S = LOCK_TIMEOUT_S + 0.5  # for one from a server that may wait for a lock; a caller must hear within 5 s
WRITING_S = 60.0  # for one from a server that gave the lock, and may have a large artefact to write
LOST_S = 10  # a replica that fell silent while it wrote holds the others up for no longer
WRITER = int.from_bytes(b"duet")  # who writes holds this lock; the number says nothing, it only has to be ours
NETWORK = {  # a peer that vanished is noticed in the time that a silent one has
    "connect_timeout": CONNECT_TIMEOUT_S,
    "tcp_user_timeout": int(LOCK_TIMEOUT_S * 1000),
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "application_name": "duet",
}
SESSION = (
    f"SET lock_timeout = '{LOCK_TIMEOUT_S}s'; SET idle_in_transaction_session_timeout = '{LOST_S}s';"
    f"SET tcp_keepalives_idle = {LOST_S}"
)

Result = TypeVar("Result")


def open_postgresql(url: URL) -> Engine:
    """An engine whose transactions mean what they mean on SQLite. Raises StoreUnavailable for a URL that is none."""
    if "@" in (url.host or ""):  # an error that names the host would quote half of the password
        raise StoreUnavailable("the store's URL can't be used: write @ in a user's name or password as %40")
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args=NETWORK,
        isolation_level="READ COMMITTED",  # what is read after the lock was taken is what its last holder wrote
        pool_pre_ping=True,
        pool_timeout=LOCK_TIMEOUT_S,
    )
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _checkin)
    return engine


def _connect(dialect: object, record: object, arguments: list[Any], options: dict[str, Any]) -> "_Connection":
    connection = _Connection.connect(*arguments, **options)
    connection.execute(SESSION)
    connection.commit()
    return connection


def _begin(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    driver.patience_s = READING_S
    # One writer at a time, as on SQLite: two that read first would otherwise compute the same next number, and two
    # that start on an empty database make the same table.
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (WRITER,))
        driver.patience_s = WRITING_S


def _checkin(connection: "_Connection | None", record: object) -> None:
    if connection is not None:
        connection.patience_s = GREETING_S


class _Connection(psycopg.Connection[Any]):
    """Gives up a server that says nothing. The server's own limits don't help where it is the server that hangs."""

    patience_s = GREETING_S

    def wait(self, gen: PQGen[Result], *args: Any, **kwargs: Any) -> Result:
        return super().wait(self._until_silent(gen), *args, **kwargs)

    def _until_silent(self, work: PQGen[Result]) -> PQGen[Result]:
        """`work`, however long it takes, as long as something of it is sent or received now and then."""
        heard = monotonic()
        try:
            wanted: Wait = next(work)
            while True:
                ready: Ready | int = yield wanted
                if ready:
                    heard = monotonic()
                elif monotonic() > heard + self.patience_s:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"the server has said nothing for {self.patience_s:g} s")
                wanted = work.send(ready)
        except StopIteration as end:
            result: Result = end.value
            return result
