"""What a training leaves behind."""

from datetime import datetime

import msgspec

from shared.domain.metrics import Metrics
from shared.domain.recipe import ParameterValue
from shared.domain.signature import Signature

CHAMPION = "champion"


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """How a version came to be: enough to make it again and to see that it is the same.

    The digests are SHA-256, hexadecimal; `libraries` are the releases that it was trained with.
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


class Trained(Lineage, frozen=True, kw_only=True):
    """The outcome of a training run, not yet published. `artefact` is the fitted estimator as skops bytes."""

    artefact: bytes


class ModelVersion(Lineage, frozen=True, kw_only=True):
    """A published version; never changes. `number` counts from 1 for each model."""

    number: int
    created_at: datetime


def numbered(trained: Trained, number: int, created_at: datetime) -> ModelVersion:
    """`trained` as version `number` of its model."""
    lineage = {name: getattr(trained, name) for name in Lineage.__struct_fields__}
    return ModelVersion(number=number, created_at=created_at, **lineage)
