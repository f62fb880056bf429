"""The page's race of both backends: scenarios, stop, a backend that dies and returns, answers that differ."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from shared.cli.compare import _planned, compare
from shared.compare.scenarios import SCENARIOS
from tests.e2e.conftest import LOOKS, Open, Pair
from tests.e2e.test_looks import picture
from tests.e2e.test_page import press
from tests.processes import duet

LONG = 60_000  # ms, until a race on a busy machine has ended


def opened(page: Page) -> Page:
    expect(page.locator("#cards .label")).to_be_visible()
    page.get_by_role("tab", name="Many at once").click()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    return page


def by_hand(page: Page, *, rate: str, seconds: str, at_once: bool = False) -> None:
    page.get_by_label("Scenario").select_option("hand")
    page.get_by_label("Requests per second").fill(rate)
    page.get_by_label("Seconds", exact=True).fill(seconds)
    if at_once:
        page.get_by_label("one after the other").uncheck()


def ended(page: Page) -> None:
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_attribute("aria-disabled", "true", timeout=LONG)


def figures(page: Page) -> dict[str, list[str]]:
    """The table's cells by backend and kind of request: p50, p90, p99, max, n, failed."""
    rows = page.locator("#race-figures tbody tr").all()
    return {" ".join(row.locator("th").inner_text().split()): row.locator("td").all_inner_texts() for row in rows}


def test_a_scenario_runs_to_its_end_with_both_at_once(steady_pair: Pair, open_page: Open) -> None:
    page = opened(open_page(steady_pair.page_url("http")))
    page.get_by_label("Scenario").select_option("ramp")
    expect(page.locator("#race-about")).to_contain_text("Look at the highest rate that held")
    page.get_by_label("one after the other").uncheck()
    press(page, "Start")
    expect(page.locator("#race-chart")).to_be_visible()
    expect(page.locator(".lane")).to_have_count(2)
    ended(page)
    assert {title: cells[-2:] for title, cells in figures(page).items()} == {
        "Flask classify": ["310", "0"],
        "Klein classify": ["310", "0"],
    }
    expect(page.locator(".lamp")).to_have_text("310 pairs of answers, none disagrees.")
    press(page.locator("#panel-burst"), "Table")
    expect(page.get_by_role("region", name="Latency by the second").locator("tbody tr")).to_have_count(10)


def test_batches_are_told_apart_from_single_rows(steady_pair: Pair, open_page: Open) -> None:
    page = opened(open_page(steady_pair.page_url("file")))
    page.get_by_label("Scenario").select_option("batch")
    page.get_by_label("one after the other").uncheck()
    press(page, "Start")
    kinds = page.locator("#race-figures tbody th small")
    expect(kinds).to_have_text(["classify", "predict", "classify", "predict"])
    expect(page.locator(".lamp")).to_contain_text("none disagrees")
    press(page, "Stop")
    ended(page)


def test_in_turns_the_second_starts_when_the_first_has_ended(steady_pair: Pair, open_page: Open) -> None:
    page = opened(open_page(steady_pair.page_url("http")))
    by_hand(page, rate="50", seconds="1")
    press(page, "Start")
    expect(page.locator(".lane-words").first).to_contain_text("of")
    expect(page.locator(".lane")).to_have_count(1)
    ended(page)
    assert [cells[-2:] for cells in figures(page).values()] == [["50", "0"], ["50", "0"]]
    expect(page.locator(".lamp")).to_have_text("50 pairs of answers, none disagrees.")


