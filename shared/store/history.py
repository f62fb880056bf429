"""Who was champion when, written in the transactions that change it."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection, insert, inspect, select

from shared.domain.promotion import ChampionChange, unrecorded
from shared.domain.version import ModelVersion
from shared.store.tables import METADATA, PROMOTIONS, VERSIONS


def changes_of(connection: Connection, model: str) -> tuple[ChampionChange, ...]:
    """Every change of champion, the oldest first."""
    recorded = _recorded(connection, model) if inspect(connection).has_table(PROMOTIONS.name) else ()
    return recorded or _unrecorded(connection, model)


def complete_history(connection: Connection, model: str) -> None:
    """Write down what an earlier release didn't; to be called before a transaction changes anything of `model`."""
    METADATA.create_all(connection)
    if not _recorded(connection, model):
        _append(connection, model, _unrecorded(connection, model))


def record(connection: Connection, model: str, change: ChampionChange) -> None:
    """Write down `change`."""
    _append(connection, model, [change])


def _recorded(connection: Connection, model: str) -> tuple[ChampionChange, ...]:
    query = select(PROMOTIONS).where(PROMOTIONS.c.model == model).order_by(PROMOTIONS.c.id)
    return tuple(
        ChampionChange(row.number, datetime.fromtimestamp(row.at, UTC), row.by, row.kind, row.run)
        for row in connection.execute(query)
    )


def _unrecorded(connection: Connection, model: str) -> tuple[ChampionChange, ...]:
    query = select(VERSIONS.c.document).where(VERSIONS.c.model == model).order_by(VERSIONS.c.number)
    return unrecorded(msgspec.json.decode(document, type=ModelVersion) for document in connection.scalars(query))


def _append(connection: Connection, model: str, added: Sequence[ChampionChange]) -> None:
    if added:
        rows = [{**msgspec.structs.asdict(one), "model": model, "at": one.at.timestamp()} for one in added]
        connection.execute(insert(PROMOTIONS), rows)
