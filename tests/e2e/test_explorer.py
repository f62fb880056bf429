"""The explorer of images: what was misread, by estimators that had not seen it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Open, Pair
from tests.e2e.test_looks import CONTRAST, picture
from tests.e2e.test_page import press

EXPLORER = "#digits?tab=explorer"


def options(page: Page) -> list[str | None]:
    return [one.get_attribute("aria-label") for one in page.locator("#gallery [role=option]").all()]


def test_batches_are_drawn_counted_and_looked_at_by_keyboard(steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url("http", EXPLORER))
    tally = page.locator(".tally")
    expect(tally).to_contain_text(re.compile(r"\d\d\.\d\s%: \d+ of 300 right, 95\s% interval .* \(Wilson\)"))
    expect(page.locator("#panel-explorer .note")).to_contain_text(
        "an estimator of the same recipe that had not seen it"
    )
    first = options(page)
    wrong = re.search(r"(\d+) of 300 wrong", tally.inner_text())
    assert wrong is not None
    assert len(first) == int(wrong[1]) > 1
    press(page, "Another batch")
    expect(page.locator("#gallery [role=option]").first).not_to_have_attribute("aria-label", first[0] or "")
    page.get_by_label("Images of").focus()
    page.keyboard.press("End")
    expect(tally).to_contain_text(re.compile(r"of 180 right"))
    assert all((label or "").startswith("9, read as ") for label in options(page))
    page.locator("#gallery [role=option]").first.focus()
    page.keyboard.press("ArrowRight")
    focused = page.locator("#gallery [role=option]").nth(1)
    expect(focused).to_be_focused()
    expect(page.locator(".looked-at")).to_contain_text(focused.get_attribute("aria-label") or "none")
    expect(page.locator(".looked-at .bar")).to_have_count(10)
    press(page, "Table")
    expect(page.get_by_role("region", name="What was misread as what")).to_contain_text(re.compile(r"9(, 9)*"))
    page.get_by_role("link", name="Iris", exact=True).click()
    expect(page.get_by_role("tab", name="Explorer")).to_be_hidden()
    expect(page.get_by_role("tab", name="Training")).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures(steady_pair: Pair, open_page: Open, scheme: str) -> None:
    for width in (1440, 390):
        page = open_page(steady_pair.page_url("file", EXPLORER), width=width, scheme=scheme)
        expect(page.locator(".looked-at svg")).to_be_visible()
        assert page.evaluate(CONTRAST) == []
        picture(page, f"explorer-{width}-{scheme}", width)
