"""Versions and their aliases, in any database that SQLAlchemy speaks to."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection, Engine, delete, func, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from shared.domain.engine import SCIKIT_LEARN
from shared.domain.run import TrainingRun
from shared.domain.version import CHAMPION, ModelVersion, Trained, numbered
from shared.errors import ArtefactDamaged, UnknownVersion
from shared.store.engine import open_engine, store_errors
from shared.store.run_store import RunStore, finish
from shared.store.tables import ALIASES, ENGINES, METADATA, VERSIONS


class ModelStore:
    """Versions and champions.

    Every method is one transaction, may be called from any thread, and raises StoreError where the
    database fails.
    """

    def __init__(self, url: str) -> None:
        self._engine: Engine = open_engine(url)
        with store_errors():
            self._ensure_tables()
        self.runs = RunStore(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    def publish(self, trained: Trained, run: TrainingRun | None = None, *, only_first: bool = False) -> ModelVersion:
        """Store `trained` under the model's next number, make it the champion and finish its `run`, all or nothing.

        With `only_first`, a model that has a champion keeps it, and that one is returned: two
        processes that start on an empty store then end up with one version. Raises RunEnded where the run was
        cancelled, or given up for lost.
        """
        with store_errors(), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            champion = self._champion_number(connection, trained.model)
            if only_first and champion is not None:
                if run is not None:
                    finish(connection, run, champion, promoted=False)
                return self._version(connection, trained.model, champion)
            number = self._last_number(connection, trained.model) + 1
            version = numbered(trained, number, datetime.now(UTC).replace(microsecond=0))
            connection.execute(
                insert(VERSIONS).values(
                    model=version.model,
                    number=version.number,
                    document=msgspec.json.encode(version),
                    artefact=trained.artefact,
                )
            )
            self._insert_engines(connection, version, trained.exported)
            self._point(connection, version.model, version.number)
            if run is not None:
                finish(connection, run, number, promoted=True)
            return version

    def champions(self) -> dict[str, int]:
        """The champion's number of every model that has one."""
        with store_errors(), self._engine.connect() as connection:
            rows = connection.execute(select(ALIASES.c.model, ALIASES.c.number).where(ALIASES.c.alias == CHAMPION))
            return {row.model: row.number for row in rows}

    def versions(self, model: str) -> list[ModelVersion]:
        """All versions of `model`, the newest first."""
        query = select(VERSIONS.c.document).where(VERSIONS.c.model == model).order_by(VERSIONS.c.number.desc())
        with store_errors(), self._engine.connect() as connection:
            return [_decode(document) for document in connection.scalars(query)]

    def version(self, model: str, number: int) -> ModelVersion:
        """Raises UnknownVersion."""
        query = select(VERSIONS.c.document).where(VERSIONS.c.model == model, VERSIONS.c.number == number)
        with store_errors(), self._engine.connect() as connection:
            document = connection.scalars(query).one_or_none()
        if document is None:
            raise UnknownVersion(model, number)
        return _decode(document)

    def artefact(self, version: ModelVersion, engine: str = SCIKIT_LEARN) -> bytes:
        """What `engine` evaluates: the estimator for scikit-learn, what it was exported to for any other.

        Raises ArtefactDamaged where it is missing or has not the digest that was recorded.
        """
        table = VERSIONS if engine == SCIKIT_LEARN else ENGINES
        query = select(table.c.artefact).where(table.c.model == version.model, table.c.number == version.number)
        if table is ENGINES:
            query = query.where(ENGINES.c.name == engine)
        with store_errors(), self._engine.connect() as connection:
            artefact: bytes = connection.scalars(query).one_or_none() or b""
        if hashlib.sha256(artefact).hexdigest() != version.digest(engine):
            kind = "artefact" if engine == SCIKIT_LEARN else f"artefact for {engine}"
            raise ArtefactDamaged(f"the {kind} of {version.model} version {version.number} is damaged")
        return artefact

    def _ensure_tables(self) -> None:
        # Tables that exist need no write lock, so that a store that can only be read still opens: one of an earlier
        # release, too, which has no table of engines, and needs none until something is published.
        with self._engine.connect() as connection:
            missing = [table for table in METADATA.sorted_tables if not inspect(connection).has_table(table.name)]
        if not missing:
            return
        try:
            with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
                METADATA.create_all(connection)
        except DBAPIError:
            if missing != [ENGINES]:
                raise

    def _insert_engines(self, connection: Connection, version: ModelVersion, exported: Mapping[str, bytes]) -> None:
        ENGINES.create(connection, checkfirst=True)  # opening may have left it out
        for name, artefact in exported.items():
            connection.execute(
                insert(ENGINES).values(model=version.model, number=version.number, name=name, artefact=artefact)
            )

    def _champion_number(self, connection: Connection, model: str) -> int | None:
        return connection.scalar(select(ALIASES.c.number).where(ALIASES.c.model == model, ALIASES.c.alias == CHAMPION))

    def _last_number(self, connection: Connection, model: str) -> int:
        return connection.scalar(select(func.max(VERSIONS.c.number)).where(VERSIONS.c.model == model)) or 0

    def _version(self, connection: Connection, model: str, number: int) -> ModelVersion:
        query = select(VERSIONS.c.document).where(VERSIONS.c.model == model, VERSIONS.c.number == number)
        return _decode(connection.scalars(query).one())

    def _point(self, connection: Connection, model: str, number: int) -> None:
        connection.execute(delete(ALIASES).where(ALIASES.c.model == model, ALIASES.c.alias == CHAMPION))
        connection.execute(insert(ALIASES).values(model=model, alias=CHAMPION, number=number))


def _decode(document: bytes) -> ModelVersion:
    return msgspec.json.decode(document, type=ModelVersion)
