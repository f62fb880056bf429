"""Definitions of models and their data, read and written in the transactions of others."""

import hashlib
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, delete, insert, select

from shared.domain.definition import ModelDefinition
from shared.errors import ArtefactDamaged, InvalidInput, NameTaken, UnknownModel
from shared.store.tables import DATASETS, MODELS


def digests(connection: Connection) -> dict[str, str]:
    """That of every definition, by name."""
    rows = connection.execute(select(MODELS.c.name, MODELS.c.digest).order_by(MODELS.c.name))
    return {row.name: row.digest for row in rows}


def read(connection: Connection, name: str) -> ModelDefinition:
    """Raises UnknownModel, and ArtefactDamaged where the definition can't be understood."""
    document = connection.scalar(select(MODELS.c.document).where(MODELS.c.name == name))
    if document is None:
        raise UnknownModel(name, list(digests(connection)))
    try:
        return msgspec.json.decode(document, type=ModelDefinition)
    except (msgspec.DecodeError, InvalidInput) as error:  # damaged, or of a later release
        raise ArtefactDamaged(f"the definition of {name} can't be understood: {error}") from None


def write(connection: Connection, definition: ModelDefinition, parts: Iterable[bytes], *, only_new: bool) -> None:
    """Store `definition` in the place of one of its name, and the `parts` of its data; raises NameTaken.

    With `only_new`, there must be none of its name.
    """
    name, sha256 = definition.name, definition.data_sha256
    if name in digests(connection):
        if only_new:
            raise NameTaken(name, "there is a model that has it; choose another name, or remove that model first")
        if not definition.is_asked_like(read(connection, name)):
            raise NameTaken(name, "the model that has it takes other inputs or gives other outputs; remove it first")
    document = msgspec.json.encode(definition)
    digest = hashlib.sha256(document).hexdigest()
    connection.execute(delete(MODELS).where(MODELS.c.name == name))
    connection.execute(insert(MODELS).values(name=name, digest=digest, data_sha256=sha256, document=document))
    if part(connection, sha256, 0) is None:
        for number, content in enumerate(parts):
            connection.execute(insert(DATASETS).values(sha256=sha256, part=number, content=content))
    _forget_unused_data(connection)


def remove(connection: Connection, name: str) -> None:
    """Raises UnknownModel."""
    if name not in (known := digests(connection)):
        raise UnknownModel(name, list(known))
    connection.execute(delete(MODELS).where(MODELS.c.name == name))
    _forget_unused_data(connection)


def part(connection: Connection, sha256: str, number: int) -> bytes | None:
    """One part of the packed data, counted from 0."""
    query = select(DATASETS.c.content).where(DATASETS.c.sha256 == sha256, DATASETS.c.part == number)
    content: bytes | None = connection.scalar(query)
    return content


def _forget_unused_data(connection: Connection) -> None:
    used = select(MODELS.c.data_sha256)
    connection.execute(delete(DATASETS).where(DATASETS.c.sha256.not_in(used)))
