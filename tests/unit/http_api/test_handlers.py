"""What handlers make of answers that no model of the catalogue gives."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from shared.catalogue import entry_named
from shared.errors import InvalidInput, Unanswerable
from shared.http_api import handlers
from shared.http_api.context import Context
from shared.http_api.messages import Call, Head
from shared.http_api.metrics import Metrics
from shared.http_api.static_files import StaticFile
from shared.service import Service


def _undescribed() -> StaticFile:
    raise AssertionError("nobody asked for the description")


class _Overflowing:
    """A predictor that has no finite answer to values above 1e30."""

    def predict(self, X: Any) -> None:
        raise Unanswerable(np.flatnonzero((X > 1e30).any(axis=1)).tolist())


@pytest.mark.parametrize(("count", "named"), [(2, 2), (5000, 100)])
def test_rows_without_a_finite_answer_are_named(count: int, named: int) -> None:
    service = SimpleNamespace(entry=entry_named, predictor=lambda model, number: _Overflowing())
    context = Context(cast("Service", service), {}, Metrics(), "", 10_000, 1_000_000, _undescribed)
    body = b'{"rows":[[1,1,1,1]%b]}' % (b",[1,1,1e31,1]" * count)
    with pytest.raises(InvalidInput) as raised:
        handlers.predict(context, Call(Head("POST", "/models/iris/predict", ()), {"name": "iris"}, body))
    assert [problem.path for problem in raised.value.problems] == [f"rows[{row + 1}]" for row in range(named)]
    assert {problem.message for problem in raised.value.problems} == {"the model has no finite answer to these values"}