def test_a_race_can_be_stopped_and_started_again(steady_pair: Pair, open_page: Open) -> None:
    page = opened(open_page(steady_pair.page_url("http")))
    by_hand(page, rate="", seconds="30")
    page.get_by_role("button", name="Start", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Scenario")).to_be_disabled()
    expect(page.locator("#race-figures tbody tr")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    ended(page)
    expect(page.locator("#resting, #line").filter(visible=True).first).to_be_visible()
    expect(page.locator("#spinner")).not_to_have_class(re.compile("turning"))
    by_hand(page, rate="20", seconds="1")
    press(page, "Start")
    ended(page)
    assert [cells[-2:] for cells in figures(page).values()] == [["20", "0"], ["20", "0"]]


def test_a_backend_that_dies_and_returns_does_not_end_the_race(pair: Pair, open_page: Open) -> None:
    page = opened(open_page(pair.page_url("http")))
    by_hand(page, rate="20", seconds="30", at_once=True)
    press(page, "Start")
    expect(page.locator(".lane-words").first).to_contain_text(re.compile(r"[1-9]\d* of"))
    pair.kill("flask")
    expect(page.locator(".lane-words").first).to_contain_text(re.compile(r"\d+ failed: no answer"))
    expect(page.locator(".lane-words").nth(1)).not_to_contain_text("failed")
    press(page, "History")
    expect(page.locator("#history li span", has_text="Requests to Flask fail.")).to_have_count(1)
    pair.run("flask")
    before = figures(page)
    page.wait_for_function(
        "before => Number(document.querySelector('#race-figures tbody td:nth-last-child(2)').textContent) > before",
        arg=int(before["Flask classify"][-2]) + 20,
    )
    press(page, "Stop")
    ended(page)
    after = figures(page)
    assert int(after["Flask classify"][-1]) > 0
    assert after["Klein classify"][-1] == "0"
    assert int(after["Klein classify"][-2]) > int(after["Flask classify"][-2])
    by_hand(page, rate="20", seconds="1")
    press(page, "Start")
    ended(page)
    assert [cells[-2:] for cells in figures(page).values()] == [["20", "0"], ["20", "0"]]


def test_answers_that_differ_are_told_with_the_row(
    absent_pair: Pair, trained_store: Path, tmp_path: Path, open_page: Open
) -> None:
    other = tmp_path / "other.sqlite3"
    shutil.copy(trained_store, other)
    trained = duet(tmp_path, "train", "iris", "--recipe", "tree", "--store", f"sqlite:///{other}")
    assert trained.returncode == 0, trained.stderr
    absent_pair.run("flask")
    absent_pair.store = f"sqlite:///{other}"
    absent_pair.run("klein")
    page = opened(open_page(absent_pair.page_url("http")))
    by_hand(page, rate="50", seconds="2", at_once=True)
    press(page, "Start")
    alert = page.locator("#panel-burst").get_by_role("alert")
    expect(alert).to_contain_text(
        re.compile(r"\(version \d\) says \w+ and .*\(version \d\) says .* for the row Sepal length .*Petal width")
    )
    expect(page.locator(".lamp")).to_contain_text(re.compile(r"^[1-9]\d* of \d+ pairs of answers disagree"))
    ended(page)


def test_the_page_says_which_command_measures_the_same(steady_pair: Pair, open_page: Open) -> None:
    page = opened(open_page(steady_pair.page_url("http")))
    choice, training = page.get_by_label("Scenario"), page.get_by_label("train meanwhile")
    seen = []
    for value in [option.get_attribute("value") or "" for option in choice.locator("option").all()]:
        choice.select_option(value)
        if training.is_enabled():
            training.check()
        command = shlex.split(page.locator("#race-command").inner_text())
        assert command[:2] == ["duet", "compare"]
        options = compare.make_context("compare", command[2:]).params
        named = {one.name: one.plan for one in SCENARIOS}[options["scenario"]]
        plan = _planned(named, options)
        assert bool(plan.train) == training.is_checked()
        seen.append(value)
    assert seen == ["once", *(one.name for one in SCENARIOS), "hand"]
    choice.select_option("cold-start")
    expect(page.get_by_role("button", name="Start", exact=True)).to_have_attribute("aria-disabled", "true")


def test_a_page_opened_as_a_file_races_without_training_and_says_so(steady_pair: Pair, open_page: Open) -> None:
    page = opened(open_page(steady_pair.page_url("file")))
    page.get_by_label("Scenario").select_option("one-at-a-time")
    expect(page.get_by_label("train meanwhile")).to_be_disabled()
    expect(page.get_by_label("train meanwhile")).not_to_be_checked()
    expect(page.locator("#panel-burst")).to_contain_text(
        f"may not train, so its races do without. Open {steady_pair.url('flask')}/"
    )


def test_without_the_chart_library_there_is_the_table(steady_pair: Pair, open_page: Open) -> None:
    page = opened(open_page(steady_pair.page_url("http")))
    page.route("**/vendor/*", lambda route: route.fulfill(status=404))
    by_hand(page, rate="20", seconds="1")
    press(page, "Start")
    expect(page.get_by_role("region", name="Latency by the second")).to_be_visible()
    expect(page.locator("#race-chart")).to_be_hidden()
    ended(page)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pictures(steady_pair: Pair, open_page: Open, width: int, scheme: str) -> None:
    page = opened(open_page(steady_pair.page_url("http"), width=width, scheme=scheme))
    by_hand(page, rate="60", seconds="2", at_once=True)
    press(page, "Start")
    ended(page)
    expect(page.locator("#race-chart")).to_be_visible()
    picture(page, f"race-{width}-{scheme}", width)
