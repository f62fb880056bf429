"""FastAPI and scikit-learn as FastAPI's tutorial shows: typed bodies, checked and written by pydantic.

Served by one uvicorn worker with uvloop and httptools, without an access log. Two applications that differ
in one word: an `async def` handler predicts on the event loop, a `def` handler in a thread of the pool.
"""

from fastapi import FastAPI
from pydantic import BaseModel

from benchmarks.reference.estimators import Iris


class Flower(BaseModel):
    """One row of 4 cm."""

    data: list[float]


class Classified(BaseModel):
    """The answer to one row."""

    label: str
    probabilities: dict[str, float]


class Flowers(BaseModel):
    """Rows of 4 cm."""

    rows: list[list[float]]


class Predicted(BaseModel):
    """The answers to many rows: (n,) and (n, 3)."""

    labels: list[str]
    probabilities: list[list[float]]


def create_async_app() -> FastAPI:
    """Handlers on the event loop."""
    app, iris = FastAPI(), Iris()

    @app.post("/classify")
    async def classify(flower: Flower) -> Classified:
        label, probabilities = iris.classify(flower.data)
        return Classified(label=label, probabilities=probabilities)

    @app.post("/predict")
    async def predict(flowers: Flowers) -> Predicted:
        labels, probabilities = iris.predict(flowers.rows)
        return Predicted(labels=labels, probabilities=probabilities)

    return app


def create_threaded_app() -> FastAPI:
    """Handlers in the thread pool."""
    app, iris = FastAPI(), Iris()

    @app.post("/classify")
    def classify(flower: Flower) -> Classified:
        label, probabilities = iris.classify(flower.data)
        return Classified(label=label, probabilities=probabilities)

    @app.post("/predict")
    def predict(flowers: Flowers) -> Predicted:
        labels, probabilities = iris.predict(flowers.rows)
        return Predicted(labels=labels, probabilities=probabilities)

    return app
