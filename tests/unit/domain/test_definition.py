"""What a definition may say."""

from typing import Any

import msgspec
import pytest

from shared.domain.definition import ModelDefinition
from shared.domain.signature import Feature, OutputClass
from shared.errors import InvalidInput
from shared.http_api.payloads import rows_request
from tests.definitions import blobs

BLOBS, _ = blobs()


@pytest.mark.parametrize("name", ["a", "a-1", "x" * 63])
def test_names_that_fit_a_path_a_label_and_a_column_are_taken(name: str) -> None:
    assert msgspec.structs.replace(BLOBS, name=name).name == name


@pytest.mark.parametrize("name", ["", "A", "1a", "-a", "a_b", "a b", "a/b", "a\n", "ä", "x" * 64])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="small letters, digits and hyphens"):
        msgspec.structs.replace(BLOBS, name=name)


def test_every_problem_is_named_also_where_a_document_is_read() -> None:
    wrong = msgspec.to_builtins(BLOBS) | {"name": "Blobs", "default_recipe": "tree"}
    wrong["signature"]["inputs"][1]["name"] = "x0"
    with pytest.raises(InvalidInput) as raised:
        msgspec.convert(wrong, ModelDefinition)
    assert [problem.path for problem in raised.value.problems] == ["name", "default_recipe", "signature.inputs"]


def test_a_model_without_recipes_has_no_default_one() -> None:
    assert blobs(recipes=())[0].default_recipe is None
    with pytest.raises(InvalidInput, match="must be null"):
        msgspec.structs.replace(BLOBS, recipes=())
    with pytest.raises(InvalidInput, match="default_recipe"):
        msgspec.structs.replace(BLOBS, default_recipe=None)


def test_a_definition_is_asked_like_another_whose_inputs_and_classes_are_called_alike() -> None:
    other_rows, _ = blobs(seed=1, n_samples=80)
    assert other_rows != BLOBS
    assert BLOBS.is_asked_like(other_rows)
    assert not BLOBS.is_asked_like(blobs(n_features=4)[0])
    output = msgspec.structs.replace(BLOBS.signature.output, classes=(OutputClass("high", ""), OutputClass("low", "")))
    signature = msgspec.structs.replace(BLOBS.signature, output=output)
    assert not BLOBS.is_asked_like(msgspec.structs.replace(BLOBS, signature=signature))


@pytest.mark.parametrize("change", [{"categories": ("a", "b")}, {"may_be_missing": True}])
def test_inputs_that_are_coded_otherwise_are_others(change: dict[str, Any]) -> None:
    first, *others = BLOBS.signature.inputs
    inputs = (msgspec.structs.replace(first, **change), *others)
    signature = msgspec.structs.replace(BLOBS.signature, inputs=inputs)
    assert not BLOBS.is_asked_like(msgspec.structs.replace(BLOBS, signature=signature))


def test_names_of_inputs_that_no_request_could_hold_are_refused_one_and_all() -> None:
    names = ('say "a"', "back\\slash", "line\nbreak", "it's plain 💐")
    inputs = tuple(Feature(name, name, "", 0.0, 1.0, 0.1, 0.5) for name in names)
    with pytest.raises(InvalidInput) as raised:
        msgspec.structs.replace(BLOBS, signature=msgspec.structs.replace(BLOBS.signature, inputs=inputs))
    (problem,) = raised.value.problems
    assert problem.path == "signature.inputs"
    assert problem.message.endswith("""got 'say "a"', 'back\\\\slash', 'line\\nbreak'""")
    rows_request(names[3:])  # what is taken can be asked for
