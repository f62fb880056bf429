"""The descriptions of the routes that list, compare and choose versions, with examples."""

from http import HTTPStatus

import numpy as np

from shared.cards import ModelCard, card_of
from shared.catalogue import entry_named
from shared.domain.comparison import Agreement, compare
from shared.domain.held_out import HeldOut
from shared.domain.promotion import ChampionHistory, unrecorded
from shared.errors import ArtefactDamaged, GoldenRowsDiffer, NothingBefore, StoreError, StoreFull, Unknown
from shared.http_api import cards, held_out, payloads, versions, views
from shared.http_api.descriptions import ASKING, NAMED, SETOSA, iris_version, tree_version, wrong
from shared.http_api.operations import VERSION as ONE_VERSION
from shared.http_api.operations import Answer, Example, Link, Operation, Parameter, ok

NAMED_VERSION = {**NAMED, "version": ONE_VERSION}
OF_THIS = {"name": "$response.body#/model"}


def _history() -> versions.VersionsAnswer:
    one, two = iris_version(), tree_version()
    return versions.versions_answer("iris", two, ChampionHistory(2, unrecorded([one, two])), [two, one])


def _comparison() -> versions.ComparisonAnswer:
    agreement = Agreement("Iris", 150, 144, 0.96, (147, 146), (True, True))
    return versions.comparison_answer(compare(iris_version(), tree_version(), agreement))


def held_out_parameters() -> dict[str, Parameter]:
    return {
        "class": Parameter("Rows of this class alone, by its name.", str, "setosa", "query"),
        "n": Parameter("How many rows.", held_out.RowCount, 1, "query"),
        "seed": Parameter("Which rows.", views.Index, 0, "query"),
    }


def _held_out() -> held_out.HeldOutAnswer:
    found = HeldOut(np.array([0]), np.array([SETOSA]), np.array([0]), np.array([[1.0, 0.0, 0.0]]))
    query = held_out.HeldOutQuery(class_="setosa", n=1)
    return held_out.held_out_answer(iris_version(), found, query)


VERSIONS = Operation(
    "List the versions of a model",
    "Models",
    ok("Every version, and who was champion when, the newest first.", versions.VersionsAnswer),
    parameters=NAMED,
    errors=(Unknown, StoreError),
    examples=(Example("The history of Iris", _history),),
    links=(
        Link("model", "The model in full.", OF_THIS),
        Link("version", "The newest version in full.", {**OF_THIS, "version": "$response.body#/versions/0/number"}),
    ),
)
VERSION = Operation(
    "Describe a version",
    "Models",
    ok("What it was made from and with, how good it is, and what it takes and gives.", versions.VersionAnswer),
    parameters=NAMED_VERSION,
    errors=(Unknown, StoreError),
    examples=(Example("The first", lambda: views.version_view(iris_version(), versions.VersionAnswer)),),
)
CARD = Operation(
    "Get the model card of a version",
    "Models",
    {
        HTTPStatus.OK: Answer(
            "What to know of it before relying on it: data, inputs, training, figures, limits, digests.",
            ModelCard,
            also={cards.MARKDOWN: "The same as a text to read, under metadata in YAML, for those who `Accept` it."},
        )
    },
    parameters=NAMED_VERSION,
    errors=(Unknown, StoreError),
    examples=(Example("The first", lambda: card_of(entry_named("iris"), iris_version())),),
)
COMPARE = Operation(
    "Compare two versions",
    "Models",
    ok("Figures, parameters, and how far the two agree on the model's data.", versions.ComparisonAnswer),
    "Each pair of values is in the order of the path. The first comparison of a model reads its data, which may take "
    "some seconds.",
    parameters={**NAMED_VERSION, "other": Parameter("Another version of it.", ONE_VERSION.kind, "2")},
    errors=ASKING,
    examples=(Example("Two recipes", _comparison),),
)
HELD_OUT = Operation(
    "See what was answered to rows that were not seen",
    "Models",
    ok("Some of the rows, with what they are and what they were taken for.", held_out.HeldOutAnswer),
    "A version is fitted on all rows, so that its own answers to them would flatter it. These are the answers of the "
    "cross-validation: each row's is that of an estimator of the same recipe that had not seen it. Equal seeds draw "
    "equal rows. Kept of classifications; of many rows, so many as make half a million numbers.",
    parameters={**NAMED_VERSION, **held_out_parameters()},
    errors=(Unknown, ArtefactDamaged, StoreError),
    examples=(Example("One flower", _held_out),),
)
PROMOTE = Operation(
    "Choose the version that answers",
    "Models",
    ok("The version that answers from now on: in this process at once, in others soon.", versions.ChampionAnswer),
    "`previous` rolls back to the champion before the present one; once more, to the one before that. A version that "
    "can't be loaded is not promoted.",
    request=payloads.ChampionRequest,
    parameters=NAMED,
    errors=(Unknown, NothingBefore, ArtefactDamaged, GoldenRowsDiffer, StoreError, StoreFull),
    examples=(
        Example("Promote", lambda: versions.ChampionAnswer("iris", 1, before=2), {"version": 1}, exact=True),
        Example("Roll back", lambda: versions.ChampionAnswer("iris", 2, before=1), {"version": "previous"}, exact=True),
        wrong("No version", {"version": "latest"}, ("version", "must be 'previous' or a whole number")),
    ),
    links=(Link("version", "The version in full.", {**OF_THIS, "version": "$response.body#/champion"}),),
)
