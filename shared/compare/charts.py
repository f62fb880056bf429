"""Charts as SVG, drawn without a script: lines told apart by colour, dash and mark, on axes with round numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 300, 64, 28, 30, 44
DASHES = ("", "7 4", "2 3", "10 3 2 3")
MARKS = 4

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A name and its points; `style` is the target's place among the targets, `is_thin` for a companion line."""

    name: str
    points: Sequence[Point]
    style: int
    is_thin: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """A named axis; `names` are texts for the places 0, 1, 2 and so on, instead of numbers."""

    title: str
    is_log: bool = False
    names: Sequence[str] = ()


def chart(label: str, x: Axis, y: Axis, lines: Sequence[Line]) -> str:
    """A line chart; `label` is what a screen reader says of it."""
    points = [point for line in lines for point in line.points]
    if not points:
        return ""
    place_x, ticks_x = _scale(x, [point[0] for point in points], LEFT, WIDTH - RIGHT)
    place_y, ticks_y = _scale(y, [point[1] for point in points], HEIGHT - BOTTOM, TOP)
    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">']
    for value, text in ticks_y:
        at = place_y(value)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{escape(text)}</text>')
    for value, text in ticks_x:
        at = place_x(value)
        parts.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{escape(text)}</text>')
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">{escape(x.title)}</text>')
    parts.append(f'<text x="4" y="14">{escape(y.title)}</text>')
    parts += [_drawn(line, place_x, place_y) for line in lines]
    return "".join([*parts, "</svg>"])


def legend(names: Sequence[str]) -> str:
    """What the lines are, by their looks and names."""
    items = []
    for style, name in enumerate(names):
        mark = _mark(style, 20, 6)
        line = f'<line class="line c{style % MARKS}" x1="0" x2="40" y1="6" y2="6" {_dash(style)}/>'
        items.append(
            f'<li><svg class="key" viewBox="0 0 40 12" aria-hidden="true">{line}{mark}</svg>{escape(name)}</li>'
        )
    return f'<ul class="legend">{"".join(items)}</ul>'


def _drawn(line: Line, place_x: Callable[[float], float], place_y: Callable[[float], float]) -> str:
    places = [(place_x(x), place_y(y)) for x, y in line.points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    kind = " thin" if line.is_thin else ""
    drawn = f'<polyline class="line c{line.style % MARKS}{kind}" points="{path}" {_dash(line.style)}/>'
    marks = "" if line.is_thin else "".join(_mark(line.style, x, y) for x, y in places)
    return f"<g><title>{escape(line.name)}</title>{drawn}{marks}</g>"


def _dash(style: int) -> str:
    dashes = DASHES[style % len(DASHES)]
    return f'stroke-dasharray="{dashes}"' if dashes else ""


def _mark(style: int, x: float, y: float) -> str:
    name = f'class="mark c{style % MARKS}"'
    match style % MARKS:
        case 0:
            return f'<circle {name} cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
        case 1:
            return f'<rect {name} x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"/>'
        case 2:
            return f'<path {name} d="M{x:.1f} {y - 4:.1f}l4 7h-8z"/>'
        case _:
            return f'<path {name} d="M{x:.1f} {y - 4:.1f}l4 4-4 4-4-4z"/>'


def _scale(
    axis: Axis, values: Sequence[float], start: float, end: float
) -> tuple[Callable[[float], float], list[tuple[float, str]]]:
    """Where on the paper a value is, and the values that are written at the axis."""
    if axis.names:
        last = len(axis.names) - 1
        return lambda value: start + (end - start) * (value + 0.5) / (last + 1), list(enumerate(axis.names))
    if axis.is_log:
        low, high = floor(log10(min(values))), ceil(log10(max(values)))
        high = max(high, low + 1)
        logs = [(10.0**power, f"{10.0**power:g}") for power in range(low, high + 1)]
        return lambda value: start + (end - start) * (log10(value) - low) / (high - low), logs
    top, step = _round_top(max(values))
    ticks = [(index * step, f"{index * step:g}") for index in range(round(top / step) + 1)]
    return lambda value: start + (end - start) * value / top, ticks


def _round_top(value: float) -> tuple[float, float]:
    """The end of an axis from 0 that holds `value`, and its step: 1, 2 or 5 times a power of ten."""
    rough = max(value, 1e-9) / 5
    power = 10.0 ** floor(log10(rough))
    step = next(nice * power for nice in (1, 2, 5, 10) if nice * power >= rough)
    return ceil(value / step) * step or step, step
