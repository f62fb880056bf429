"""The one table of routes, from which both backends are made and which a test compares with both URL maps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.http_api import (
    batches,
    cards,
    column_descriptions,
    columns,
    descriptions,
    digits,
    digits_descriptions,
    form_descriptions,
    forms,
    handlers,
    held_out,
    infer_requests,
    npy,
    open_inference,
    run_descriptions,
    runs,
    table_descriptions,
    tables,
    version_descriptions,
    versions,
)
from shared.http_api import open_inference_descriptions as described
from shared.http_api.operations import Operation

if TYPE_CHECKING:
    from shared.http_api.context import Context
    from shared.http_api.messages import Call, Head, Reply

Handler = Callable[["Context", "Call"], "Reply"]
VERSION, EXPLAIN = b'"version"', b'"explain"'  # a version that is named may have to be read, and to explain takes long


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one URL rule, in Werkzeug's syntax.

    `blocks` marks a handler that waits for a disk or a training, `blocks_on` one that does so, or computes for long,
    where the body holds one of these, and `is_long` says of a request whether it takes more than some 2 ms to compute:
    an asynchronous server runs these off its event loop. `inflates` marks a handler that takes compressed bodies, which
    hold much in few bytes, `limit` names the setting that says how many bytes its bodies may have. `takes` are content
    types beyond those that every route takes. `changes_state` marks what only the page's own addresses may do,
    `repeats` what a client asks over and over. `operation` is the route's part of the API's description, which lacks
    only OPTIONS and files of the page.
    """

    name: str
    method: str
    rule: str
    handler: Handler
    blocks: bool = False
    blocks_on: tuple[bytes, ...] = ()
    is_long: Callable[[Head, bytes], bool] | None = None
    inflates: bool = False
    limit: str = "max_body_bytes"
    takes: frozenset[str] = frozenset()
    changes_state: bool = False
    repeats: bool = False
    operation: Operation | None = None

    def may_block(self, head: Head, body: bytes) -> bool:
        """Whether the handler may wait for something, or compute for long, when it is given this request."""
        if self.blocks or (self.is_long is not None and self.is_long(head, body)):
            return True
        if self.inflates and head.value("content-encoding"):
            return True
        for mark in self.blocks_on:
            if mark in body:
                return True
        return bool(self.blocks_on) and b"\\" in body  # which may spell a mark in another way


def _with_options(routes: Iterable[Route]) -> tuple[Route, ...]:
    """`routes`, and for each rule a route that answers OPTIONS: the frameworks' own answers differ."""
    routes = tuple(routes)
    by_rule: dict[str, list[Route]] = {}
    for route in routes:
        by_rule.setdefault(route.rule, []).append(route)
    return routes + tuple(
        Route(
            name=f"{group[0].name}_options",
            method="OPTIONS",
            rule=rule,
            handler=handlers.options_of(sorted(_methods_of(group))),
            changes_state=any(route.changes_state for route in group),
        )
        for rule, group in by_rule.items()
    )


def _methods_of(group: Iterable[Route]) -> set[str]:
    methods = {route.method for route in group} | {"OPTIONS"}
    return methods | {"HEAD"} if "GET" in methods else methods


def _open_inference() -> Iterator[Route]:
    handle, model, version = open_inference, "/v2/models/<name>", "/v2/models/<name>/versions/<version>"
    binary = frozenset({infer_requests.BINARY})
    repository = "/v2/repository/models/<name>"
    yield Route("server", "GET", "/v2", handle.server, operation=described.SERVER)
    yield Route("model_names", "GET", "/v2/models", handle.models, operation=described.MODEL_NAMES)
    yield Route("model_metadata", "GET", model, handle.model, blocks=True, operation=described.MODEL_METADATA)
    yield Route("version_metadata", "GET", version, handle.model, blocks=True, operation=described.VERSION_METADATA)
    yield Route("model_ready", "GET", f"{model}/ready", handle.model_ready, operation=described.MODEL_READY)
    yield Route(
        "version_ready", "GET", f"{version}/ready", handle.model_ready, blocks=True, operation=described.VERSION_READY
    )
    yield Route(
        "infer",
        "POST",
        f"{model}/infer",
        handle.infer,
        is_long=infer_requests.is_long,
        inflates=True,
        takes=binary,
        repeats=True,
        operation=described.INFER,
    )
    yield Route(
        "version_infer",
        "POST",
        f"{version}/infer",
        handle.infer,
        blocks=True,
        inflates=True,
        takes=binary,
        operation=described.VERSION_INFER,
    )
    yield Route(
        "repository_index",
        "POST",
        "/v2/repository/index",
        handle.repository_index,
        blocks=True,
        operation=described.INDEX,
    )
    for name, handler, operation in (
        ("load", handle.repository_load, described.LOAD),
        ("unload", handle.repository_unload, described.UNLOAD),
    ):
        rule = f"{repository}/{name}"
        yield Route(name, "POST", rule, handler, blocks=True, changes_state=True, operation=operation)


def _digits() -> Iterator[Route]:
    described = digits_descriptions
    yield Route(
        "probabilities",
        "POST",
        "/predict",
        digits.probabilities,
        is_long=digits.is_long,
        limit="max_images_bytes",
        repeats=True,
        operation=described.PROBABILITIES,
    )
    yield Route(
        "predict_digits",
        "POST",
        "/models/digits/predict",
        digits.predict,
        blocks_on=(VERSION, EXPLAIN),
        is_long=digits.is_long,
        limit="max_images_bytes",
        takes=frozenset({npy.CONTENT_TYPE}),
        repeats=True,
        operation=described.PREDICT,
    )


