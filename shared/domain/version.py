"""What a training leaves behind."""

from datetime import datetime

import msgspec

from shared.domain.metrics import Metrics
from shared.domain.recipe import ParameterValue
from shared.domain.signature import Signature

CHAMPION = "champion"


class Trained(msgspec.Struct, frozen=True):
    """The outcome of one training run, before it has a version number.

    `artefact` is the fitted estimator as skops bytes, `artefact_sha256` its digest, hexadecimal.
    """

    model: str
    run: str
    recipe: str
    params: dict[str, ParameterValue]
    seed: int
    signature: Signature
    metrics: Metrics
    data_sha256: str
    libraries: dict[str, str]
    artefact_sha256: str
    artefact: bytes


class ModelVersion(msgspec.Struct, frozen=True):
    """A published version; never changes. `number` counts from 1 for each model."""

    model: str
    number: int
    run: str
    created_at: datetime
    recipe: str
    params: dict[str, ParameterValue]
    seed: int
    signature: Signature
    metrics: Metrics
    data_sha256: str
    artefact_sha256: str
    libraries: dict[str, str]
