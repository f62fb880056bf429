"""The page for a model that answers with a number."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import WAYS, Open, Pair
from tests.e2e.test_looks import CONTRAST, WIDTHS, picture
from tests.e2e.test_page import choose, press, wait_for_line

DIABETES = "#diabetes?age=59&bmi=32.1&ask=flask"
VALUE = re.compile(r"^\d+\spoints$")
INTERVAL = re.compile(r"90\s% interval \d+ to \d+\spoints")


@pytest.mark.parametrize("way", WAYS)
def test_the_value_and_its_interval_stand_there(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way, DIABETES))
    expect(page.locator("#cards .label")).to_have_text(VALUE)
    expect(page.locator("#cards")).to_contain_text("Progression after a year")
    expect(page.locator("#cards .gauge-words")).to_have_text(INTERVAL)
    expect(page.locator(".field")).to_have_count(10)
    expect(page.locator("#chips")).to_contain_text(re.compile(r"v1\s+RMSE \d+\.\d\spoints"))
    expect(page.locator(".spec")).to_contain_text(
        re.compile(r"Test error \(RMSE\).*R² 0\.\d\d, n 133, 95\s% interval", re.S)
    )
    before = page.locator("#cards .label").inner_text()
    page.get_by_label("Body mass index", exact=True).fill("41.5")
    press(page, "Predict")
    expect(page.locator("#cards .label")).not_to_have_text(before)
    page.get_by_label("Age", exact=True).fill("590")
    expect(page.locator("#cards .warnings li").first).to_contain_text("Age: 590 years is outside the 19 to 79 years")
    wait_for_line(page, f"Sending request to the server at {steady_pair.url('flask')}/models/diabetes/predict")


def test_both_give_the_same_number(steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url("http", DIABETES))
    choose(page, "Both")
    expect(page.locator("#cards .label")).to_have_text([VALUE, VALUE])
    expect(page.locator("#verdict")).to_contain_text("Both give the same answer, to the last digit")


def test_without_a_backend_a_number_is_made_up(absent_pair: Pair, open_page: Open) -> None:
    page = open_page(absent_pair.page_url("file", DIABETES))
    expect(page.locator("#offline")).to_contain_text("No backend reachable")
    press(page, "Predict")
    made_up = page.get_by_role("alert")
    expect(made_up).to_contain_text(re.compile(r"RANDOM, not a prediction\s*\d+\spoints"))
    expect(made_up).to_contain_text(re.compile(r"every number from 25 to 346\spoints"))
    expect(page.locator(".gauge")).to_have_count(0)


def test_training_and_versions_tell_errors(pair: Pair, open_page: Open) -> None:
    page = open_page(pair.page_url("http", DIABETES))
    expect(page.locator("#cards .label")).to_have_text(VALUE)
    page.get_by_label("with").select_option(label="Support vector regression")
    press(page, "Train")
    press(page, "History")
    done = page.locator("#history li span", has_text="Done! Updated Flask test error above.")
    expect(done).to_be_visible(timeout=60_000)
    expect(page.locator("#chips li").first).to_contain_text("v2")
    page.get_by_role("tab", name="Versions").click()
    expect(page.locator("#panel-versions tbody tr")).to_have_count(2)
    expect(page.locator("#panel-versions")).to_contain_text(re.compile(r"\d+\.\d\spoints.*R² 0\.\d\d, n 442", re.S))
    press(page, "Compare")
    comparison = page.locator("#comparison")
    expect(comparison).to_contain_text("RMSE, cross-validated")
    expect(comparison).to_contain_text(re.compile(r"On the 442 rows of Diabetes their values are [\d.]+\spoints apart"))
    expect(comparison.locator(".confusions")).to_have_count(0)


def test_what_was_predicted_stands_against_what_is_true(steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url("http", DIABETES))
    expect(page.get_by_role("img", name=re.compile("Predicted against true, 300 of 442 rows"))).to_be_visible()
    expect(page.locator("#regions")).to_be_hidden()
    press(page.locator("#residuals"), "Table")
    expect(page.locator("#residuals-table tbody tr")).to_have_count(300)
    page.get_by_role("tab", name="Many at once").click()
    expect(page.get_by_text("Races take models that answer with a class")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pictures(steady_pair: Pair, open_page: Open, width: int, scheme: str) -> None:
    page = open_page(steady_pair.page_url("http", "#diabetes?ask=both&age=90"), width=width, scheme=scheme)
    expect(page.locator("#cards .gauge")).to_have_count(2)
    expect(page.locator(".residuals")).to_be_visible()
    assert page.evaluate(CONTRAST) == []
    picture(page, f"number-{width}-{scheme}", width)
