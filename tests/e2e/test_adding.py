"""Add a model in the page, from a file to an answer, and remove it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Start
from tests.e2e.conftest import Open, Pair, copied_pair
from tests.e2e.test_looks import CONTRAST, picture
from tests.e2e.test_page import press, wait_for_line
from tests.flats import flats_csv

MARKUP = "<img src=x onerror=alert(1)>"
TRAINED_WITHIN_MS = 60_000


@pytest.fixture(scope="module")
def flats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("files") / "flats.csv"
    file.write_bytes(flats_csv(120).replace(b"Bonn", MARKUP.encode()))
    return file


@pytest.fixture
def one(start: Start, trained_store: Path, tmp_path: Path) -> Iterator[Pair]:
    """A page with one backend that runs: what the other does is seen elsewhere."""
    for pair in copied_pair(start, trained_store, tmp_path):
        pair.run("klein")
        yield pair


def choose(page: Page, file: Path) -> None:
    page.get_by_label("Choose a CSV file").set_input_files(file)


def test_a_file_becomes_a_model_that_is_asked_and_removed(one: Pair, open_page: Open, flats: Path) -> None:
    page = open_page(one.page_url("http", "#iris"))
    page.get_by_role("link", name="+ Add a model").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Add a model")).to_be_focused()
    expect(page.locator("#form")).to_be_hidden()
    choose(page, flats)
    rows = page.locator(".columns tbody tr")
    expect(rows).to_have_count(5)
    expect(rows.nth(1)).to_contain_text(re.compile(rf"city\s*categories.*{re.escape(MARKUP)} \(\d+\)"))
    expect(rows.last).to_contain_text("to be predicted")
    expect(page.locator("#models a")).to_have_count(5)  # nothing is there before it is asked for
    page.get_by_label("Learn from rent").uncheck()
    page.get_by_label("Title").fill("Lodgings")
    assert page.evaluate(CONTRAST) == []
    press(page, "Train")
    expect(page.locator("#title")).to_have_text("Duet: Lodgings")
    expect(page.locator("#panel-training .run")).to_contain_text("The best of several")
    expect(page.get_by_role("link", name="Lodgings")).to_have_attribute("aria-current", "page")
    expect(page.locator("#chips li").last).to_contain_text("v1", timeout=TRAINED_WITHIN_MS)
    page.get_by_label("city", exact=True).select_option(MARKUP)
    expect(page.locator("#cards .label")).to_have_text(re.compile("^(cheap|dear)$"))
    press(page, "Remove this model…")
    press(page.get_by_role("dialog", name="Remove Lodgings?"), "Remove")
    wait_for_line(page, "Lodgings is gone.")
    expect(page.locator("#models a[aria-current]")).to_have_text("Iris")
    expect(page.get_by_role("link", name="Lodgings")).to_have_count(0)
    expect(page.get_by_role("button", name="Remove this model…")).to_be_hidden()


def test_what_is_wrong_is_told_with_its_row_and_back_leads_back(
    steady_pair: Pair, open_page: Open, flats: Path, tmp_path: Path
) -> None:
    page = open_page(steady_pair.page_url("http", "#diabetes"))
    expect(page.locator("#cards .label")).to_be_visible()
    page.get_by_role("link", name="+ Add a model").click()
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("\n".join(["a,b", *(f"{row},{row / 7}" for row in range(60)), f"1,{MARKUP}"]))
    choose(page, wrong)
    problem = page.locator("#add .problem")
    expect(problem).to_contain_text(f"row 62, column 'b' '{MARKUP}' is not a number")
    expect(page.get_by_label("Predict", exact=True)).to_be_hidden()
    choose(page, flats)
    expect(problem).to_have_count(0)
    page.get_by_label("Name").fill("iris")
    press(page, "Train")
    expect(problem).to_contain_text("The name is taken")
    page.get_by_label("Predict", exact=True).select_option("rent")
    expect(page.get_by_label("As", exact=True)).to_contain_text("as it looks: a number")
    page.go_back()
    expect(page.locator("#title")).to_have_text("Duet: Diabetes")
    expect(page.locator("#add")).to_be_hidden()
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures(steady_pair: Pair, open_page: Open, flats: Path, scheme: str) -> None:
    for width in (1440, 390):
        page = open_page(steady_pair.page_url("http", "#+add"), width=width, scheme=scheme)
        choose(page, flats)
        expect(page.locator(".columns tbody tr")).to_have_count(5)
        assert page.evaluate(CONTRAST) == []
        picture(page, f"add-{width}-{scheme}", width)
