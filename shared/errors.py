"""Everything that can go wrong on purpose; any other exception is a bug.

    DuetError
    ├── InvalidInput        the caller's values are wrong; carries every problem, not only the first
    ├── UnusableFile        a file can't be used; carries the first problems, and how many more there are
    ├── Unknown             the caller names something that does not exist
    │   ├── UnknownModel
    │   ├── UnknownRun
    │   ├── NoHeldOut       the version was published without what estimators answered to unseen rows
    │   └── UnknownVersion
    ├── BlankImage          nothing is drawn in these images
    ├── Unanswerable        the model has no finite answer to these rows
    ├── NotTrained          the model exists, no version of it does
    ├── NotLoaded           the model was unloaded on purpose
    ├── NotExplainable      the version knows no rows to explain its answers by
    ├── NameTaken           another model has the name, so that none can be defined by it
    ├── NothingBefore       the model had no other champion to roll back to
    ├── QueueFull           too much training is waiting already
    ├── TrainingFailed      the training process ended without a result
    ├── RunEnded            the run is over, so that it can't be cancelled or publish any more
    ├── ArtefactDamaged     stored bytes are not the bytes that were published
    ├── GoldenRowsDiffer    a loaded version does not answer as it did when it was trained
    └── StoreError          the store, not the caller, is at fault
        ├── StoreUnavailable
        └── StoreFull

The split follows who is to blame; which HTTP status that makes is decided in `http_api.errors` alone.
"""

from collections.abc import Sequence

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong with an input: where (a path like ``data[2]``) and what, in words."""

    path: str
    message: str


class DuetError(Exception):
    """Base of all expected errors."""


class InvalidInput(DuetError):
    """The caller's values can't be used; `problems` names every culprit."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)


class UnusableFile(DuetError):
    """The file called `name` can't be used.

    `problems` holds the first, each with its place in the file, or no place where the file as a whole is meant;
    `n_more` counts the others.
    """

    def __init__(self, name: str, problems: Sequence[Problem], n_more: int = 0) -> None:
        told = [": ".join(filter(None, (problem.path, problem.message))) for problem in problems]
        super().__init__(f"{name}: {'; '.join(told)}" + (f"; and {n_more} more" if n_more else ""))
        self.name = name
        self.problems = tuple(problems)
        self.n_more = n_more


class Unknown(DuetError):
    """The caller names something that does not exist."""


class UnknownModel(Unknown):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no model {name!r}; there are: {', '.join(known)}")


class UnknownRun(Unknown):
    def __init__(self, run_id: str) -> None:
        super().__init__(f"there is no run {run_id!r}")


class NoHeldOut(Unknown):
    def __init__(self, model: str, number: int) -> None:
        super().__init__(f"no answers to unseen rows were kept of {model!r} version {number}")


class UnknownVersion(Unknown):
    def __init__(self, model: str, number: int | str) -> None:
        super().__init__(f"model {model!r} has no version {number}")


class BlankImage(DuetError):
    """The images numbered `images`, from 0, have no ink: a model would read a digit all the same."""

    def __init__(self, images: Sequence[int]) -> None:
        super().__init__("nothing is drawn in the image")
        self.images = tuple(images)


class Unanswerable(DuetError):
    """The model has no finite answer to the rows numbered `rows`, from 0."""

    def __init__(self, rows: Sequence[int]) -> None:
        super().__init__("the model has no finite answer to these values")
        self.rows = tuple(rows)


class NotTrained(DuetError):
    def __init__(self, model: str) -> None:
        super().__init__(f"model {model!r} is not trained yet; train it first")


class NotLoaded(DuetError):
    def __init__(self, model: str) -> None:
        super().__init__(f"model {model!r} was unloaded; load it first (POST /v2/repository/models/{model}/load)")


class NotExplainable(DuetError):
    """No rows of the training are attached to the version."""

    def __init__(self, model: str, number: int) -> None:
        super().__init__(
            f"version {number} of model {model!r} can't explain its answers, as no rows of its training were kept with "
            "it"
        )


class NameTaken(DuetError):
    """Another model has the name; `why` says which, and what to do."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"the name {name!r} is taken: {why}")


class NothingBefore(DuetError):
    def __init__(self, model: str) -> None:
        super().__init__(f"model {model!r} had no champion before the present one; there is nothing to roll back to")


class QueueFull(DuetError):
    """Too many training requests wait already; try again after `retry_after_s` seconds."""

    def __init__(self, model: str, retry_after_s: int) -> None:
        super().__init__(f"too many training requests for {model!r} are waiting")
        self.retry_after_s = retry_after_s


class TrainingFailed(DuetError):
    """The training process ended without a result; the message says what it said."""


class RunEnded(DuetError):
    def __init__(self, run_id: str, state: str) -> None:
        super().__init__(f"run {run_id} is {state} already")


class ArtefactDamaged(DuetError):
    """The stored bytes of a version don't have the SHA-256 that was recorded when it was published."""


class GoldenRowsDiffer(DuetError):
    """The rows that were kept when a version was trained get other answers now that it is loaded."""


class StoreError(DuetError):
    """The store can't do its work; try again after `retry_after_s` seconds."""

    retry_after_s = 5


class StoreUnavailable(StoreError):
    """Unreachable, locked or read-only."""


class StoreFull(StoreError):
    """No space left for another version."""
