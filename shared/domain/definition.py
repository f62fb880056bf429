"""A model that people define, beside those of the catalogue."""

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec

from shared.domain.dataset import DataDescription, Example
from shared.domain.signature import Signature, Task
from shared.errors import InvalidInput, Problem

NAME_PATTERN = "^[a-z][a-z0-9-]{0,62}$"  # fit for a path, a label of a metric, and the store's columns
_NAME = re.compile(NAME_PATTERN)
_NO_KEY = re.compile(r'[\x00-\x1f"\\]')  # what JSON must escape: msgspec takes no key with these for a field


class FolderFile(msgspec.Struct, frozen=True):
    """What came from a watched folder: `folder` is the mark that lies in it, `digest` the SHA-256 of what was read."""

    folder: str
    digest: str


class ModelDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """What a catalogue entry says of a model, with its recipes by name, and its data by their digest.

    Without recipes a model can't be trained here, and `default_recipe` is None. `data_sha256` is `Dataset.sha256`; a
    model that came without data has that of no rows. `file` is None unless it came from a watched folder. Raises
    InvalidInput with every problem.
    """

    name: str
    title: str
    description: str
    task: Task
    signature: Signature
    recipes: tuple[str, ...]
    default_recipe: str | None
    default_seed: int = 0
    data: DataDescription
    data_sha256: str
    examples: tuple[Example, ...]
    created_at: datetime
    by: str
    file: FolderFile | None = None

    @property
    def folder(self) -> str | None:
        """The mark of the watched folder that it came from."""
        return self.file.folder if self.file else None

    def __post_init__(self) -> None:
        if problems := list(self._problems()):
            raise InvalidInput(problems)

    def _problems(self) -> Iterator[Problem]:
        if not _NAME.fullmatch(self.name):
            letters = "a small letter and up to 62 small letters, digits and hyphens"
            yield Problem("name", f"must be {letters}, got {self.name!r}")
        if self.default_recipe not in (self.recipes or (None,)):
            known = ", ".join(self.recipes) or "none, so that it must be null"
            yield Problem("default_recipe", f"must be one of the recipes ({known}), got {self.default_recipe!r}")
        names = _names(self.signature.inputs)
        if not names or len(set(names)) < len(names):
            yield Problem("signature.inputs", "must have names, each its own")
        if unfit := ", ".join(repr(name) for name in names if _NO_KEY.search(name)):
            signs = '", \\ and control characters'
            yield Problem("signature.inputs", f"must have names without {signs}, got {unfit}")

    def is_asked_like(self, other: "ModelDefinition") -> bool:
        """Whether versions of both read the same inputs alike, and give the same outputs."""
        return self._asked() == other._asked()

    def _asked(self) -> tuple[object, ...]:
        output = self.signature.output
        inputs = [(one.name, one.categories, one.may_be_missing) for one in self.signature.inputs]
        return self.task, inputs, output.name, _names(output.classes)


def _names(parts: tuple[msgspec.Struct, ...]) -> list[str]:
    return [part.name for part in parts]  # type: ignore[attr-defined]  # features and classes both have one