def _versions() -> Iterator[Route]:
    handle, described = versions, version_descriptions
    history, one = "/models/<name>/versions", "/models/<name>/versions/<version>"
    yield Route("versions", "GET", history, handle.versions, blocks=True, operation=described.VERSIONS)
    yield Route("version", "GET", one, handle.version, blocks=True, operation=described.VERSION)
    yield Route("card", "GET", f"{one}/card", cards.card, blocks=True, operation=described.CARD)
    yield Route("held_out", "GET", f"{one}/held-out", held_out.held_out, blocks=True, operation=described.HELD_OUT)
    yield Route("compare", "GET", f"{one}/compare/<other>", handle.compare, blocks=True, operation=described.COMPARE)
    yield Route(
        "promote",
        "PUT",
        "/models/<name>/champion",
        handle.promote,
        blocks=True,
        changes_state=True,
        operation=described.PROMOTE,
    )


def _tables() -> Iterator[Route]:
    handle, described = tables, table_descriptions
    for name, rule, handler, operation in (
        ("read_table", "/tables", handle.read, described.READ),
        ("add_model", "/models", handle.add, described.ADD),
    ):
        yield Route(
            name,
            "POST",
            rule,
            handler,
            blocks=True,
            limit="max_table_bytes",
            takes=frozenset({tables.CSV}),
            changes_state=True,
            operation=operation,
        )
    yield Route(
        "remove_model",
        "DELETE",
        "/models/<name>",
        handle.remove,
        blocks=True,
        changes_state=True,
        operation=described.REMOVE,
    )


def _training_runs() -> Iterator[Route]:
    of_model, one = "/models/<name>/runs", "/runs/<id>"
    yield Route(
        "start_run", "POST", of_model, runs.start, blocks=True, changes_state=True, operation=run_descriptions.START
    )
    yield Route("runs", "GET", "/runs", runs.runs, blocks=True, operation=run_descriptions.RUNS)
    yield Route("run", "GET", one, runs.run, blocks=True, operation=run_descriptions.RUN)
    yield Route(
        "cancel_run", "DELETE", one, runs.cancel, blocks=True, changes_state=True, operation=run_descriptions.CANCEL
    )


ROUTES = _with_options(
    (
        Route("styles", "GET", "/styles.css", handlers.static_file),
        Route("panel_styles", "GET", "/panels.css", handlers.static_file),
        Route("docs_styles", "GET", "/docs.css", handlers.static_file),
        Route("form_styles", "GET", "/form.css", handlers.static_file),
        Route("icon", "GET", "/favicon.svg", handlers.static_file),
        Route("script", "GET", "/js/<name>", handlers.static_file),
        Route("page_data", "GET", "/data/<name>", handlers.static_file),
        Route("chart_library", "GET", "/vendor/<name>", handlers.static_file),
        Route("docs", "GET", "/docs", handlers.static_file, operation=descriptions.DOCS),
        Route("openapi", "GET", "/openapi.json", handlers.openapi, blocks=True, operation=descriptions.OPENAPI),
        Route("home", "GET", "/home", handlers.home, operation=descriptions.HOME),
        Route(
            "classify",
            "POST",
            "/classify",
            handlers.classify,
            blocks_on=(VERSION, EXPLAIN),
            repeats=True,
            operation=descriptions.CLASSIFY,
        ),
        Route("train", "POST", "/train", handlers.train, blocks=True, changes_state=True, operation=descriptions.TRAIN),
        Route("models", "GET", "/models", handlers.models, operation=descriptions.MODELS),
        Route("model", "GET", "/models/<name>", handlers.model, operation=descriptions.DETAIL),
        Route(
            "predict",
            "POST",
            "/models/<name>/predict",
            handlers.predict,
            blocks_on=(VERSION, EXPLAIN),
            is_long=batches.is_long,
            takes=frozenset({npy.CONTENT_TYPE}),
            repeats=True,
            operation=descriptions.PREDICT,
        ),
        *_digits(),
        Route("predict_row", "GET", "/predict", forms.predict, operation=form_descriptions.PREDICT_ROW),
        Route("forms", "GET", "/form", forms.forms, operation=form_descriptions.FORMS),
        Route("form", "GET", "/form/<name>", forms.form, operation=form_descriptions.FORM),
        Route("table", "GET", "/api", columns.describe, operation=column_descriptions.DESCRIBE),
        Route(
            "predict_table",
            "POST",
            "/api",
            columns.predict,
            blocks_on=(VERSION,),
            is_long=batches.is_long,
            repeats=True,
            operation=column_descriptions.PREDICT,
        ),
        *_tables(),
        *_versions(),
        *_training_runs(),
        Route("tree", "POST", "/", handlers.tree, operation=descriptions.TREE),
        Route("page", "GET", "/", handlers.static_file, operation=descriptions.PAGE),
        # Of other processes too: from files.
        Route("metrics", "GET", "/metrics", handlers.metrics, blocks=True, operation=descriptions.METRICS),
        Route("live", "GET", "/v2/health/live", handlers.live, operation=descriptions.LIVE),
        Route("ready", "GET", "/v2/health/ready", handlers.ready, operation=descriptions.READY),
        *_open_inference(),
    )
)
