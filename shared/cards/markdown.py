"""A model card as CommonMark with tables, under metadata in YAML; nothing of what people name is read as markup."""

import re
from collections.abc import Iterator, Sequence
from shlex import quote

from shared.cards.card import Evaluation, Figure, ModelCard, ResidualSummary, TrainingProcedure
from shared.cards.front_matter import front_matter
from shared.domain.engine import EngineReport
from shared.domain.explanation import Importance
from shared.domain.metrics import Interval, Selection
from shared.domain.signature import Feature

MOST_INPUTS, OF_MANY = 64, 8  # in a table; an image of 28 x 28 has 784
ADDRESS = "http://localhost:8081"
TITLES = {"accuracy": "Accuracy", "log_loss": "Log loss", "brier": "Brier score"} | {
    "rmse": "RMSE",
    "mae": "Mean absolute error",
    "r2": "R2",
}
# What may be markup wherever it stands (CommonMark, section 6), with tables, mathematics, and addresses that some
# dialects make links of.
_MARKUP = re.compile(r"[\\`*\[\]<#|~&@$^{}]|(?<!\w)_|_(?!\w)|(?<=www)\.|:(?=//)", re.IGNORECASE)
_BEGINNING = re.compile(r"\A(\d*(?=[.)])|)([-+=>.)])")  # of a list, a quotation, or a line below or above something
Rows = Sequence[Sequence[str]]


