"""Versions, their aliases and definitions of models, in any database that SQLAlchemy speaks to."""

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count

import msgspec
from sqlalchemy import Connection, Engine, delete, func, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from shared.domain.definition import ModelDefinition
from shared.domain.engine import SCIKIT_LEARN
from shared.domain.promotion import (
    ChampionChange,
    ChampionHistory,
    Metric,
    Promoted,
    Promotion,
    Wanted,
    is_not_worse,
)
from shared.domain.run import TrainingRun
from shared.domain.version import CHAMPION, ModelVersion, Trained, numbered
from shared.errors import ArtefactDamaged, NothingBefore, UnknownVersion
from shared.store import definitions
from shared.store.announcements import announce, listen
from shared.store.engine import open_engine, store_errors
from shared.store.history import changes_of, complete_history, record
from shared.store.run_store import RunStore, finish
from shared.store.tables import ADDED_LATER, ALIASES, ENGINES, METADATA, MODELS, PROMOTIONS, RUNS, VERSIONS


class ModelStore:
    """Versions, champions and definitions.

    Every method is one transaction, may be called from any thread, and raises StoreError where the
    database fails.
    """

    def __init__(self, url: str) -> None:
        self._engine: Engine = open_engine(url)
        self._has_definitions = False  # as far as is known
        with store_errors():
            self._ensure_tables()
        self.runs = RunStore(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    def publish(
        self,
        trained: Trained,
        run: TrainingRun | None = None,
        *,
        by: str | None = None,
        promote: Promotion = "always",
        metric: Metric = "accuracy",
        only_first: bool = False,
    ) -> ModelVersion:
        """Store `trained` under the model's next number, make it the champion if `promote` says so, finish its `run`.

        All or nothing. `by` is who asked for it, and `metric` decides what is worse; a model's first version becomes
        its champion whatever is said. With `only_first`, a model that has a champion keeps it, and that one is
        returned: two processes that start on an empty store then end up with one version. Raises RunEnded where the
        run was cancelled, or given up for lost.
        """
        with store_errors(), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            champion = self._champion_number(connection, trained.model)
            if only_first and champion is not None:
                if run is not None:
                    finish(connection, run, champion, promoted=False)
                return self._version(connection, trained.model, champion)
            complete_history(connection, trained.model)
            version = self._insert(connection, trained, by)
            promoted = champion is None or self._deserves(connection, version, champion, promote, metric)
            if promoted:
                self._point(connection, version.model, _change_to(version))
            if run is not None:
                finish(connection, run, version.number, promoted=promoted)
            return version

    def define(
        self,
        definition: ModelDefinition,
        parts: Iterable[bytes],
        trained: Trained | None = None,
        *,
        only_new: bool = False,
    ) -> ModelVersion | None:
        """Store `definition` in the place of one of the same name, with its data; `trained` becomes the champion.

        All or nothing. `parts` are those of the packed data, which are read while nobody else can write, and not at
        all where the store has these data. Raises NameTaken where the model of that name has other inputs or outputs,
        and with `only_new` where there is any.
        """
        with store_errors(), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            METADATA.create_all(connection)
            definitions.write(connection, definition, parts, only_new=only_new)
            announce(connection)
            if trained is None:
                return None
            complete_history(connection, trained.model)
            version = self._insert(connection, trained, definition.by)
            self._point(connection, version.model, _change_to(version))
            return version

    def remove(self, name: str) -> None:
        """Take out what was defined as `name`, with all its versions and runs, in one transaction.

        Raises UnknownModel where nothing was.
        """
        with store_errors(), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            METADATA.create_all(connection)
            definitions.remove(connection, name)
            for table in (PROMOTIONS, ALIASES, ENGINES, VERSIONS, RUNS):
                connection.execute(delete(table).where(table.c.model == name))
            announce(connection)

    def definitions(self) -> dict[str, str]:
        """The digest of every definition, by name: it tells whether the definition changed."""
        with store_errors(), self._engine.connect() as connection:
            if not self._has_definitions:  # a store of an earlier release that can only be read never has
                self._has_definitions = inspect(connection).has_table(MODELS.name)
            return definitions.digests(connection) if self._has_definitions else {}

    def definition(self, name: str) -> ModelDefinition:
        """Raises UnknownModel, and ArtefactDamaged where it can't be understood."""
        with store_errors(), self._engine.connect() as connection:
            return definitions.read(connection, name)

    def dataset(self, sha256: str) -> Iterator[bytes]:
        """The parts of the packed data whose rows have this digest, each read when it is asked for.

        There are none, or no more, where the model is removed meanwhile; `unpack` sees that.
        """
        for part in count():
            # A transaction for each: one for all would keep writers waiting for whoever takes the parts.
            with store_errors(), self._engine.connect() as connection:
                content = definitions.part(connection, sha256, part)
            if content is None:
                return
            yield content

    def promote(self, model: str, wanted: Wanted, by: str, *, loaded: int | None = None) -> Promoted:
        """Make version `wanted` the champion of `model`, or the champion before the present one, in one transaction.

        Where `loaded` is given and another version than that would be made champion, none is. Raises UnknownVersion
        and NothingBefore.
        """
        with store_errors(), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            complete_history(connection, model)
            known = self._history(connection, model)
            number = known.previous if wanted == "previous" else wanted
            if number is None:
                raise NothingBefore(model)
            if loaded is not None and loaded != number and known.champion is not None:
                return Promoted(known.champion, known.champion)
            if not self._has(connection, model, number):
                raise UnknownVersion(model, number)
            if number != known.champion:
                change = ChampionChange(number, _now(), by, "rolled back" if wanted == "previous" else "promoted")
                self._point(connection, model, change)
            return Promoted(known.champion, number)

    def history(self, model: str) -> ChampionHistory:
        """The champion of `model`, and who was before."""
        with store_errors(), self._engine.connect() as connection:
            return self._history(connection, model)

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

    def artefact(self, version: ModelVersion, name: str = SCIKIT_LEARN) -> bytes:
        """What the engine `name` evaluates, the estimator for scikit-learn; or what is attached as `name`.

        Raises ArtefactDamaged where it is missing or has not the digest that was recorded.
        """
        table = VERSIONS if name == SCIKIT_LEARN else ENGINES
        query = select(table.c.artefact).where(table.c.model == version.model, table.c.number == version.number)
        if table is ENGINES:
            query = query.where(ENGINES.c.name == name)
        with store_errors(), self._engine.connect() as connection:
            artefact: bytes = connection.scalars(query).one_or_none() or b""
        if hashlib.sha256(artefact).hexdigest() != version.digest(name):
            kind = "artefact" if name == SCIKIT_LEARN else f"artefact for {name}"
            raise ArtefactDamaged(f"the {kind} of {version.model} version {version.number} is damaged")
        return artefact

    def listen(self, stop: threading.Event, changed: Callable[[], None]) -> None:
        """Call `changed` whenever a process may have changed a champion or a definition, until `stop` is set.

        Returns at once for a database that can't tell, such as SQLite; for any, ask `champions` and `definitions` now
        and then.
        """
        listen(self._engine, stop, changed)

    def _ensure_tables(self) -> None:
        # Tables that exist need no write lock, so that a store that can only be read still opens: one of an earlier
        # release, too, which lacks some tables, and needs none of them until something changes.
        with self._engine.connect() as connection:
            missing = [table for table in METADATA.sorted_tables if not inspect(connection).has_table(table.name)]
        if not missing:
            return
        try:
            with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
                METADATA.create_all(connection)
        except DBAPIError:
            if not set(missing) <= set(ADDED_LATER):
                raise

    def _insert(self, connection: Connection, trained: Trained, by: str | None) -> ModelVersion:
        number = self._last_number(connection, trained.model) + 1
        version = msgspec.structs.replace(numbered(trained, number, _now()), by=by)
        connection.execute(
            insert(VERSIONS).values(
                model=version.model,
                number=version.number,
                document=msgspec.json.encode(version),
                artefact=trained.artefact,
            )
        )
        self._insert_engines(connection, version, trained.exported)
        return version

    def _insert_engines(self, connection: Connection, version: ModelVersion, exported: Mapping[str, bytes]) -> None:
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

    def _has(self, connection: Connection, model: str, number: int) -> bool:
        query = select(VERSIONS.c.number).where(VERSIONS.c.model == model, VERSIONS.c.number == number)
        return connection.scalar(query) is not None

    def _history(self, connection: Connection, model: str) -> ChampionHistory:
        return ChampionHistory(self._champion_number(connection, model), changes_of(connection, model))

    def _deserves(
        self, connection: Connection, version: ModelVersion, champion: int, promote: Promotion, metric: Metric
    ) -> bool:
        if promote == "if-not-worse":
            return is_not_worse(version.metrics, self._version(connection, version.model, champion).metrics, metric)
        return promote == "always"

    def _point(self, connection: Connection, model: str, change: ChampionChange) -> None:
        connection.execute(delete(ALIASES).where(ALIASES.c.model == model, ALIASES.c.alias == CHAMPION))
        connection.execute(insert(ALIASES).values(model=model, alias=CHAMPION, number=change.number))
        record(connection, model, change)
        announce(connection)


def _change_to(version: ModelVersion) -> ChampionChange:
    return ChampionChange(version.number, version.created_at, version.by, "trained", version.run)


def _decode(document: bytes) -> ModelVersion:
    # Metrics that were written before there were regressions don't say of which task they are.
    document = document.replace(b'"metrics":{"holdout":', b'"metrics":{"task":"classification","holdout":', 1)
    return msgspec.json.decode(document, type=ModelVersion)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
