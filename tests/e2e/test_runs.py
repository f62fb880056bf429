"""Training runs in the page: started with parameters, watched, cancelled, found again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import LOOKS, Open, Pair
from tests.e2e.test_looks import CONTRAST, picture
from tests.e2e.test_page import choose, history, press, wait_for_line
from tests.processes import ROOT

LIBRARY = ROOT / "frontend" / "vendor" / "chart.umd.min.js"
LONG = {"recipe": "mlp", "params": {"epochs": 2000}, "promote": "always"}

charted = pytest.mark.skipif(not LIBRARY.exists(), reason="the chart library comes from npm; see `make setup`")


def settings_of(page: Page, epochs: str) -> None:
    press(page, "Training settings")
    page.get_by_label("with").select_option(label="Multilayer perceptron, 4-10-3")
    page.get_by_role("textbox", name="epochs").fill(epochs)


def train_long(page: Page) -> None:
    settings_of(page, "2000")
    press(page, "Train with these")
    expect(page.locator("#panel-training .run-words")).to_contain_text("%")


def cancel(page: Page) -> None:
    page.locator("#panel-training").get_by_role("button", name="Cancel").click()
    expect(page.locator("#panel-training .run-words")).to_contain_text("Cancelled after")


@charted
def test_a_training_with_parameters_can_be_watched_and_cancelled(pair: Pair, open_page: Open) -> None:
    page = open_page(pair.page_url("http"))
    train_long(page)
    run = page.locator("#panel-training .run")
    expect(run).to_contain_text("epochs 2000")
    expect(run.get_by_role("progressbar")).to_be_visible()
    expect(run.locator(".run-words")).to_have_text(re.compile(r"\w+ · \d+\s% · \d+\ss so far · about \d+\ss left"))
    chart = page.get_by_role("img", name="Log loss")
    expect(chart).to_be_visible()
    expect(page.locator("#panel-training")).to_contain_text(re.compile(r"Learns from \d+ rows"))
    press(page.locator("#curve"), "Table")
    expect(page.locator("#curve-table tbody tr").nth(1)).to_be_visible()
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#curve [aria-live]")).to_have_text(re.compile(r"^Epochs \d+: training 0\.\d+"))
    expect(page.get_by_role("button", name="Training…")).to_be_visible()
    cancel(page)
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()
    wait_for_line(page, "The training on Flask was cancelled.")
    expect(page.locator("#chips li").first).to_contain_text("v1")


@charted
def test_the_curve_can_be_taken_along(pair: Pair, open_page: Open, tmp_path: Path) -> None:
    page = open_page(pair.page_url("http"))
    settings_of(page, "20")
    press(page, "Train with these")
    # Until it is answered, the run on show is the one before.
    run = page.locator("#panel-training .run", has_text="epochs 20,")
    expect(run.locator(".run-words")).to_contain_text("Finished after", timeout=60_000)
    with page.expect_download() as table:
        press(page.locator("#curve"), "CSV")
    table.value.save_as(tmp_path / "curve.csv")
    lines = (tmp_path / "curve.csv").read_text().splitlines()
    assert lines[0] == "step,training_loss,validation_loss,training_accuracy,validation_accuracy"
    assert lines[-1].startswith("20,")
    with page.expect_download() as drawn:
        press(page.locator("#curve"), "PNG")
    drawn.value.save_as(tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_without_the_chart_library_there_are_meters_and_the_table(pair: Pair, open_page: Open) -> None:
    page = open_page("about:blank")
    missing = {"X-Content-Type-Options": "nosniff"}
    page.route(
        "**/vendor/*",
        lambda route: route.fulfill(status=404, headers=missing, content_type="application/problem+json", body="{}"),
    )
    page.goto(pair.page_url("http"))
    train_long(page)
    expect(page.locator("#curve meter")).to_have_count(2)
    expect(page.locator("#curve-table tbody tr").first).to_be_visible()
    expect(page.locator("#curve canvas").first).to_be_hidden()
    cancel(page)


def test_a_reload_finds_the_training_again_and_a_second_page_sees_it(pair: Pair, open_page: Open) -> None:
    page = open_page(pair.page_url("http"))
    choose(page, "Klein")
    train_long(page)
    page.reload()
    expect(page.locator("#panel-training .run")).to_contain_text("asked for by Klein")
    other = open_page(f"{pair.url('flask')}/?flask={pair.url('flask')}&klein={pair.url('klein')}")
    expect(other.locator("#panel-training .run")).to_contain_text("asked for by Klein")
    expect(other.locator("#panel-training").get_by_role("progressbar")).to_be_visible()
    cancel(other)
    expect(page.locator("#panel-training .run-words")).to_contain_text("Cancelled after", timeout=2000)


def test_what_the_backend_objects_to_stands_beside_its_field(steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url("http"))
    settings_of(page, "5000")
    page.get_by_role("textbox", name="seed").fill("x")
    page.get_by_role("textbox", name="batch size").press("Enter")
    epochs, seed = page.get_by_role("textbox", name="epochs"), page.get_by_role("textbox", name="seed")
    expect(page.locator("#train-params-epochs-problem")).to_contain_text("2000")
    for field in (epochs, seed):
        expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("textbox", name="batch size")).not_to_have_attribute("aria-invalid", "true")


def test_a_version_that_must_not_be_champion_is_only_stored(pair: Pair, open_page: Open) -> None:
    page = open_page(pair.page_url("http"))
    press(page, "Training settings")
    page.get_by_label("make champion").select_option(label="no")
    press(page, "Train with these")
    wait_for_line(page, "Done! Flask keeps its champion; version 2 is stored.")
    expect(page.locator("#chips li").first).to_contain_text("v1")


def test_both_train_for_themselves(pair: Pair, open_page: Open) -> None:
    page = open_page(pair.page_url("http"))
    choose(page, "Both")
    press(page, "Train")
    wait_for_line(page, "Done! Updated Flask test accuracy above.")
    wait_for_line(page, "Done! Updated Klein test accuracy above.")
    expect(page.locator("#chips li")).to_contain_text(["v3", "v3"])


def test_a_page_opened_as_a_file_says_why_it_cannot_cancel(pair: Pair, open_page: Open) -> None:
    started = open_page(pair.page_url("http"))
    train_long(started)
    page = open_page(pair.page_url("file"))
    page.locator("#panel-training").get_by_role("button", name="Cancel").click()
    expect(page.locator("#body-training .problem")).to_contain_text(
        re.compile(r"Open http://[\d.]+:\d+/ and do it there")
    )
    cancel(started)


def test_classes_are_drawn_and_follow_the_form(steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url("http"))
    plane = page.locator("#regions > canvas")
    expect(plane).to_have_attribute("aria-label", re.compile(r"setosa \d+\s%, .* Your values lie in setosa\."))
    before = plane.get_attribute("aria-label")
    page.get_by_label("Sepal width", exact=True).fill("2.0")
    expect(plane).not_to_have_attribute("aria-label", before or "")
    page.get_by_label("Petal length", exact=True).fill("6.0")
    page.get_by_label("Petal width", exact=True).fill("2.2")
    expect(plane).to_have_attribute("aria-label", re.compile("Your values lie in virginica"))
    page.get_by_label("Across").select_option(label="Petal width")
    expect(page.get_by_label("Up", exact=True)).to_have_value("petal_length_cm")
    press(page.locator("#regions"), "Table")
    expect(page.locator("#regions-table tbody tr")).to_have_count(3)


def test_the_tabs_work_by_keyboard_and_the_address_keeps_the_choice(steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url("http"))
    page.get_by_role("tab", name="Training").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Many at once")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Many at once")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="Model card")).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(re.compile("tab=card"))
    page.reload()
    expect(page.get_by_role("tabpanel", name="Model card")).to_be_visible()
    page.get_by_role("tab", name="Model card").focus()
    page.keyboard.press("Home")
    expect(page.get_by_role("tabpanel", name="Training")).to_be_visible()


def test_nothing_above_the_panel_moves_while_it_fills(pair: Pair, open_page: Open) -> None:
    page = open_page(pair.page_url("http"))
    expect(page.locator("#cards .label")).to_be_visible()
    top = "document.getElementById('tabs').getBoundingClientRect().top + window.scrollY"
    before = page.evaluate(top)
    press(page, "Train")
    wait_for_line(page, "Done! Updated Flask test accuracy above.")
    expect(page.locator("#panel-training .run-words")).to_contain_text("Finished after")
    assert page.evaluate(top) == before


def test_a_part_whose_server_is_gone_can_be_asked_for_again(absent_pair: Pair, open_page: Open) -> None:
    absent_pair.run("klein")
    page = open_page(absent_pair.page_url("http"))
    expect(page.locator("#regions > canvas")).to_be_visible()
    absent_pair.kill("klein")
    page.get_by_role("tab", name="Many at once").click()
    expect(page.locator("#panel-burst > .problem")).to_be_visible()
    absent_pair.run("klein")
    page.get_by_role("tab", name="Many at once").click()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pictures(pair: Pair, open_page: Open, width: int, scheme: str) -> None:
    page = open_page(pair.page_url("http"), width=width, scheme=scheme)
    train_long(page)
    expect(page.locator("#curve")).to_contain_text("Learns from")
    assert page.evaluate(CONTRAST) == []
    picture(page, f"training-{width}-{scheme}", width)
    cancel(page)
    assert "The model is now training." in history(page)


def test_a_training_that_fails_says_why(steady_pair: Pair, open_page: Open) -> None:
    page = open_page("about:blank")

    def failed(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        for run in body.get("runs", [body]):
            run.update(state="FAILED", reason="it needed more than 64 MB of memory")
        route.fulfill(response=answer, json=body)

    page.route(re.compile(r"/runs[/?]"), failed)
    page.goto(steady_pair.page_url("http"))
    expect(page.locator("#panel-training .run-words")).to_contain_text("it needed more than 64 MB of memory")
