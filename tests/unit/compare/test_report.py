"""The forms of the report, made of a comparison that is written down here."""

import csv
from html.parser import HTMLParser
from io import StringIO

import msgspec
import pytest

from shared.compare.comparison import Agreed, Ceiling, Cold, Compared, Comparison, Round, Total
from shared.compare.difference import difference
from shared.compare.figures import Recorder, Slot, Spread
from shared.compare.html import page
from shared.compare.plan import Plan
from shared.compare.ramp import Step
from shared.compare.table import csv_of, terminal

STRANGE = "<b>a & b</b>"
SPREAD = Spread(100, 1.0, 2.0, 3.0, 4.0, 5.0)


def comparison(**changes: object) -> Comparison:
    """Two targets and two rounds, one of the names a strange one."""
    names = ("flask", STRANGE)
    recorder = Recorder()
    recorder.record([0.001, 0.0012, 0.5])
    found = Comparison(
        command="duet compare",
        created_at="2026-01-01T00:00:00+00:00",
        duet="0.1.0",
        scenario="Steady traffic",
        look_at="Look. Look again.",
        model="iris",
        model_version=1,
        machine="a machine",
        load_average="0.1",
        versions={"Python": "3.11"},
        plan=Plan(rate=100, rounds=2),
        targets=[Compared(name, "http://localhost:1", "was running", False) for name in names],
        agreement=Agreed(10, 0, []),
        differences=[one]
        if (one := difference("p50", "ms", names[1], "flask", {"flask": {0: 1, 1: 1}, names[1]: {0: 3, 1: 3.01}}))
        else [],
        rounds=[
            Round(
                turn=turn,
                target=name,
                seconds=1.0,
                sent=100,
                per_second=99.0,
                spreads={"classify": SPREAD},
                errors={"status 500": 1},
                unsent=0,
                cpu_ms_per_request=None,
                memory_mb=None,
                late_p99_ms=0.1,
            )
            for turn in range(2)
            for name in names
        ],
        totals=[
            Total(name, "classify", SPREAD, recorder.bins(), [Slot(0.5, 1.0, 2.0)], recorder.encoded())
            for name in names
        ],
        colds=[Cold(0, name, None, [5.0, 1.0], 1.0) for name in names],
        ramp=[],
        ceiling=Ceiling(10_000.0, 0.1),
        warnings=["Fewer than five rounds: intervals are wide."],
    )
    return msgspec.structs.replace(found, **changes)


class Outline(HTMLParser):
    """What a reader's program finds: tags, unclosed ones, and texts."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def count(self, name: str) -> int:
        return sum(tag == name for tag, _ in self.tags)


RAMP = [Step(0, "flask", 125.0, 2.0, 0, True), Step(0, STRANGE, 125.0, None, 3, False)]


@pytest.mark.parametrize(
    "changes", [{}, {"ramp": RAMP, "totals": [], "rounds": []}, {"colds": []}], ids=["rounds", "ramp", "bare"]
)
def test_the_html_report_is_whole_and_asks_for_nothing(changes: dict[str, object]) -> None:
    found = Outline(page(comparison(**changes)))
    assert found.open == []
    assert found.count("script") == 0
    assert [attrs["href"] for tag, attrs in found.tags if "href" in attrs] == ["data:,"]
    assert not any("src" in attrs for _, attrs in found.tags)
    assert STRANGE in found.text
    assert found.count("b") == 0


def test_every_chart_is_named_captioned_and_has_a_table() -> None:
    found = Outline(page(comparison()))
    charts = [attrs for tag, attrs in found.tags if tag == "svg" and attrs.get("role") == "img"]
    assert len(charts) == 5
    assert all(attrs["aria-label"] for attrs in charts)
    assert found.count("figcaption") == len(charts)
    assert found.count("caption") == found.count("table") >= len(charts)


@pytest.mark.parametrize("make", [terminal, page])
def test_a_disagreement_is_the_first_thing_that_is_said(make: object) -> None:
    assert callable(make)
    text = Outline(make(comparison(agreement=Agreed(10, 2, ["one: a; other: b"])))).text
    told = text.index("THE ANSWERS DISAGREE: 2 differ")
    assert told < text.index("one: a; other: b") < text.index("Differences")


def test_the_terminal_says_what_is_not_known_and_how_it_was_measured() -> None:
    text = terminal(comparison())
    assert text.startswith("The targets agree: 10 answers")
    for part in ("not known", "2 x status 500", "open loop, 100/s, poisson", "Command: duet compare", "Warning: Fewer"):
        assert part in text
    assert f"p50: {STRANGE} has" in text


def test_the_csv_has_a_line_for_each_round_target_and_kind() -> None:
    lines = list(csv.DictReader(StringIO(csv_of(comparison()))))
    assert [(line["round"], line["target"]) for line in lines] == [
        ("1", "flask"),
        ("1", STRANGE),
        ("2", "flask"),
        ("2", STRANGE),
    ]
    assert lines[0]["p99"] == "3.0"
    assert lines[0]["errors"] == "1"
