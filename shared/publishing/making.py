"""From a fitted estimator and what is known of its rows to a definition and a version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np

from shared.catalogue.stored import stored_entry
from shared.domain.dataset import Dataset, Example, Target
from shared.domain.definition import ModelDefinition
from shared.domain.measured import Measured
from shared.domain.packing import pack
from shared.domain.signature import Signature
from shared.domain.version import Trained
from shared.engines.agreement import replay
from shared.engines.scikit_learn import open_scikit_learn
from shared.errors import InvalidInput, Problem
from shared.publishing.estimators import Kind, kind_of
from shared.publishing.measuring import measured
from shared.publishing.rows import GivenColumn, framed, matrix_of, read_rows
from shared.publishing.trusted import needed_types
from shared.tables.defining import MIN_ROWS, MIN_ROWS_OF_CLASS, examples_of, feature_of
from shared.tables.findings import Findings, shown
from shared.training.child import packed

COMPARED_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person says of an estimator; what is empty is chosen by what it says of itself.

    `trust` are types beyond the usual ones that it may hold, `how` says how a person adds to them, and `units` are
    those of columns, and of the target, by name.
    """

    name: str
    by: str
    source: str
    title: str = ""
    description: str = ""
    target: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    trust: Sequence[str] = ()
    how: str
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """What `Service.define` takes."""

    definition: ModelDefinition
    data: Dataset
    trained: Trained

    def parts(self) -> list[bytes]:
        return list(pack(self.data))


def made_of_rows(estimator: Any, X: Any, y: Any, feature_names: Sequence[str] | None, wishes: Wishes) -> Made:
    """The model of `estimator`, fitted on `X` and `y`, which is measured by clones of it.

    Raises InvalidInput with every problem of a kind.
    """
    kind = kind_of(estimator)
    columns = read_rows(X, feature_names, kind.names)
    matrix = matrix_of(columns)
    if kind.n_features not in (None, matrix.shape[1]):
        message = f"has {matrix.shape[1]} columns; the estimator was fitted on {kind.n_features}"
        raise InvalidInput([Problem("X", message)])
    served, is_of_numbers = estimator, all(given.values is None for given in columns)
    if kind.names is not None or not is_of_numbers or (kind.n_features is None and hasattr(X, "columns")):
        served = framed(estimator, columns)
    _refuse_other_answers(estimator, X, served, columns)
    targets = _targets(y, kind, len(matrix))
    features = tuple(feature_of(given.column, given.column.values) for given in columns)
    output = kind.output(wishes.target or str(getattr(y, "name", None) or "target"))
    if kind.task == "regression":
        output = msgspec.structs.replace(output, minimum=float(targets.min()), maximum=float(targets.max()))
    data = Dataset(wishes.title or wishes.name, wishes.source, matrix, targets)
    signature = _with_units(Signature(features, output), wishes.units)
    return made(served, kind, signature, data, measured(served, kind, data, signature, wishes.seed), wishes)


def made(
    estimator: Any,
    kind: Kind,
    signature: Signature,
    data: Dataset,
    found: Measured,
    wishes: Wishes,
) -> Made:
    """The model that answers by `estimator`; `data` may have no rows, and `found` is then nothing.

    What can't be loaded again is refused.
    """
    title = wishes.title or wishes.name.replace("-", " ").capitalize()
    verb = "Tells" if signature.output.classes else "Estimates"
    n = signature.n_features
    definition = ModelDefinition(
        name=wishes.name,
        title=title,
        description=wishes.description
        or f"{verb} {signature.output.title} by {n} input{'s' if n > 1 else ''}. Fitted elsewhere ({kind.title}).",
        task=kind.task,
        signature=signature,
        recipes=(),
        default_recipe=None,
        data=data.description,
        data_sha256=data.sha256(),
        examples=_examples(data, signature),
        created_at=datetime.now(UTC).replace(microsecond=0),
        by=wishes.by,
    )
    trained = packed(stored_entry(definition, lambda: data), estimator, found, kind.title, {}, wishes.seed)
    types = needed_types(trained.artefact, wishes.trust, wishes.how)
    trained = msgspec.structs.replace(trained, trusted_types=types, by=wishes.by)
    _refuse_changed(trained)
    return Made(definition, data, trained)


