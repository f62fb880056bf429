"""A table with categories and missing values, and the models that learn from it."""

import io

import numpy as np

from shared.domain.dataset import Dataset
from shared.domain.definition import ModelDefinition
from shared.tables import read_table
from shared.tables.defining import Wishes, define

CITIES = ("Berlin", "Bonn", "Munich")


def flats_csv(n: int = 240, seed: int = 0) -> bytes:
    """Rooms, city and age of flats, some of them unknown, and what follows from these: rent and kind."""
    random = np.random.default_rng(seed)
    lines = ["rooms,city,age,rent,kind"]
    for _ in range(n):
        rooms, city, age = random.integers(1, 6), random.integers(3), random.uniform(0, 90)
        rent = 200 * rooms + (0, 90, 500)[city] - 2 * age + random.normal(scale=30)
        known_city = CITIES[city] if random.random() > 0.1 else ""
        known_age = f"{age:.1f}" if random.random() > 0.1 else "NA"
        lines.append(f"{rooms},{known_city},{known_age},{rent:.0f},{'dear' if rent > 700 else 'cheap'}")
    return "\n".join(lines).encode()


def flats(target: str, drop: str, n: int = 240) -> tuple[ModelDefinition, Dataset]:
    wishes = Wishes(name="flats", by="test", source="flats.csv", target=target, drop=(drop,))
    return define(read_table(io.BytesIO(flats_csv(n))), wishes)
