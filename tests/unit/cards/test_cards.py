"""Cards of versions as people make them, and names that try to be markup."""

import dataclasses
import json
import re
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from shared.cards import ModelCard, card_of, markdown
from shared.cards.markdown import escaped
from shared.catalogue import entry_named
from shared.domain.dataset import DataDescription
from shared.domain.explanation import FeatureImportance, Importance
from shared.domain.metrics import (
    Candidate,
    HoldOut,
    Interval,
    RegressionCrossValidation,
    RegressionHoldOut,
    RegressionMetrics,
    Selection,
    wilson,
)
from shared.domain.signature import Feature, Output, OutputClass, Signature
from shared.domain.version import ModelVersion
from shared.http_api.descriptions import iris_version

HOSTILE = (
    "<script>alert(1)</script>",
    "a | b\n\n# Heading",
    "`code` ``` [link](javascript:alert(1)) ![x](y)",
    "- item",
    "12. item",
    "---",
    "===",
    "&lt;b&gt; *bold* _slanted_ ~~gone~~ \\",
    "www.evil.test https://evil.test <https://evil.test>",
    "'; rm -rf ~; echo '",
    '": yaml: [',
    "\u202egnp\x1b[31m\x00",
)
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def card(version: ModelVersion | None = None, model: str = "iris") -> ModelCard:
    return card_of(entry_named(model), version or iris_version())


def metadata(text: str) -> dict[str, Any]:
    _, above, _ = text.split("---\n", 2)
    found: dict[str, Any] = yaml.safe_load(above)
    return found


def named(text: str) -> ModelVersion:
    """A version all of whose names are `text`."""
    signature = Signature(
        (
            Feature(text, text, text, 0.0, 1.0, 1.0, 0.0, categories=(text, "other")),
            Feature(f"{text} 2", text, text, 0.0, 1.0, 0.1, 0.5),
        ),
        Output(text, text, (OutputClass(text, text), OutputClass("other", text), OutputClass("third", text))),
    )
    return msgspec.structs.replace(iris_version(), signature=signature, data=DataDescription(text, text, 150), by=text)


def test_a_card_says_every_figure_with_protocol_n_and_interval() -> None:
    tested = HoldOut("on the rows of t10k", 0.9, 9, 10, wilson(9, 10))
    measured = iris_version().metrics
    assert measured is not None
    metrics = msgspec.structs.replace(measured, test=tested)
    found = card(msgspec.structs.replace(iris_version(), metrics=metrics)).evaluation
    assert found is not None
    assert [(one.name, one.n, one.protocol, one.interval is not None) for one in found.figures] == [
        ("accuracy", 45, "stratified 70/30 hold-out, one split", True),
        ("accuracy", 150, "stratified 5-fold x 20", True),
        ("accuracy", 10, "on the rows of t10k", True),
        ("log_loss", 150, "stratified 5-fold x 20", False),
        ("brier", 150, "stratified 5-fold x 20", False),
    ]
    text = markdown(card())
    assert "| Accuracy | 98.0 % | 94.3 to 99.3 % (95 %, Wilson) | 150 | stratified 5-fold x 20 |" in text
    assert "| versicolor | 0 | 48 | 2 |" in text
    assert "| sepal_length_cm | Sepal length | cm | 4.3 to 7.9 |" in text


def test_metadata_are_those_that_the_hub_reads() -> None:
    found = metadata(markdown(card()))
    assert (found["library_name"], found["pipeline_tag"]) == ("sklearn", "tabular-classification")
    assert found["tags"] == ["sklearn", "skops", "tabular-classification"]
    (index,) = found["model-index"]
    (results,) = index["results"]
    assert (index["name"], results["task"]["type"]) == ("iris", "tabular-classification")
    assert results["metrics"][1]["value"] == 0.98
    assert all(isinstance(one["value"], float) for one in results["metrics"])


def test_a_figure_of_next_to_nothing_stays_a_number() -> None:
    version = iris_version()
    assert version.metrics is not None
    crossed = msgspec.structs.replace(version.metrics.cross_validation, log_loss=1e-05)
    tiny = msgspec.structs.replace(version, metrics=msgspec.structs.replace(version.metrics, cross_validation=crossed))
    values = [one["value"] for one in metadata(markdown(card(tiny)))["model-index"][0]["results"][0]["metrics"]]
    assert 1e-05 in values


def test_a_regression_has_residuals_and_no_confusion() -> None:
    interval = Interval(50.0, 60.0, 0.95, "delta method over rows")
    held = RegressionHoldOut("one split", 133, 55.0, interval, 44.0, 0.5, interval)
    pairs = tuple((float(value), float(value) - error) for value, error in enumerate((-3, -1, 0, 2, 4)))
    errors = ("5-fold", 442, 54.0, interval, 43.0, 0.49, interval)
    crossed = RegressionCrossValidation(*errors, 5, 10, 0.9, 90.0, 0.904, pairs)
    signature = Signature(iris_version().signature.inputs, Output("progression", "Progression", (), "points", 25, 346))
    version = msgspec.structs.replace(
        iris_version(), model="diabetes", metrics=RegressionMetrics(held, crossed), signature=signature
    )
    found = card(version, "diabetes")
    assert found.evaluation is not None
    assert found.evaluation.confusion is None
    assert found.evaluation.residuals is not None
    assert (found.evaluation.residuals.mean, found.evaluation.residuals.quartiles) == (0.4, (-1.0, 0.0, 2.0))
    text = markdown(found)
    assert "| RMSE | 54 points | 50 to 60 (95 %, delta method over rows) | 442 | 5-fold |" in text
    assert "A 90 % prediction interval reaches 90 to both sides, and held 90.4 % of the true values." in text
    assert metadata(text)["pipeline_tag"] == "tabular-regression"


