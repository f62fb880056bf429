"""What may evaluate a version's estimator, and what was seen of each candidate."""

import msgspec

DENSE, ONNXRUNTIME, SCIKIT_LEARN = "dense", "onnxruntime", "scikit-learn"
ENGINES = (DENSE, ONNXRUNTIME, SCIKIT_LEARN)  # the cheapest first; scikit-learn is the reference and always there


class EngineReport(msgspec.Struct, frozen=True):
    """What became of one candidate when the version was trained.

    `difference` is the largest one from scikit-learn, where it was measured: of probabilities, or of a regression's
    values relative to the largest. `sha256` is the digest of its artefact, which only an accepted one has.
    """

    name: str
    accepted: bool
    why: str
    difference: float | None = None
    sha256: str | None = None


class GoldenRows(msgspec.Struct, frozen=True):
    """Rows with the outputs that scikit-learn gave when the version was trained, to be replayed at every load.

    `rows` are n_features wide, None where a value is missing (JSON has no NaN); `outputs` hold probabilities, or one
    value each for a regression.
    """

    rows: tuple[tuple[float | None, ...], ...]
    outputs: tuple[tuple[float, ...], ...]


class EngineInUse(msgspec.Struct, frozen=True):
    """The engine that answers, and why it is this one."""

    name: str
    why: str
