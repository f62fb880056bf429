"""Why an answer is what it is, in the page."""

import json
import re

from playwright.sync_api import Route, expect

from tests.e2e.conftest import Open, Pair
from tests.e2e.test_looks import CONTRAST, picture
from tests.e2e.test_page import choose

VERSICOLOR = "sepal_length_cm=6.3&sepal_width_cm=2.8&petal_length_cm=5.1&petal_width_cm=1.5"
CHIMERA = "sepal_length_cm=7.9&sepal_width_cm=2.0&petal_length_cm=1.0&petal_width_cm=2.5"


def test_the_answers_on_show_are_explained_and_again_when_they_change(steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url("http", f"#iris?{VERSICOLOR}&ask=klein&tab=explain"))
    bars = page.locator("#explanation .push")
    expect(bars).to_have_count(4)
    expect(page.locator("#explanation .why")).to_contain_text(
        re.compile(r"On average over 150 rows .* versicolor is 33\.0\s%\. These values make it 73\.3\s%")
    )
    expect(bars.first).to_contain_text("Petal length 5.1 cm")
    expect(bars.first).to_contain_text(re.compile(r"pushes towards versicolor by 25\.6\s%"))
    expect(page.locator("#importance")).to_contain_text(re.compile(r"accuracy of 98\.0\s% falls .* n 150"))
    expect(page.locator("#importance .push").first).to_contain_text("Petal length")
    choose(page, "Both")
    expect(page.locator("#explanation .why h3")).to_have_text(["Flask: why 🌷 Versicolor", "Klein: why 🌷 Versicolor"])
    page.get_by_label("Petal length", exact=True).fill("1.4")
    expect(page.locator("#explanation .why h3")).to_have_text([re.compile("Setosa"), re.compile("Setosa")])
    expect(page.locator("#explanation .push .unseen").first).to_have_text(re.compile("pushes towards setosa"))
    table = page.get_by_role("button", name="Table").first
    table.press("Enter")
    expect(table).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("region", name="Explanation of Flask, figures")).to_contain_text("Petal length 1.4 cm")


def test_values_and_images_are_explained_each_in_its_way(steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url("file", "#diabetes?ask=flask&tab=explain"))
    expect(page.locator("#explanation .push")).to_have_count(10)
    expect(page.locator("#explanation .push .unseen").first).to_have_text(
        re.compile(r"raises the value by \d+\.\d\spoints")
    )
    expect(page.locator("#explanation > .note")).to_contain_text("1200 were drawn at random")
    page.locator("#models a", has_text="Digits").click()
    page.get_by_role("button", name="4", exact=True).click()
    lost = page.locator("#explanation .lost")
    expect(lost).to_have_attribute("aria-label", re.compile(r"Most is lost around row \d, column \d: \d+\.\d\s%"))
    expect(lost.locator("span")).to_have_count(64)
    expect(page.locator("#importance .note")).to_contain_text("its neighbours tell as well")


def test_values_that_never_come_together_are_warned_of_beside_the_answer(steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url("http", f"#iris?{CHIMERA}&ask=flask"))
    expect(page.locator("#cards .warnings li")).to_have_text([re.compile("^Taken together, the values are unlike")])
    expect(page.locator(".field.outside")).to_have_count(0)


def test_what_stands_in_the_way_is_said(steady_pair: Pair, absent_pair: Pair, open_page: Open) -> None:
    page = open_page(absent_pair.page_url("file", "#iris?tab=explain"))
    expect(page.locator("#explanation .why")).to_contain_text("and none answers")
    page.get_by_role("button", name="Classify", exact=True).click()
    expect(page.locator("#explanation .why")).to_contain_text("The answer above is made up")
    expect(page.locator("#explanation .push")).to_have_count(0)

    def refuse(route: Route) -> None:
        if not json.loads(route.request.post_data or "{}").get("explain"):
            route.continue_()
            return
        body = {"title": "Conflict", "status": 409, "detail": "no rows of its training were kept with it"}
        route.fulfill(response=route.fetch(), status=409, body=json.dumps(body))

    page = open_page("about:blank")
    page.route("**/classify", refuse)
    page.goto(steady_pair.page_url("http", f"#iris?{VERSICOLOR}&tab=explain"))
    expect(page.locator("#explanation .problem")).to_contain_text("no rows of its training were kept with it")


def test_the_panel_can_be_read_at_every_width_and_in_the_dark(steady_pair: Pair, open_page: Open) -> None:
    for width, scheme in ((1440, "light"), (390, "dark")):
        page = open_page(
            steady_pair.page_url("http", f"#iris?{CHIMERA}&ask=both&tab=explain"),
            width=width,
            height=900,
            scheme=scheme,
        )
        expect(page.locator("#explanation .push")).to_have_count(8)
        expect(page.locator("#importance .push")).to_have_count(4)
        assert page.evaluate(CONTRAST) == []
        picture(page, f"explain-{width}-{scheme}", width)
