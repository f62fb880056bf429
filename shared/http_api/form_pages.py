"""The HTML of a model's form and of what it is answered: no script, and nothing of the query unescaped."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import floor, log10
from urllib.parse import quote, urlencode

from shared.domain.signature import Feature, Output
from shared.errors import Problem
from shared.http_api.views import EstimateAnswer, ModelAnswer, PredictAnswer, WarningView

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
Texts = Mapping[str, str]
MOST_FIELDS = 64


def empty(model: ModelAnswer, root: str) -> bytes:
    """The form with the signature's example in it; `root` leads from its address to that of the server."""
    texts = {one.name: _example(one) for one in model.signature.inputs}
    note = [] if model.champion else [_problem("The model is not trained yet, so there is nothing to ask.")]
    return _page(model.title, [*note, *_form(model, texts, {}, root)], root)


def answered(model: ModelAnswer, texts: Texts, answer: PredictAnswer | EstimateAnswer) -> bytes:
    """The answer above the form that asked for it."""
    output = model.signature.output
    said = _estimate(answer, output) if isinstance(answer, EstimateAnswer) else _class(answer, output)
    by = f'<p class="note">Version {answer.version} of {escape(model.title)}</p>'
    told = ['<section class="panel" role="status">', *said, *_warnings(answer.warnings, model), by, "</section>"]
    return _page(model.title, [*told, *_form(model, texts, {}, "")], "")


def refused(model: ModelAnswer, texts: Texts, detail: str, problems: Sequence[Problem], root: str) -> bytes:
    """What is wrong, above and beside the inputs, which keep what was entered."""
    beside = {problem.path.removeprefix("?"): problem.message for problem in problems}
    titles = {one.name: one.title for one in model.signature.inputs}
    items = [f"{escape(titles.get(name, name))}: {escape(message)}" for name, message in beside.items()]
    return _page(model.title, [_problem(detail, items), *_form(model, texts, beside, root)], root)


def links(models: Sequence[tuple[str, str]]) -> bytes:
    """The forms of `models`, each by name and title."""
    listed = "".join(f"<li>{link}</li>" for link in _links(models, ""))
    return _page("Forms", [f'<ul class="panel">{listed}</ul>'], "")


def lost(detail: str, models: Sequence[tuple[str, str]], root: str) -> bytes:
    """No form or no answer; the forms that there are."""
    return _page("Not here", [_problem(detail, _links(models, root))], root)


def _links(models: Sequence[tuple[str, str]], root: str) -> list[str]:
    return [f'<a href="{root}form/{escape(name)}">{escape(title)}</a>' for name, title in models]


def _page(title: str, parts: Sequence[str], root: str) -> bytes:
    lines = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(title)} · Duet</title>",
        f'<link rel="icon" href="{root}favicon.svg" type="image/svg+xml">',
        f'<link rel="stylesheet" href="{root}styles.css">\n<link rel="stylesheet" href="{root}form.css">',
        f'</head>\n<body>\n<main class="wide plain">\n<h1>{escape(title)}</h1>',
        *parts,
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(lines).encode()


def _problem(detail: str, items: Sequence[str] = ()) -> str:
    listed = f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""
    return f'<div class="problem" role="alert"><p>{escape(detail[:1].upper() + detail[1:])}</p>{listed}</div>'


def _form(model: ModelAnswer, texts: Texts, wrong: Texts, root: str) -> Iterator[str]:
    """`wrong` says of inputs, by their names, what is wrong with them."""
    # `novalidate`: values beyond the range or between the steps are answered, with a warning where that is due.
    yield f'<form class="panel" action="{root}predict" method="get" novalidate>'
    yield f'<p class="prose">{escape(model.description)}</p>'
    if len(model.signature.inputs) > MOST_FIELDS:
        yield f"<p>{_too_many(model, root)}</p>\n</form>"
        return
    yield f'<input type="hidden" name="model" value="{escape(model.name)}">\n<div class="plain-fields">'
    for index, feature in enumerate(model.signature.inputs):
        yield _field(f"field-{index}", feature, texts.get(feature.name, ""), wrong.get(feature.name))
    verb = "Predict" if model.task == "regression" else "Classify"
    yield f'</div>\n<p class="actions"><button type="submit" class="primary">{verb}</button>'
    values = {one.name: texts[one.name] for one in model.signature.inputs if one.name in texts}
    page = f"{root or './'}#{quote(model.name, safe='')}?{urlencode(values)}"
    yield f'<a href="{escape(page)}">The page with sliders and charts</a></p>\n</form>'


