"""Models that the tests define in a store."""

from datetime import UTC, datetime

import numpy as np

from shared.domain.dataset import Dataset, Example
from shared.domain.definition import ModelDefinition
from shared.domain.signature import Column, Output, OutputClass, signature_of

CLASSES = ("low", "high")


def blobs(
    name: str = "blobs", *, seed: int = 0, n_features: int = 3, n_samples: int = 60, recipes: tuple[str, ...] = ("lda",)
) -> tuple[ModelDefinition, Dataset]:
    """Two classes of rows around -2 and 2, and the model that tells them apart."""
    random = np.random.default_rng(seed)
    y = np.arange(n_samples) % 2
    X = random.normal(size=(n_samples, n_features)) + (4 * y - 2)[:, np.newaxis]
    data = Dataset("Blobs", "made by a test", X, y)
    columns = [Column(f"x{index}", f"X {index}", "m", 0.1) for index in range(n_features)]
    output = Output("blob", "Blob", tuple(OutputClass(one, one.title()) for one in CLASSES))
    definition = ModelDefinition(
        name=name,
        title="Blobs",
        description="Tells two blobs apart.",
        task="classification",
        signature=signature_of(data, columns, output),
        recipes=recipes,
        default_recipe=recipes[0] if recipes else None,
        data=data.description,
        data_sha256=data.sha256(),
        examples=(Example("low", tuple(data.X[0].tolist())),),
        created_at=datetime(2026, 11, 21, 4, 48, 6, tzinfo=UTC),
        by="test",
    )
    return definition, data