def test_the_recipe_that_was_chosen_is_told_with_its_parameters() -> None:
    selection = Selection("tree", "log_loss", "stratified 5-fold", 150, (Candidate("tree", 0.2), Candidate("lda", 0.3)))
    version = msgspec.structs.replace(iris_version(), recipe="auto", selection=selection)
    found = card(version)
    assert [(one.name, one.value) for one in found.training.hyperparameters] == [("max_depth", 10)]
    assert "`tree` was chosen by the least of these: `tree` 0.2, `lda` 0.3 (Log loss" in markdown(found)
    assert any("flatters" in limit for limit in found.limits)


def test_it_says_what_the_model_rests_on() -> None:
    features = (FeatureImportance("sepal_length_cm", 0.004, 0.001), FeatureImportance("petal_length_cm", 0.31, 0.02))
    importance = Importance("accuracy", 0.98, "stratified 5-fold", 150, 4, features)
    text = markdown(card(msgspec.structs.replace(iris_version(), importance=importance)))
    assert "how much worse the Accuracy (98.0 %) gets" in text
    assert "| petal_length_cm | 31.0 | 2.0 |\n| sepal" in text


def test_what_was_not_recorded_is_said() -> None:
    version = msgspec.structs.replace(iris_version(), data=None, by=None, engines=(), recipe="of a later release")
    text = markdown(card(version))
    assert "What it learnt from was not recorded." in text
    assert "Recipe `of a later release`" in text
    assert "by unknown" in text


def test_the_requests_in_a_card_are_what_it_says() -> None:
    found = card(named('it\'s "quoted" 💐'))
    assert found.asking.path == "/models/iris/predict"
    assert json.loads(found.asking.body) == {"rows": [['it\'s "quoted" 💐', 0.5]], "version": 1}
    (code,) = re.findall(r"```python\n(.*?)\n```", markdown(found), re.DOTALL)
    (line,) = [line for line in code.splitlines() if line.startswith("body = ")]
    told: dict[str, str] = {}
    exec(line, told)  # noqa: S102  # the card's own line, to see that it means what it should
    assert told["body"] == found.asking.body


def test_an_image_is_not_a_table_of_its_pixels() -> None:
    pixels = tuple(Feature(f"pixel{at}", "", "", 0.0, 255.0, 1.0, 0.0) for at in range(784))
    signature = Signature(pixels, iris_version().signature.output)
    text = markdown(card(msgspec.structs.replace(iris_version(), signature=signature)))
    assert "| pixel7 |" in text
    assert "| pixel8 |" not in text
    assert "and 776 more, up to pixel783." in text


@pytest.mark.parametrize("text", HOSTILE)
def test_names_are_never_markup(text: str) -> None:
    made = markdown(card(named(text)))
    assert metadata(made)["model-index"][0]["results"][0]["dataset"]["name"] == text
    body = made.split("---\n", 2)[2]
    tokens = READER.parse(body)
    inline = [child for token in tokens for child in token.children or []]
    assert not [token for token in tokens if token.type in ("html_block", "blockquote_open", "ordered_list_open", "hr")]
    assert {child.type for child in inline} <= {"text", "text_special", "code_inline", "softbreak"}
    assert [token.tag for token in tokens if token.type == "heading_open"].count("h1") == 1
    plain = "".join(one if one.isprintable() else "\ufffd" for one in " ".join(text.split()))
    assert any(plain in "".join(child.content for child in token.children or []) for token in tokens)
    rows = [len(re.findall(r"(?<!\\)\|", line)) for line in body.splitlines() if line.startswith("|")]
    assert min(rows) >= 3


@given(st.text(max_size=40))
def test_any_text_reads_as_itself(text: str) -> None:
    (paragraph,) = [token for token in READER.parse(f"x {escaped(text)}") if token.type == "inline"]
    assert {child.type for child in paragraph.children or []} <= {"text", "text_special"}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_is_kept_by_the_metadata(text: str) -> None:
    assert metadata(markdown(card(named(text))))["model-index"][0]["results"][0]["dataset"]["type"] == text


def published(version: ModelVersion) -> ModelCard:
    """The card of `version` as one that was fitted elsewhere."""
    return card_of(dataclasses.replace(entry_named("iris"), recipes=()), version)


def test_a_model_that_came_without_data_promises_neither_warnings_nor_intervals() -> None:
    inputs = tuple(msgspec.structs.replace(one, minimum=None, maximum=None) for one in iris_version().signature.inputs)
    signature = Signature(inputs, Output("rent", "Rent"))
    text = markdown(published(msgspec.structs.replace(iris_version(), signature=signature, metrics=None)))
    assert "\nRent, a number.\n" in text
    assert "without a warning: no range is known of its inputs" in text
    assert "gets a warning" not in text
    assert "How good it is was not measured here." in text


def test_figures_of_what_was_fitted_elsewhere_are_those_of_its_clones() -> None:
    limits = published(iris_version()).limits
    assert any("from clones of the estimator" in one for one in limits)
    assert not any("recipe" in one for one in limits)
