"""The metadata above a model card, in YAML, by the keys that the Hugging Face Hub and skops read.

https://huggingface.co/docs/hub/model-cards#model-card-metadata
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from shared.cards.card import Figure, ModelCard

METRICS = {"accuracy": "accuracy", "log_loss": "log_loss", "brier": "brier_score"} | {
    "rmse": "rmse",
    "mae": "mae",
    "r2": "r_squared",
}
# JSON lets these stand as they are; YAML 1.1 ends a line at some, and doesn't take the others (section 5.1).
UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
Value = str | float | Sequence["Value"] | Mapping[str, "Value"]


def front_matter(card: ModelCard) -> str:
    """The metadata between two lines of hyphens."""
    task = f"tabular-{card.task}"
    about: dict[str, Value] = {
        "library_name": "sklearn",
        "model_format": "skops",
        "pipeline_tag": task,
        "tags": ["sklearn", "skops", task],
    }
    figures = card.evaluation.figures if card.evaluation else ()
    if figures:
        name = card.data.name if card.data else card.title
        results: dict[str, Value] = {
            "task": {"type": task},
            "dataset": {"type": name, "name": name},
            "metrics": [_metric(one) for one in figures],
        }
        about["metrics"] = list(dict.fromkeys(METRICS[one.name] for one in figures))
        about["model-index"] = [{"name": card.model, "results": [results]}]
    return "\n".join(["---", *_lines(about), "---", ""])


def _metric(figure: Figure) -> dict[str, Value]:
    return {
        "type": METRICS[figure.name],
        "value": figure.value,
        "name": f"{figure.name}, {figure.protocol}, n {figure.n}",
    }


def _lines(value: Mapping[str, Value]) -> Iterator[str]:
    """`value` in YAML's block style, whose scalars are JSON's where YAML reads them alike."""
    for key, one in value.items():
        if isinstance(one, str | float | int):
            yield f"{key}: {_scalar(one)}"
        else:
            yield f"{key}:"
            yield from (f"  {line}" for line in (_lines(one) if isinstance(one, Mapping) else _items(one)))


def _items(values: Sequence[Value]) -> Iterator[str]:
    for one in values:
        lines = list(_lines(one)) if isinstance(one, Mapping) else [_scalar(one)]
        yield f"- {lines[0]}"
        yield from (f"  {line}" for line in lines[1:])


def _scalar(value: Value) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        return UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text if "." in text else text.replace("e", ".0e")  # YAML 1.1 takes 1e-05 for text