def _refuse_other_answers(estimator: Any, X: Any, served: Any, columns: Sequence[GivenColumn]) -> None:
    """Raises InvalidInput where the first rows get other answers than `estimator` itself gives to them."""
    method = "predict_proba" if hasattr(estimator, "predict_proba") else "predict"
    first = X.iloc[:COMPARED_ROWS][[given.label for given in columns]] if hasattr(X, "iloc") else X[:COMPARED_ROWS]
    answers = getattr(served, method)(matrix_of(columns)[:COMPARED_ROWS])
    if not np.allclose(answers, getattr(estimator, method)(first), equal_nan=True):
        message = "the estimator answers otherwise to rows as requests bring them: as numbers, texts and truth values"
        raise InvalidInput([Problem("X", message)])


def _refuse_changed(trained: Trained) -> None:
    """Raises InvalidInput where the estimator answers otherwise once it was written and read."""
    assert trained.golden is not None
    found = replay(open_scikit_learn(trained.artefact, trained.trusted_types), trained.golden)
    if not found.agrees:
        raise InvalidInput([Problem("estimator", f"written by skops and read again, it {found.why}")])


def _targets(y: Any, kind: Kind, n_rows: int) -> Target:
    """`y` as places in the classes, or as numbers."""
    given = np.asarray(y)
    if given.ndim == 2 and given.shape[1] == 1:
        given = given[:, 0]
    if given.shape != (n_rows,):
        raise InvalidInput([Problem("y", f"must hold {n_rows} values, one a row of X; its shape is {given.shape}")])
    findings = Findings()
    if n_rows < MIN_ROWS:
        findings.add("y", f"has {n_rows} rows; {MIN_ROWS} are needed to measure how good the model is")
    targets = _places(given, kind, findings) if kind.classes else _values(given, findings)
    findings.raise_any()
    return targets


def _values(given: Any, findings: Findings) -> Target:
    try:
        values = given.astype(np.float64)
    except (TypeError, ValueError):
        findings.add("y", "must hold numbers, as the estimator is a regressor")
        return np.zeros(0)
    if not np.isfinite(values).all():
        findings.add("y", "must hold finite numbers; some are missing or infinite")
    return np.asarray(values, np.float64)


def _places(given: Any, kind: Kind, findings: Findings) -> Target:
    places = {label: place for place, label in enumerate(kind.classes)}
    found = [places.get(label, -1) for label in given.tolist()]
    if unknown := sorted({str(label) for label, place in zip(given.tolist(), found, strict=True) if place < 0}):
        told = ", ".join(map(shown, unknown[:5]))
        findings.add("y", f"holds what the estimator has no class for: {told}")
    for label, place in places.items():
        if (count := found.count(place)) < MIN_ROWS_OF_CLASS:
            needed = f"each needs {MIN_ROWS_OF_CLASS}, to be measured"
            findings.add("y", f"has {count} rows of class {shown(str(label))!r}; {needed}")
    return np.array(found, dtype=np.int64)


def _with_units(signature: Signature, units: Mapping[str, str]) -> Signature:
    known = [feature.name for feature in signature.inputs] + [signature.output.name]
    if unknown := [name for name in units if name not in known]:
        raise InvalidInput([Problem("units", f"name {', '.join(unknown)}; there are: {', '.join(known)}")])

    def with_unit(part: Any) -> Any:
        return msgspec.structs.replace(part, unit=units.get(part.name, part.unit))

    return Signature(tuple(map(with_unit, signature.inputs)), with_unit(signature.output))


def _examples(data: Dataset, signature: Signature) -> tuple[Example, ...]:
    return tuple(examples_of(data, signature)) if data.n_samples else ()
