"""The page in a browser, with real backends that come, go, fail and return."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from shared.catalogue import CATALOGUE
from tests.e2e.conftest import WAYS, Open, Pair

pytestmark = pytest.mark.parametrize("way", WAYS)

VERSICOLOR = "#iris?sepal_length_cm=6.0&sepal_width_cm=2.9&petal_length_cm=4.5&petal_width_cm=1.5"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Server, Retry-After, X-Request-Id",
    "Server": "Duet/0 Flask/0",
    "X-Request-Id": "ab12",
}


def press(page: Page | Locator, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def choose(page: Page, name: str) -> None:
    page.get_by_role("radio", name=re.compile(f"^{name}")).check()


def answer(page: Page) -> str:
    return page.locator("#cards .label").inner_text()


def history(page: Page) -> list[str]:
    """Every line of the history, the newest first."""
    toggle = page.get_by_role("button", name="History")
    if toggle.get_attribute("aria-expanded") == "false":
        toggle.click()
    return page.locator("#history li span").all_inner_texts()


def wait_for_line(page: Page, text: str) -> None:
    if page.get_by_role("button", name="History").get_attribute("aria-expanded") == "false":
        press(page, "History")
    expect(page.locator("#history li span", has_text=text).first).to_be_visible()


def test_an_answer_stands_there_on_arrival(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa", timeout=3000)
    expect(page.locator("#cards .by")).to_have_text("answered by Flask")
    expect(page.locator("#cards .bar")).to_have_count(3)
    expect(page.locator("#flower svg")).to_be_visible()


def test_classify_shows_the_class_of_the_values(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way))
    values = {"Sepal length": "6.3", "Sepal width": "3.3", "Petal length": "6.0", "Petal width": "2.5"}
    for title, text in values.items():
        page.get_by_label(title, exact=True).fill(text)
    press(page, "Classify")
    expect(page.locator("#cards .label")).to_have_text("🌺 Virginica")
    lines = history(page)
    assert f"Sending request to the server at {steady_pair.url('flask')}/classify" in lines
    assert "Status: 200 (OK), processing prediction from Flask model." in lines


def test_a_slider_classifies_while_it_moves(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    slider = page.get_by_role("slider", name="Petal length")
    slider.focus()
    page.keyboard.press("End")
    expect(page.get_by_label("Petal length", exact=True)).to_have_value("6.9")
    expect(page.locator("#cards .label")).not_to_have_text("💐 Setosa")
    page.get_by_label("Petal length", exact=True).fill("1.4")
    expect(slider).to_have_value("1.4")
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")


def test_values_unlike_the_training_data_are_warned_about(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way))
    page.get_by_label("Petal width", exact=True).fill("9")
    warnings = page.locator("#cards .warnings li")
    expect(warnings).to_have_text(
        [re.compile("^Petal width: 9 cm is outside"), re.compile("^Taken together, the values")]
    )
    expect(page.locator(".field.outside .hint")).to_contain_text("seen in training")


def test_switching_says_so_and_asks_the_other(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way))
    choose(page, "Klein")
    expect(page.locator("#cards .by")).to_have_text("answered by Klein")
    assert "Changed back-end server to Klein." in history(page)


def test_both_answers_stand_beside_each_other(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way))
    choose(page, "Both")
    expect(page.locator("#cards .by")).to_have_text(["answered by Flask", "answered by Klein"])
    expect(page.locator("#cards .label")).to_have_text(["💐 Setosa", "💐 Setosa"])
    expect(page.locator("#verdict")).to_contain_text("same answer")
    expect(page.locator("#cards .facts")).to_contain_text([re.compile(r"\d\sms \(model [\d.]+\s(µs|ms)\)")] * 2)


def test_answers_that_differ_are_marked(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")

    def other(route: Route) -> None:
        body = {
            "data": "🌷 Versicolor",
            "label": "versicolor",
            "class": 1,
            "model": "iris",
            "version": 1,
            "warnings": [],
        }
        body["probabilities"] = {"setosa": 0.25, "versicolor": 0.75, "virginica": 0.0}
        route.fulfill(status=200, headers=CORS, body=json.dumps(body))

    page.route(f"{steady_pair.url('klein')}/classify", other)
    choose(page, "Both")
    expect(page.locator("#verdict .differs")).to_contain_text("differ in the class")
    expect(page.locator("#cards .bar.differs")).not_to_have_count(0)


def test_checks_before_sending_in_their_order(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    page.get_by_label("Sepal width", exact=True).fill("")
    page.get_by_label("Petal width", exact=True).fill("5abc")
    press(page, "Classify")
    expect(page.get_by_role("status")).to_have_text("Please enter integer/float values.")
    expect(page.get_by_label("Petal width", exact=True)).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Petal width", exact=True).fill("0.2")
    press(page, "Classify")
    expect(page.get_by_role("status")).to_have_text("Please do not leave a blank field.")
    expect(page.get_by_role("status")).to_have_text("", timeout=4000)
    assert "Please do not leave a blank field." in history(page)


def test_untrained_models_ask_to_be_trained_first(
    way: str, absent_pair: Pair, open_page: Open, tmp_path: object
) -> None:
    absent_pair.store = f"sqlite:///{tmp_path}/empty.sqlite3"
    for kind in absent_pair.ports:
        absent_pair.run(kind, "--no-bootstrap")
    page = open_page(absent_pair.page_url(way))
    expect(page.locator("#chips li").first).to_contain_text("not trained")
    press(page, "Classify")
    expect(page.get_by_role("status")).to_have_text("Flask test accuracy is 0%, please train the model first.")
    choose(page, "Klein")
    press(page, "Classify")
    expect(page.get_by_role("status")).to_have_text("Klein test accuracy is 0%, please train the model first.")


def test_one_killed_backend_is_replaced_by_the_other(way: str, pair: Pair, open_page: Open) -> None:
    page = open_page(pair.page_url(way))
    expect(page.locator("#cards .by")).to_have_text("answered by Flask")
    pair.kill("flask")
    page.get_by_role("button", name="versicolor").click()
    press(page, "Classify")
    expect(page.locator("#cards .by")).to_have_text("answered by Klein, Flask does not answer", timeout=2000)
    expect(page.locator("#cards .label")).to_have_text("🌷 Versicolor")
    assert "Flask does not answer, asking Klein instead." in history(page)
    expect(page.locator("#chips li").first).to_contain_text("not reachable")
    pair.run("flask")
    expect(page.locator("#cards .by")).to_have_text("answered by Flask", timeout=6000)


def test_both_killed_gives_a_sample_that_nobody_can_mistake(way: str, pair: Pair, open_page: Open) -> None:
    page = open_page(pair.page_url(way))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    pair.kill("flask", "klein")
    press(page, "Classify")
    sample = page.get_by_role("alert").locator(".random")
    expect(sample).to_contain_text("RANDOM, not a prediction")
    expect(sample.locator(".label")).to_have_text(re.compile("Setosa|Versicolor|Virginica"))
    expect(page.locator(".bar")).to_have_count(0 if page.locator("#cards").is_hidden() else 3)
    expect(page.locator("#cards")).to_be_hidden()
    expect(sample).not_to_contain_text("ms")
    expect(page.locator("#offline")).to_contain_text("No backend reachable, retrying")
    expect(page.locator("#offline")).to_contain_text("make run")
    assert "Status: 0 (no response from the server), returning random prediction." in history(page)


def test_train_without_a_server_is_a_labelled_mock_up(way: str, absent_pair: Pair, open_page: Open) -> None:
    if way == "http":
        absent_pair.run("klein")
    page = open_page(absent_pair.page_url(way))
    if way == "http":
        absent_pair.kill("klein")
    expect(page.locator("#offline")).to_contain_text("No backend reachable")
    before = page.locator(".spec").inner_text()
    press(page, "Train")
    wait_for_line(page, "The model is now training (mock-up because server is down).")
    mock_up = page.get_by_role("alert").locator(".random")
    expect(mock_up).to_contain_text(re.compile(r"RANDOM mock-up, not a training\s+9\d\s%"))
    assert page.locator(".spec").inner_text() == before, "a mock-up counts as no training"


def test_a_backend_that_returns_clears_the_sample_and_is_used_again(way: str, pair: Pair, open_page: Open) -> None:
    page = open_page(pair.page_url(way))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    pair.kill("flask", "klein")
    press(page, "Classify")
    expect(page.locator(".random")).to_be_visible()
    pair.run("klein")
    expect(page.locator(".random")).to_have_count(0, timeout=5000)
    expect(page.locator("#cards .by")).to_contain_text("answered by Klein", timeout=5000)
    expect(page.locator("#offline")).to_be_empty()


def test_an_http_error_is_shown_and_never_replaced(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    problem = {"type": "about:blank", "title": "Internal Server Error", "status": 500, "detail": "it broke <b>here</b>"}
    page.route(
        f"{steady_pair.url('flask')}/classify",
        lambda route: route.fulfill(
            status=500, headers=CORS, content_type="application/problem+json", body=json.dumps(problem)
        ),
    )
    press(page, "Classify")
    expect(page.locator("#cards .error")).to_contain_text("Status: 500 (Internal Server Error)")
    expect(page.locator("#cards .error")).to_contain_text("it broke <b>here</b>")
    expect(page.locator("#cards .error")).to_contain_text("ab12")
    expect(page.locator(".random")).to_have_count(0)
    expect(page.locator("#cards .by")).to_have_text("answered by Flask")


def test_a_late_reply_does_not_overwrite_a_newer_one(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    held: list[Route] = []

    def hold_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route(f"{steady_pair.url('flask')}/classify", hold_first)
    with page.expect_request("**/classify"):
        press(page, "Classify")
    page.get_by_role("button", name="versicolor").click()
    expect(page.locator("#cards .label")).to_have_text("🌷 Versicolor")
    with page.expect_response("**/classify"):
        held[0].continue_()
    expect(page.locator("#spinner")).not_to_have_class(re.compile("turning"))
    assert answer(page) == "🌷 Versicolor"


def test_hostile_labels_are_text(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    evil = "<img src=x onerror=alert(1)>"
    body = {"data": evil, "label": evil, "class": 0, "model": "iris", "version": 1, "probabilities": {"setosa": 1}}
    body["warnings"] = [{"path": "data[0]", "message": evil}]
    page.route("**/classify", lambda route: route.fulfill(status=200, headers=CORS, body=json.dumps(body)))
    press(page, "Classify")
    expect(page.locator("#cards .label")).to_have_text(evil)
    expect(page.locator("main img")).to_have_count(0)


def test_the_address_restores_everything(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way, VERSICOLOR + "&ask=both"))
    expect(page.get_by_role("radio", name="Both")).to_be_checked()
    expect(page.locator("#cards .label")).to_have_text(["🌷 Versicolor", "🌷 Versicolor"])
    page.get_by_label("Petal width", exact=True).fill("1.4")
    expect(page).to_have_url(re.compile("petal_width_cm=1.4"))
    page.reload()
    expect(page.get_by_label("Petal width", exact=True)).to_have_value("1.4")
    expect(page.get_by_role("radio", name="Both")).to_be_checked()


def test_an_address_that_makes_no_sense_is_survived(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way, "#nothing?sepal_length_cm=5abc&ask=elsewhere&%E0%A4%A"))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    wait_for_line(page, 'No model is called "nothing"')


def test_another_model_has_its_own_form_and_answer(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way))
    models = page.get_by_role("navigation").get_by_role("link")
    expect(models).to_have_count(len(CATALOGUE) + 1)  # and "+ Add a model"
    models.nth(1).click()
    expect(page).to_have_url(re.compile("#iris-tree"))
    expect(models.nth(1)).to_have_attribute("aria-current", "page")
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    expect(page.locator(".spec")).to_contain_text("Decision tree")


def test_addresses_set_in_the_page_survive_a_reload(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way).split("?")[0])
    press(page, "Settings")
    dialog = page.get_by_role("dialog")
    for title, kind in [("Flask", "flask"), ("Klein", "klein")]:
        dialog.get_by_label(title).fill("nonsense")
        expect(dialog.get_by_label(title)).to_have_attribute("aria-invalid", "true")
        dialog.get_by_label(title).fill(steady_pair.url(kind) + "/")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    page.reload()
    expect(page.locator("#cards .by")).to_have_text("answered by Flask")


def test_keyboard_alone_does_everything(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the form")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    for _ in range(12):
        if page.evaluate("document.activeElement.id") == "field-0":
            break
        page.keyboard.press("Tab")
    expect(page.locator("#field-0")).to_be_focused()
    for text in ("6.3", "3.3", "6.0", "2.5"):
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#cards .label")).to_have_text("🌺 Virginica")
    page.keyboard.press("3")
    expect(page.get_by_role("radio", name="Both")).to_be_checked()
    expect(page.locator("#cards .label")).to_have_count(2)
    page.keyboard.press("e")
    expect(page.locator("#cards .label")).to_have_text(["💐 Setosa", "💐 Setosa"])
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Keyboard shortcuts")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("h")
    expect(page.locator("#history")).to_be_visible()


def test_everything_that_can_be_reached_has_a_name(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    nameless = page.evaluate(
        """() => Array.from(document.querySelectorAll('button, input, select, a[href]')).filter((node) =>
            !(node.getAttribute('aria-label') || (node.labels && node.labels.length) || node.textContent.trim()))
            .map((node) => node.outerHTML)"""
    )
    assert nameless == []


def test_many_at_once_are_sent_without_waiting(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    page.get_by_role("tab", name="Many at once").click()
    press(page, "Start")
    expect(page.locator(".lane-words")).to_contain_text(["12 of 12 answered; first", "12 of 12 answered; first"])
    press(page.locator("#panel-burst"), "Table")
    expect(page.get_by_role("region", name="Latest requests").locator("tbody tr")).to_have_count(24)
