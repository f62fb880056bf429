"""Whether targets give the same answers to the same questions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.check.wire import printable
from shared.compare.questions import Question

MAX_EXAMPLES = 10

Told = tuple[Any, tuple[Any, ...]]  # the version that answered, and its classes with their probabilities


@dataclass(slots=True)
class Agreement:
    """What targets answered, question by question.

    Of a question, and while targets train of a version of the model, the first good answer is what the others, of
    the same target too, are held against: the same classes, the same probabilities. `judged` counts answers that
    were held against another target's, `disagreeing` those among them that differ and those that can't be read,
    `examples` says of some what was seen.
    """

    questions: Sequence[Question]
    by_version: bool = False
    judged: int = 0
    disagreeing: int = 0
    examples: list[str] = field(default_factory=list)
    _first: dict[tuple[int, Any], tuple[str, Told]] = field(default_factory=dict)

    @property
    def first_version(self) -> int | None:
        """The version that gave the first answer; None where there was none."""
        return next((told[0] for _, told in self._first.values()), None)

    def judge(self, target: str, answers: Mapping[tuple[int, bytes], int]) -> None:
        """Hold the `answers` of `target`, counted by question and body, against those that came before."""
        for (pick, body), count in answers.items():
            question = self.questions[pick]
            if question.kind not in ("classify", "predict"):
                continue
            try:
                told = _told(question.kind, body)
            except (ValueError, KeyError, TypeError) as error:
                self._differs(count, f"{target} can't be understood ({error!r}): {body[:200].decode(errors='replace')}")
                continue
            by, expected = self._first.setdefault((pick, told[0] if self.by_version else None), (target, told))
            self.judged += count if by != target else 0
            if told != expected:
                asked = question.body[:80].decode()
                self._differs(count, f"{by}: {_shown(expected)}; {target}: {_shown(told)}; asked {asked}")

    def _differs(self, count: int, example: str) -> None:
        self.disagreeing += count
        if len(self.examples) < MAX_EXAMPLES:
            self.examples.append(printable(example, 400))


def _told(kind: str, body: bytes) -> Told:
    """What an answer says. Raises ValueError, KeyError or TypeError where it is none."""
    document = json.loads(body)
    if kind == "classify":
        return document["version"], (document["label"], tuple(sorted(document["probabilities"].items())))
    return document["version"], (
        tuple(document["predictions"]),
        tuple(document["classes"]),
        tuple(map(tuple, document["probabilities"])),
    )


def _shown(told: Told) -> str:
    version, (classes, *probabilities) = told
    return f"{classes} {probabilities} by version {version}"
