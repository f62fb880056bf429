"""From a skops file, which comes without data, to a definition and a version."""

import warnings
from typing import Any

import skops.io

from shared.domain.measured import Measured
from shared.domain.signature import Signature
from shared.errors import InvalidInput, Problem, Unanswerable, UnusableFile
from shared.publishing.archives import checked
from shared.publishing.estimators import kind_of
from shared.publishing.features import read_features
from shared.publishing.making import Made, Wishes, made
from shared.publishing.process import no_rows
from shared.publishing.rows import framed
from shared.publishing.trusted import needed_types


def made_of_file(content: bytes, features: bytes | None, wishes: Wishes) -> Made:
    """The model in the skops file `content`, whose inputs `features` describes as JSON; it is not measured.

    Raises UnusableFile and InvalidInput.
    """
    estimator = _loaded(checked(wishes.source, content), wishes)
    kind = kind_of(estimator)
    given = read_features(features, kind)
    if kind.names is not None or any(one.categories for one in given):
        estimator = framed(estimator, [one.column() for one in given])
    signature = Signature(tuple(one.feature() for one in given), kind.output(wishes.target or "target"))
    data = no_rows(wishes.source, len(given), kind.task)
    try:
        return made(estimator, kind, signature, data, Measured(), wishes)
    except Unanswerable:
        why = "gives no finite answer to any row that was tried; are the ranges of its inputs right?"
        raise InvalidInput([Problem("estimator", why)]) from None


def _loaded(archive: bytes, wishes: Wishes) -> Any:
    try:
        trusted = needed_types(archive, wishes.trust, wishes.how)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of other releases of scikit-learn: golden rows are of this one
            return skops.io.loads(archive, trusted=list(trusted))
    except InvalidInput:
        raise
    except Exception as error:  # whatever skops and numpy make of a file that they can't use
        why = f"can't be loaded: {type(error).__name__}: {error}"
        raise UnusableFile(wishes.source, [Problem("", " ".join(why.split())[:500])]) from None
