"""The tables. A version's artefacts lie in them, so that publishing is one transaction."""

from sqlalchemy import Column, Double, ForeignKeyConstraint, Integer, LargeBinary, MetaData, String, Table

METADATA = MetaData()

VERSIONS = Table(
    "versions",
    METADATA,
    Column("model", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("document", LargeBinary, nullable=False),  # ModelVersion as JSON
    Column("artefact", LargeBinary, nullable=False),  # the estimator as skops bytes
)

ENGINES = Table(
    "engines",
    METADATA,
    Column("model", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), primary_key=True),
    Column("artefact", LargeBinary, nullable=False),  # what the estimator was exported to
    ForeignKeyConstraint(["model", "number"], ["versions.model", "versions.number"]),
)

ALIASES = Table(
    "aliases",
    METADATA,
    Column("model", String(64), primary_key=True),
    Column("alias", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    ForeignKeyConstraint(["model", "number"], ["versions.model", "versions.number"]),
)

PROMOTIONS = Table(  # only ever added to, until the model is removed
    "promotions",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("model", String(64), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("at", Double, nullable=False),  # seconds since 1970
    Column("by", String(128)),
    Column("kind", String(16), nullable=False),  # as in ChampionChange
    Column("run", String(64)),
    ForeignKeyConstraint(["model", "number"], ["versions.model", "versions.number"]),
)

RUNS = Table(
    "runs",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("model", String(64), nullable=False, index=True),
    Column("state", String(16), nullable=False, index=True),
    Column("owner", String(128), nullable=False),  # the process that runs it
    Column("heartbeat", Double, nullable=False),  # its last sign of life, in seconds since 1970
    Column("created", Double, nullable=False),
    Column("document", LargeBinary, nullable=False),  # TrainingRun as JSON
)

MODELS = Table(
    "models",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("digest", String(64), nullable=False),  # of the document, to see that it changed without reading it
    Column("data_sha256", String(64), nullable=False),  # as in the document
    Column("document", LargeBinary, nullable=False),  # ModelDefinition as JSON
)

DATASETS = Table(
    "datasets",
    METADATA,
    Column("sha256", String(64), primary_key=True),  # of the rows, not of these bytes
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

ADDED_LATER = (ENGINES, PROMOTIONS, RUNS, MODELS, DATASETS)  # stores of earlier releases lack these