def _too_many(model: ModelAnswer, root: str) -> str:
    page = f'<a href="{root or "./"}#{quote(model.name, safe="")}">the page</a>'
    count = f"It takes {len(model.signature.inputs)} inputs, which are too many for a form"
    return f"{count}: send rows to POST /models/{escape(model.name)}/predict, or try an example on {page}."


def _field(name: str, feature: Feature, text: str, wrong: str | None) -> str:
    unit = f" <small>{escape(feature.unit)}</small>" if feature.unit else ""
    seen = f"{feature.minimum:g} to {feature.maximum:g} seen in training" if feature.has_range else ""
    bad = (' aria-invalid="true"', f'<strong class="hint">{escape(wrong)}</strong>') if wrong else ("", "")
    common = f'id="{name}" name="{escape(feature.name)}" aria-describedby="{name}-hint"{bad[0]}'
    if feature.categories:
        field, seen = f"<select {common}>{''.join(_options(feature, text))}</select>", ""
    else:
        field = f'<input {common} type="number" step="{feature.step:.15g}" inputmode="decimal" value="{escape(text)}">'
    return (
        f'<p class="plain-field"><label for="{name}">{escape(feature.title)}{unit}</label>{field}'
        f'<span id="{name}-hint">{bad[1]}<small>{seen}</small></span></p>'
    )


def _example(feature: Feature) -> str:
    return feature.categories[int(feature.example)] if feature.categories else f"{feature.example:.15g}"


def _options(feature: Feature, chosen: str) -> Iterator[str]:
    for name in (*([""] if feature.may_be_missing else []), *feature.categories):
        selected = " selected" if name == chosen else ""
        yield f'<option value="{escape(name)}"{selected}>{escape(name or "not known")}</option>'


def _estimate(answer: EstimateAnswer, output: Output) -> Iterator[str]:
    (value,), unit = answer.predictions, f" {escape(answer.unit)}".rstrip()
    scale, interval = 0.0, "How far off it may be was never measured."
    if answer.level is not None:
        ((low, high),) = answer.intervals
        scale = (high - low) / 2
        interval = f"{answer.level * 100:g}\u00a0% interval {rounded(low, scale)} to {rounded(high, scale)}{unit}"
    yield f'<p>{escape(output.title)}</p>\n<p class="label">{rounded(value, scale)}{unit}</p>\n<p>{interval}</p>'


def _class(answer: PredictAnswer, output: Output) -> Iterator[str]:
    labels = {one.name: one.label for one in output.classes}
    yield f'<p>{escape(output.title)}</p>\n<p class="label">{escape(labels[answer.predictions[0]])}</p>'
    yield "<table>\n<thead><tr><th>Class</th><th>Probability</th></tr></thead>\n<tbody>"
    for name, share in zip(answer.classes, answer.probabilities[0], strict=True):
        yield f"<tr><td>{escape(labels[name])}</td><td>{shown_share(share)}</td></tr>"
    yield "</tbody>\n</table>"


def _warnings(warnings: Sequence[WarningView], model: ModelAnswer) -> Iterator[str]:
    titles = {one.name: one.title for one in model.signature.inputs}
    for warning in warnings:
        about = f"{titles[warning.feature]}: " if warning.feature else ""
        yield f'<p class="warning">⚠ {escape(about + warning.message)}</p>'


def shown_share(share: float) -> str:
    """A probability as a percentage, which never rounds to certainty."""
    if 0 < share < 0.0005:
        return "&lt;\u00a00.1\u00a0%"
    if 0.9995 < share < 1:
        return "&gt;\u00a099.9\u00a0%"
    return f"{share * 100:.1f}\u00a0%"


def rounded(value: float, scale: float) -> str:
    """`value` with the digits that tell two of `scale`, up to which it is uncertain; with 6 where that is 0."""
    return f"{value:.{max(0, 1 - floor(log10(scale)))}f}" if scale > 0 else f"{value:.6g}"
