"""What a training leaves behind."""

from datetime import datetime

import msgspec

from shared.domain.dataset import DataDescription, Example
from shared.domain.engine import SCIKIT_LEARN, EngineInUse, EngineReport, GoldenRows
from shared.domain.explanation import Importance
from shared.domain.metrics import Metrics, Selection
from shared.domain.recipe import ParameterValue
from shared.domain.signature import Signature

CHAMPION = "champion"


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """How a version came to be: enough to make it again and to see that it is the same.

    The digests are SHA-256, hexadecimal; `libraries` are the releases that it was trained with; `by` is who asked;
    `attached` has the digest of each further thing that the training left behind, by name. What has a default is
    missing from versions that were published before it was recorded.
    """

    model: str
    run: str
    recipe: str
    params: dict[str, ParameterValue]
    seed: int
    signature: Signature
    metrics: Metrics
    data_sha256: str
    artefact_sha256: str
    libraries: dict[str, str]
    engines: tuple[EngineReport, ...] = ()
    golden: GoldenRows | None = None
    data: DataDescription | None = None
    examples: tuple[Example, ...] | None = None
    by: str | None = None
    selection: Selection | None = None
    attached: dict[str, str] = {}
    importance: Importance | None = None


class Trained(Lineage, frozen=True, kw_only=True):
    """The outcome of a training run, not yet published.

    `artefact` is the fitted estimator as skops bytes, `exported` what it was exported to, by engine, and what is
    `attached`, by name.
    """

    artefact: bytes
    exported: dict[str, bytes] = {}


class ModelVersion(Lineage, frozen=True, kw_only=True):
    """A published version; never changes. `number` counts from 1 for each model."""

    number: int
    created_at: datetime

    def digest(self, name: str) -> str | None:
        """The SHA-256 of what the engine `name` evaluates, or of what is attached as `name`; None where nothing is."""
        if name == SCIKIT_LEARN:
            return self.artefact_sha256
        return next((report.sha256 for report in self.engines if report.name == name), self.attached.get(name))


class ServedVersion(ModelVersion, frozen=True, kw_only=True):
    """A version in memory."""

    engine: EngineInUse


def numbered(trained: Trained, number: int, created_at: datetime) -> ModelVersion:
    """`trained` as version `number` of its model."""
    lineage = {name: getattr(trained, name) for name in Lineage.__struct_fields__}
    return ModelVersion(number=number, created_at=created_at, **lineage)


def served(version: ModelVersion, engine: EngineInUse) -> ServedVersion:
    """`version` as `engine` serves it."""
    return ServedVersion(engine=engine, **{name: getattr(version, name) for name in ModelVersion.__struct_fields__})
