"""The route table and both frameworks' URL maps say the same."""

from collections.abc import Callable
from typing import Any

import pytest

import backend_flask
import backend_klein
from shared.http_api import ROUTES, Api, Head
from shared.service import Service
from shared.settings import Settings
from shared.store import ModelStore
from shared.training.runner import Runner


@pytest.fixture
def api(store: ModelStore) -> Api:
    service = Service(store, Runner(store.runs, environment={}, time_limit_s=1, max_waiting=0))
    return Api(service, {}, Settings(), 8081)


@pytest.mark.parametrize("create_app", [backend_flask.create_app, backend_klein.create_app], ids=["flask", "klein"])
def test_the_url_map_is_the_route_table(create_app: Callable[[Api], Any], api: Api) -> None:
    rules = {
        (rule.endpoint, rule.rule, frozenset(rule.methods) - {"HEAD"}) for rule in create_app(api).url_map.iter_rules()
    }
    assert rules == {(route.name, route.rule, frozenset({route.method})) for route in ROUTES}


def test_names_are_unique_and_no_rule_ends_in_a_slash() -> None:
    assert len({route.name for route in ROUTES}) == len(ROUTES)
    assert [route.rule for route in ROUTES if route.rule.endswith("/") and route.rule != "/"] == []


def test_small_bodies_are_answered_on_the_event_loop_and_large_batches_off_it() -> None:
    predict = next(route for route in ROUTES if route.name == "predict")
    head = Head("POST", "/", ())
    row = b"[5.1, 3.5, 1.4, 0.2]"
    assert not predict.may_block(head, b'{"rows": [%b]}' % b", ".join([row] * 1000))
    assert predict.may_block(head, b'{"rows": [%b]}' % b", ".join([row] * 10_000))
    for more in (b'"version": 3', b'"explain": true', b'"expl\\u0061in": true'):
        assert predict.may_block(head, b'{"rows": [%b], %b}' % (row, more))
    classify = next(route for route in ROUTES if route.name == "classify")
    assert not classify.may_block(head, b" " * 1_000_000)


def test_every_rule_answers_options() -> None:
    assert {route.rule for route in ROUTES if route.method == "OPTIONS"} == {route.rule for route in ROUTES}
