"""A CSV in the page: chosen, asked about, and taken along with its answers."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from shared.catalogue import CATALOGUE
from tests.contract.raw import ask
from tests.e2e.conftest import WAYS, Open, Pair
from tests.e2e.test_looks import CONTRAST, picture
from tests.e2e.test_page import press

TAB = "?tab=batch"
FLOWERS = """id;Sepal length (cm);sepal width;petal_length_cm;petal_width_cm;note
a;5.1;3.5;1.4;0.2;=1+1
b;6.3;3.3;6.0;25;"<b>bold</b>; twice"
c;none;3.0;;1.8;x
d;7.0
"""


def choose(page: Page, content: str, name: str = "flowers.csv") -> None:
    page.locator("#batch-file").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content.encode("utf-8-sig")}
    )


def downloaded(page: Page, button: str) -> list[dict[str, str]]:
    with page.expect_download() as waiting:
        press(page, button)
    path = Path(waiting.value.path())
    assert waiting.value.suggested_filename.endswith(".csv")
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


@pytest.mark.parametrize("way", WAYS)
def test_a_file_comes_back_with_answers_and_with_what_is_wrong(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way, f"#iris{TAB}"))
    choose(page, FLOWERS)
    panel = page.locator("#panel-batch")
    expect(panel).to_contain_text("flowers.csv, 1\u00a0kB, 6 columns")
    expect(panel.locator("summary")).to_have_text("1 of 4 inputs has no column yet: choose")
    expect(page.get_by_role("button", name="Predict all rows")).to_be_disabled()
    page.get_by_label("Sepal width cm", exact=True).select_option("sepal width")
    press(page, "Predict all rows")
    expect(panel).to_contain_text("4 rows asked, 2 of them without an answer, by Iris version 1 on Flask.")
    wrong = page.get_by_role("region", name="Rows without an answer").locator("tbody tr")
    expect(wrong).to_have_text(
        [
            "4Sepal length (cm)'none' is not a number",
            "4petal_length_cmis missing",
            "5\N{EN DASH}has 2 cells; 6 columns are named",
        ]
    )
    expect(page.get_by_role("region", name="First rows with their answers")).to_contain_text("<b>bold</b>; twice")
    rows = downloaded(page, "Download CSV")
    assert [row["prediction"] for row in rows] == ["setosa", "virginica", "", ""]
    assert [row["note"] for row in rows] == ["'=1+1", "<b>bold</b>; twice", "x", ""]
    assert rows[1]["warnings"] == "petal_width_cm: 25 cm is outside the 0.1 to 2.5 cm seen in training"
    assert rows[2]["error"] == "Sepal length (cm): 'none' is not a number; petal_length_cm: is missing"
    assert float(rows[1]["probability_virginica"]) > 0.99


def test_a_long_file_can_be_cancelled_and_what_was_answered_is_there(steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url("http", f"#iris{TAB}"))
    names = ",".join(CATALOGUE["iris"].feature_names)
    choose(page, f"{names}\n" + "5.1,3.5,1.4,0.2\n" * 500_000)
    press(page, "Predict all rows")
    words = page.locator(".batch-words")
    expect(words).to_contain_text(re.compile(r"\d,000 rows asked so far"))
    press(page, "Cancel")
    expect(words).to_contain_text("asked before it was cancelled")
    told = re.search(r"([\d,]+) rows", words.inner_text())
    assert told is not None
    rows = downloaded(page, "Download what there is as CSV")
    assert len(rows) == int(told[1].replace(",", "")) < 500_000
    assert {row["prediction"] for row in rows} == {"setosa"}


def test_numbers_and_images_are_asked_about_too(steady_pair: Pair, open_page: Open) -> None:
    for model in ("diabetes", "digits"):
        entry = CATALOGUE[model]
        page = open_page(steady_pair.page_url("http", f"#{model}{TAB}"))
        lines = [entry.feature_names, *(map(str, row) for row in entry.dataset.X[:30])]
        choose(page, "\n".join(map(",".join, lines)))
        press(page, "Predict all rows")
        expect(page.locator(".batch-words")).to_contain_text(f"30 rows asked, by {entry.title} version 1")
        rows = downloaded(page, "Download CSV")
        assert list(rows[0])[: len(entry.feature_names)] == list(entry.feature_names)
        if model == "diabetes":
            assert all(float(row["lower"]) < float(row["prediction"]) < float(row["upper"]) for row in rows)
        body = json.dumps({"rows": entry.dataset.X[:30].tolist()})
        answer = ask(steady_pair.ports["klein"], "POST", f"/models/{model}/predict", body).json()
        assert [row["prediction"] for row in rows] == [str(one) for one in answer["predictions"]]


def test_without_a_backend_nothing_is_made_up(absent_pair: Pair, open_page: Open) -> None:
    page = open_page(absent_pair.page_url("file", f"#iris{TAB}"))
    choose(page, FLOWERS)
    expect(page.locator("#batch-note")).to_contain_text("No backend is there")
    expect(page.get_by_role("button", name="Predict all rows")).to_be_disabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures(steady_pair: Pair, open_page: Open, scheme: str) -> None:
    for width in (1440, 390):
        page = open_page(steady_pair.page_url("http", f"#iris{TAB}"), width=width, scheme=scheme)
        picture(page, f"batch-empty-{width}-{scheme}", width)
        choose(page, FLOWERS)
        page.get_by_label("Sepal width cm", exact=True).select_option("sepal width")
        press(page, "Predict all rows")
        expect(page.locator(".batch-words")).to_contain_text("4 rows asked")
        assert page.evaluate(CONTRAST) == []
        picture(page, f"batch-{width}-{scheme}", width)
