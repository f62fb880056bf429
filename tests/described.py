"""Values compared with the schemas of an OpenAPI document."""

import json
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

NAME = "urn:duet:document"


def problems_of(value: object, schema: object, document: dict[str, Any]) -> list[str]:
    """What is wrong with `value` by `schema`, a part of `document` that may refer to others."""
    whole: Resource[Any] = DRAFT202012.create_resource(document)
    registry: Registry[Any] = Registry().with_resource(NAME, whole)
    absolute = json.loads(json.dumps(schema).replace('"#/', f'"{NAME}#/'))
    return [error.message for error in Draft202012Validator(absolute, registry=registry).iter_errors(value)]


def answer_of(described: dict[str, Any], status: str, document: dict[str, Any]) -> dict[str, Any]:
    """What an operation says of a status; fails where it says nothing."""
    found: dict[str, Any] = described["responses"][status]
    if "$ref" in found:
        found = document["components"]["responses"][found["$ref"].rpartition("/")[2]]
    return found
