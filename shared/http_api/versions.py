"""Versions over HTTP: list them, look at one, compare two, choose the one that answers."""

from collections.abc import Iterable

import msgspec

from shared.domain.comparison import Agreement, Comparison, FigureDifference, ParameterDifference, RegressionAgreement
from shared.domain.dataset import DataDescription, Example
from shared.domain.promotion import ChampionChange, ChampionHistory
from shared.domain.signature import Signature
from shared.domain.version import ModelVersion
from shared.errors import UnknownVersion
from shared.http_api import payloads
from shared.http_api.context import Context
from shared.http_api.handlers import json_reply
from shared.http_api.messages import Call, Reply
from shared.http_api.views import Number, VersionView, version_view


class VersionsAnswer(msgspec.Struct, frozen=True):
    """`champion` is the version that answers, `previous` the one that a rollback leads to.

    `versions` and `promotions`, which say who became champion when, stand the newest first.
    """

    model: str
    champion: Number | None
    previous: Number | None
    versions: tuple[VersionView, ...]
    promotions: tuple[ChampionChange, ...]


class VersionAnswer(VersionView, frozen=True):
    """A version in full; data and examples are missing where they were not recorded."""

    signature: Signature
    data: DataDescription | None
    examples: tuple[Example, ...] | None


class ComparisonAnswer(msgspec.Struct, frozen=True):
    """Two versions and what differs, the first named first; see the glossary for `agreement`."""

    model: str
    versions: tuple[VersionView, VersionView]
    figures: tuple[FigureDifference, ...]
    parameters: tuple[ParameterDifference, ...]
    same_data: bool
    agreement: Agreement | RegressionAgreement


class ChampionAnswer(msgspec.Struct, frozen=True):
    """The version that answers from now on, and the one that did `before`."""

    model: str
    champion: Number
    before: Number | None


def versions(context: Context, call: Call) -> Reply:
    """`GET /models/<name>/versions`: every version, and who was champion when."""
    name, service = call.parameters["name"], context.service
    return json_reply(versions_answer(name, service.champion(name), service.history(name), service.versions(name)))


def version(context: Context, call: Call) -> Reply:
    """`GET /models/<name>/versions/<version>`: one version in full."""
    found = context.service.version(call.parameters["name"], number_in(call))
    return json_reply(version_view(found, VersionAnswer))


def compare(context: Context, call: Call) -> Reply:
    """`GET /models/<name>/versions/<version>/compare/<other>`: two versions side by side."""
    one, other = number_in(call), number_in(call, "other")
    return json_reply(comparison_answer(context.service.compare(call.parameters["name"], one, other)))


def promote(context: Context, call: Call) -> Reply:
    """`PUT /models/<name>/champion`: promote a version, or roll back to the previous champion."""
    name, wanted = call.parameters["name"], payloads.parse(payloads.ChampionRequest, call.body).version
    promoted = context.service.promote(name, wanted)
    return json_reply(ChampionAnswer(name, promoted.after, promoted.before), model=name, version=promoted.after)


def number_in(call: Call, key: str = "version") -> int:
    """The version that `key` of the path names; raises UnknownVersion where it can't be one."""
    text = call.parameters[key]
    if not (text.isascii() and text.isdigit() and len(text) < 10) or str(int(text)) != text:
        raise UnknownVersion(call.parameters["name"], text[:40])
    return int(text)


def versions_answer(
    model: str, champion: ModelVersion | None, history: ChampionHistory, versions: Iterable[ModelVersion]
) -> VersionsAnswer:
    return VersionsAnswer(
        model=model,
        champion=champion.number if champion else None,
        previous=history.previous,
        versions=tuple(version_view(version, VersionView) for version in versions),
        promotions=history.changes[::-1],
    )


def comparison_answer(comparison: Comparison) -> ComparisonAnswer:
    one, other = comparison.versions
    return ComparisonAnswer(
        model=one.model,
        versions=(version_view(one, VersionView), version_view(other, VersionView)),
        figures=comparison.figures,
        parameters=comparison.parameters,
        same_data=comparison.same_data,
        agreement=comparison.agreement,
    )
