"""Runs on disk, where every process sees them.

The process that runs a run owns it, and gives signs of life for it. A run whose owner has been silent for SILENCE_S is
lost: it shows as failed, to everyone, and its owner can't change or publish it any more, should it come back.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from time import time
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, delete, extract, func, insert, select, update

from shared.domain.run import ACTIVE, TrainingRun, ended, finished
from shared.errors import RunEnded, UnknownRun
from shared.store.engine import store_errors
from shared.store.tables import RUNS

SILENCE_S = 15.0
MAX_LISTED = 100
MAX_KEPT = 1000  # ended ones that published nothing
LOST = "the process that ran it has ended"
_COLUMNS = (RUNS.c.document, RUNS.c.heartbeat)


class RunStore:
    """Every method is one transaction, may be called from any thread, and raises StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, run: TrainingRun, owner: str) -> None:
        """Store `run`, which `owner` is going to run."""
        with store_errors(), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            RUNS.create(connection, checkfirst=True)  # opening may have left it out
            now = _now(connection)
            _bury_the_lost(connection, now)
            _forget_old_ones(connection)
            connection.execute(
                insert(RUNS).values(
                    id=run.id,
                    model=run.model,
                    state=run.state,
                    owner=owner,
                    heartbeat=now,
                    created=run.created_at.timestamp(),
                    document=msgspec.json.encode(run),
                )
            )

    def run(self, run_id: str) -> TrainingRun:
        """Raises UnknownRun."""
        with store_errors(), self._engine.connect() as connection:
            return _shown(_row(connection, run_id), _now(connection))

    def runs(self, model: str | None = None) -> list[TrainingRun]:
        """The newest first, MAX_LISTED at most."""
        query = select(*_COLUMNS).order_by(RUNS.c.created.desc(), RUNS.c.id).limit(MAX_LISTED)
        if model is not None:
            query = query.where(RUNS.c.model == model)
        with store_errors(), self._engine.connect() as connection:
            now = _now(connection)
            return [_shown(row, now) for row in connection.execute(query)]

    def active(self, model: str) -> TrainingRun | None:
        """The run of `model` that has been running, or else waiting, for longest."""
        query = select(*_COLUMNS).where(RUNS.c.model == model, RUNS.c.state.in_(ACTIVE)).order_by(RUNS.c.created)
        with store_errors(), self._engine.connect() as connection:
            now = _now(connection)
            shown = [run for run in (_shown(row, now) for row in connection.execute(query)) if run.is_active]
        return min(shown, key=lambda run: run.state != "RUNNING", default=None)

    def keep(self, owner: str, changed: Iterable[TrainingRun]) -> set[str]:
        """Give a sign of life for the runs of `owner`, store what `changed`, and return those that are still active."""
        with store_errors(), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            now = _now(connection)
            alive = (RUNS.c.owner == owner, RUNS.c.state.in_(ACTIVE), RUNS.c.heartbeat > now - SILENCE_S)
            for run in changed:
                values = {"state": run.state, "document": msgspec.json.encode(run)}
                connection.execute(update(RUNS).where(RUNS.c.id == run.id, *alive).values(values))
            kept = set(connection.scalars(select(RUNS.c.id).where(*alive)))
            connection.execute(update(RUNS).where(*alive).values(heartbeat=now))
            return kept

    def end(self, run: TrainingRun) -> TrainingRun:
        """Store the last of `run`; raises RunEnded where it had ended before, and UnknownRun."""
        with store_errors(), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            shown = _shown(_row(connection, run.id), _now(connection))
            if not shown.is_active:
                raise RunEnded(shown.id, shown.state)
            _write_end(connection, run)
            return run

    def cancel(self, run_id: str) -> TrainingRun:
        """End a run, whoever owns it; raises UnknownRun, and RunEnded where it had ended before."""
        run = self.run(run_id)
        return self.end(ended(run, datetime.now(UTC), "CANCELLED"))


def finish(connection: Connection, run: TrainingRun, version: int, *, promoted: bool) -> None:
    """End `run` in the transaction that publishes its version; raises RunEnded where it was cancelled or lost."""
    shown = _shown(_row(connection, run.id), _now(connection))
    if not shown.is_active:
        raise RunEnded(shown.id, shown.state)
    _write_end(connection, finished(run, datetime.now(UTC), version, promoted=promoted))


def _write_end(connection: Connection, run: TrainingRun) -> None:
    values = {"state": run.state, "document": msgspec.json.encode(run)}
    connection.execute(update(RUNS).where(RUNS.c.id == run.id).values(values))


def _row(connection: Connection, run_id: str) -> Row[Any, Any]:
    row = connection.execute(select(*_COLUMNS).where(RUNS.c.id == run_id)).one_or_none()
    if row is None:
        raise UnknownRun(run_id)
    return row


def _shown(row: Row[Any, Any], now: float) -> TrainingRun:
    """The run of `row` as everyone sees it: failed, where its owner is silent."""
    run = msgspec.json.decode(row.document, type=TrainingRun)
    if run.is_active and row.heartbeat <= now - SILENCE_S:
        return ended(run, datetime.fromtimestamp(row.heartbeat, UTC).replace(microsecond=0), "FAILED", LOST)
    return run


def _now(connection: Connection) -> float:
    """Seconds since 1970 by the one clock that all processes share."""
    if connection.dialect.name == "sqlite":  # in a file of this machine
        return time()
    return float(connection.scalars(select(extract("epoch", func.clock_timestamp()))).one())


def _bury_the_lost(connection: Connection, now: float) -> None:
    """Write down what everyone sees of them anyway."""
    lost = select(*_COLUMNS).where(RUNS.c.state.in_(ACTIVE), RUNS.c.heartbeat <= now - SILENCE_S)
    for row in connection.execute(lost).all():
        _write_end(connection, _shown(row, now))


def _forget_old_ones(connection: Connection) -> None:
    """Of runs that published nothing, the last MAX_KEPT are enough."""
    unpublished = RUNS.c.state.in_(("FAILED", "CANCELLED"))
    oldest = select(RUNS.c.created).where(unpublished).order_by(RUNS.c.created.desc()).offset(MAX_KEPT).limit(1)
    limit = connection.scalars(oldest).one_or_none()
    if limit is not None:
        connection.execute(delete(RUNS).where(unpublished, RUNS.c.created <= limit))
