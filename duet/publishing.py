"""From a notebook to the backends, in one call."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from getpass import getuser
from typing import Any

from shared.bootstrap import open_service
from shared.publishing.making import Wishes, made_of_rows
from shared.settings import read_settings

ADDRESS = "http://localhost:8081/"  # of the page, as `duet serve` serves it unless told otherwise


def publish(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    name: str,
    title: str = "",
    description: str = "",
    feature_names: Sequence[str] | None = None,
    target: str = "",
    units: Mapping[str, str] | None = None,
    trust: Sequence[str] = (),
    seed: int = 0,
    store: str | None = None,
    address: str = ADDRESS,
) -> str:
    """Let the backends that share the store serve `estimator`, fitted on `X` and `y`; returns its page's address.

    `X` is a data frame, or an array or lists of numbers of shape (n_rows, n_columns), `y` has n_rows labels or numbers.
    The estimator is served as it is; clones of it are fitted on parts of the rows to measure it, split by `seed`. To
    publish the same name again makes a new version that answers from then on. `units` are those of columns and target
    by name; `trust` names types, one by one, that the estimator holds and that the backends may load. `address` is
    where the page is, which nothing asks: no backend need run.

    Raises InvalidInput with what is wrong, NameTaken where another model has the name, and StoreError.
    """
    by = f"python ({getuser()})"
    wishes = Wishes(
        name=name,
        by=by,
        source=f"published from Python by {getuser()}",
        title=title,
        description=description,
        target=target,
        units=units or {},
        trust=trust,
        how="names each in `trust`",
        seed=seed,
    )
    made = made_of_rows(estimator, X, y, feature_names, wishes)
    with closing(open_service(read_settings(store=store), by)) as service:
        service.define(made.definition, made.parts(), made.trained)
    return f"{address}#{name}"