def markdown(card: ModelCard) -> str:
    """`card` as a text that ends in a line break."""
    parts = [
        f"# {escaped(card.title)}, version {card.version}",
        escaped(card.description),
        "## Intended use and limits",
        "\n".join(f"- {escaped(one)}" for one in card.limits),
        "## Training data",
        _data(card),
        "## Inputs",
        *_inputs(card.inputs),
        "## Output",
        _output(card),
        "## Training procedure",
        *_procedure(card.training),
        "## Evaluation",
        *(_evaluation(card, card.evaluation) if card.evaluation else ["Not measured."]),
        *(_importance(card.importance, card.output.unit) if card.importance else []),
        "## How to ask it",
        *_asking(card),
        "## Engines",
        *_engines(card.engines),
        "## Lineage",
        *_lineage(card),
    ]
    return front_matter(card) + "\n" + "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """`text` on one line, such that a reader of Markdown sees it and nothing else."""
    plain = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in " ".join(text.split()))
    return _BEGINNING.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", plain))


def _table(heads: Sequence[str], rows: Rows) -> str:
    """Cells are Markdown already."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _fenced(text: str, language: str) -> str:
    """A block of code, whatever stands in it (CommonMark, section 4.5)."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _data(card: ModelCard) -> str:
    if card.data is None:
        return f"Not recorded, but for the SHA-256 of the rows: `{card.data_sha256}`"
    data = card.data
    about = f"{escaped(data.name)}: {escaped(data.source)}. {data.n_samples} rows"
    return f"{about}; SHA-256 of shape and values `{card.data_sha256}`"


def _inputs(inputs: Sequence[Feature]) -> Iterator[str]:
    told = inputs if len(inputs) <= MOST_INPUTS else inputs[:OF_MANY]
    rows = [[escaped(one.name), escaped(one.title), escaped(one.unit), _range(one)] for one in told]
    yield _table(["Name", "Title", "Unit", "Seen in training"], rows)
    if len(told) < len(inputs):
        yield f"and {len(inputs) - len(told)} more, up to {escaped(inputs[-1].name)}."


def _range(feature: Feature) -> str:
    missing = ", or missing" if feature.may_be_missing else ""
    if feature.categories:
        return f"one of {', '.join(map(escaped, feature.categories))}{missing}"
    if not feature.has_range:
        return "not known"
    return f"{feature.minimum:.15g} to {feature.maximum:.15g}{missing}"


def _output(card: ModelCard) -> str:
    output = card.output
    if output.classes:
        names = ", ".join(f"{escaped(one.name)} ({escaped(one.label)})" for one in output.classes)
        return f"{escaped(output.title)}, one of {len(output.classes)} classes, with a probability each: {names}."
    interval = ", with a prediction interval" if card.evaluation else ""
    seen = "" if output.minimum is None else f" In training it was {output.minimum:.15g} to {output.maximum:.15g}."
    return f"{escaped(output.title)}, a number{_in_unit(output.unit)}{interval}.{seen}"


def _in_unit(unit: str) -> str:
    return f" in {escaped(unit)}" if unit else ""


def _procedure(training: TrainingProcedure) -> Iterator[str]:
    yield f"Recipe `{training.recipe}`: {escaped(training.title)}. Seed {training.seed}, run `{training.run}`."
    if training.selection:
        yield _chosen(training.selection)
    if training.hyperparameters:
        rows = [[escaped(one.name), escaped(str(one.value)), escaped(one.meaning)] for one in training.hyperparameters]
        yield _table(["Hyperparameter", "Value", "Meaning"], rows)


def _chosen(selection: Selection) -> str:
    tried = ", ".join(f"`{one.recipe}` {one.figure:.4g}" for one in selection.candidates)
    how = f"{TITLES[selection.metric]}, {escaped(selection.protocol)}, n {selection.n}"
    return f"`{selection.chosen}` was chosen by the least of these: {tried} ({how})."


def _evaluation(card: ModelCard, evaluation: Evaluation) -> Iterator[str]:
    heads = ["Figure", "Value", "Interval", "n", "Protocol"]
    yield _table(heads, [_figure(one) for one in evaluation.figures])
    if evaluation.confusion:
        yield "Confusion matrix of the cross-validation, a mean over its repeats: a row is a class, a column an answer."
        names = [escaped(one.name) for one in card.output.classes]
        counts = zip(names, evaluation.confusion, strict=True)
        yield _table(["", *names], [[name, *(f"{count:g}" for count in row)] for name, row in counts])
    if evaluation.residuals:
        yield _residuals(evaluation.residuals, _in_unit(card.output.unit))


def _figure(figure: Figure) -> list[str]:
    value = f"{figure.value * 100:.1f} %" if figure.name == "accuracy" else f"{figure.value:.4g} {escaped(figure.unit)}"
    interval = _interval(figure.interval, is_share=figure.name == "accuracy")
    return [TITLES[figure.name], value.strip(), interval, str(figure.n), escaped(figure.protocol)]


def _interval(interval: Interval | None, *, is_share: bool) -> str:
    if interval is None:
        return ""
    if is_share:
        ends = f"{interval.low * 100:.1f} to {interval.high * 100:.1f} %"
    else:
        ends = f"{interval.low:.4g} to {interval.high:.4g}"
    return f"{ends} ({interval.level * 100:g} %, {interval.method})"


def _residuals(found: ResidualSummary, in_unit: str) -> str:
    low, middle, high = found.quartiles
    return (
        f"Residuals of {found.n} rows of the cross-validation{in_unit}: mean {found.mean:.4g}, from {found.least:.4g} "
        f"to {found.largest:.4g}, quartiles {low:.4g}, {middle:.4g} and {high:.4g}. A {found.level * 100:g} % "
        f"prediction interval reaches {found.half_width:.4g} to both sides, and held {found.coverage * 100:.1f} % of "
        "the true values."
    )


def _importance(found: Importance, unit: str) -> Iterator[str]:
    figure = f"{found.figure * 100:.1f} %" if found.metric == "accuracy" else f"{found.figure:.4g}{_in_unit(unit)}"
    yield (
        f"Permutation importance: how much worse the {TITLES[found.metric]} ({figure}) gets when an input's values are "
        f"shuffled among {found.n} rows that were not learned from, {found.repeats} times ({escaped(found.protocol)})."
    )
    scale, digits = (100, ".1f") if found.metric == "accuracy" else (1, ".4g")
    rows = [
        [escaped(one.feature), f"{one.loss * scale:{digits}}", f"{one.sd * scale:{digits}}"]
        for one in sorted(found.features, key=lambda one: -one.loss)[:MOST_INPUTS]
    ]
    worse = "Accuracy lost, percentage points" if found.metric == "accuracy" else "RMSE added"
    yield _table(["Input", worse, "Standard deviation"], rows)


def _asking(card: ModelCard) -> Iterator[str]:
    path, body = card.asking.path, card.asking.body
    yield f"Any backend that serves it will do; here one at {ADDRESS}."
    yield _fenced(f"curl -s {ADDRESS}{path} -d {quote(body)}", "console")
    lines = [
        "import json",
        "from urllib.request import urlopen",
        "",
        f"body = {body!r}",
        f'with urlopen("{ADDRESS}{path}", body.encode()) as answer:',
        '    print(json.load(answer)["predictions"])',
    ]
    yield _fenced("\n".join(lines), "python")


def _engines(engines: Sequence[EngineReport]) -> Iterator[str]:
    yield "scikit-learn is the reference; each other engine answers only where it was seen to agree with it."
    if engines:
        rows = [[one.name, "yes" if one.accepted else "no", escaped(one.why)] for one in engines]
        yield _table(["Engine", "May answer", "Why"], rows)


def _lineage(card: ModelCard) -> Iterator[str]:
    yield f"Made {card.created_at:%Y-%m-%d %H:%M} UTC by {escaped(card.by or 'unknown')}."
    yield _table(["Library", "Release"], [[escaped(name), escaped(found)] for name, found in card.libraries.items()])
    yield _table(["Artefact", "SHA-256"], [[escaped(name), f"`{found}`"] for name, found in card.artefacts.items()])
