"""The requests that are drawn for a comparison, from the model's own signature or from a file of rows."""

import csv
import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from shared.compare.plan import Plan
from shared.compare.target import Target, TargetError

POOL = 64  # different requests of a kind
MAX_FILE_BYTES = 64 * 2**20
MAX_TOLD = 5  # culprits of a file

Row = tuple[float, ...]


class RowsError(ValueError):
    """A file of rows can't be used; the message names the lines."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request; `kind` is classify, predict, home or train."""

    kind: str
    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Questions:
    """All that may be asked, and the indices of each kind's."""

    all: tuple[Question, ...]
    pools: dict[str, list[int]]

    def on_wire(self, target: Target, token: str) -> list[bytes]:
        """The requests as `target` gets them; only a training carries the token."""
        return [target.wire(q.method, q.path, q.body, token if q.kind == "train" else "") for q in self.all]


def draw(plan: Plan, model: str, rows: Sequence[Row]) -> Questions:
    """Questions about `rows` of `model`, by the plan's seed."""
    chance = random.Random(plan.seed)  # noqa: S311 - a choice of rows, not of secrets
    asked: list[Question] = []
    pools: dict[str, list[int]] = {}
    for kind in plan.kinds:
        made = [_question(kind, plan, model, rows, chance) for _ in range(1 if kind in ("home", "train") else POOL)]
        pools[kind] = list(range(len(asked), len(asked) + len(made)))
        asked += made
    return Questions(tuple(asked), pools)


def _question(kind: str, plan: Plan, model: str, rows: Sequence[Row], chance: random.Random) -> Question:
    if kind == "classify":
        return Question(kind, "POST", "/classify", _json({"model": model, "data": chance.choice(rows)}))
    if kind == "predict":
        batch = [chance.choice(rows) for _ in range(plan.batch_rows)]
        return Question(kind, "POST", f"/models/{quote(model, safe='')}/predict", _json({"rows": batch}))
    if kind == "home":
        return Question(kind, "GET", "/home")
    if plan.train == "run":
        return Question(
            kind, "POST", f"/models/{quote(model, safe='')}/runs", _json({"seed": plan.seed, "promote": "never"})
        )
    return Question(kind, "POST", "/train", _json({"data": "train", "model": model, "seed": plan.seed}))


def _json(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def drawn_rows(inputs: Sequence[dict[str, Any]], count: int, seed: int) -> list[Row]:
    """Rows within the ranges seen in training, each value drawn evenly and on the feature's own step."""
    chance = random.Random(seed)  # noqa: S311 - values, not secrets
    return [tuple(_value(feature, chance) for feature in inputs) for _ in range(count)]


def _value(feature: dict[str, Any], chance: random.Random) -> float:
    low, high, step = feature["minimum"], feature["maximum"], feature["step"]
    return float(round(low + chance.randint(0, round((high - low) / step)) * step, 10))


def inputs_of(target: Target, model: str) -> list[dict[str, Any]]:
    """The inputs in the signature of `model`, as `target` describes it. Raises TargetError."""
    described = target.ask(f"models/{quote(model, safe='')}")
    try:
        inputs: list[dict[str, Any]] = described["signature"]["inputs"]
        drawn_rows(inputs, 1, 0)
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise TargetError(f"{target.name}: the signature of {model} can't be read ({error!r})") from None
    return inputs


def rows_in(path: Path, names: Sequence[str]) -> list[Row]:
    """The rows of a `.csv`, with the features' names in its first line or without, or of a `.jsonl`.

    Raises RowsError that names every culprit, or the first `MAX_TOLD`.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise RowsError(f"{path.name} is larger than {MAX_FILE_BYTES // 2**20} MiB")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RowsError(f"{path.name} can't be read: {error}") from None
    lines = _json_lines(text) if path.suffix == ".jsonl" else _csv_lines(text, names)
    rows: list[Row] = []
    wrong: list[str] = []
    for number, content in lines:
        try:
            rows.append(_row(content, names))
        except ValueError as error:
            wrong.append(f"line {number}: {error}")
    if wrong:
        more = f" and {len(wrong) - MAX_TOLD} more" if len(wrong) > MAX_TOLD else ""
        raise RowsError("; ".join(wrong[:MAX_TOLD]) + more)
    if not rows:
        raise RowsError(f"{path.name} holds no row")
    return rows


def _json_lines(text: str) -> list[tuple[int, Any]]:
    lines: list[tuple[int, Any]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                lines.append((number, json.loads(line)))
            except ValueError:
                lines.append((number, line))  # told as no row
    return lines


def _csv_lines(text: str, names: Sequence[str]) -> list[tuple[int, Any]]:
    lines = [(number, cells) for number, cells in enumerate(csv.reader(text.splitlines()), 1) if cells]
    if lines and set(names) <= set(head := [cell.strip() for cell in lines[0][1]]):
        return [(number, dict(zip(head, cells, strict=False))) for number, cells in lines[1:]]
    return list(lines)


def _row(content: Any, names: Sequence[str]) -> Row:
    if isinstance(content, dict):
        if missing := [name for name in names if name not in content]:
            raise ValueError(f"without {', '.join(missing)}")
        content = [content[name] for name in names]
    if not isinstance(content, list) or len(content) != len(names):
        raise ValueError(f"not a row of {len(names)} values")
    row = tuple(_number(value) for value in content)
    if wrong := [name for name, value in zip(names, row, strict=True) if not math.isfinite(value)]:
        raise ValueError(f"{', '.join(wrong)} must be a finite number")
    return row


def _number(value: Any) -> float:
    try:
        return math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return math.nan
