"""What a reader gets from the page in a real browser: without scripts, by keyboard, and safely."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_screenshots import PAGES

pytestmark = pytest.mark.browser


def test_from_the_overview_to_the_evidence_in_one_click(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("link", name="Étienne Morel on Road toll").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Étienne Morel on Road toll")
    expect(page.locator("blockquote").nth(1)).to_have_text("Drivers will have to pay, and I will sign it")
    expect(page.get_by_text("3 independent sources").first).to_be_visible()


def test_the_search_works_without_scripts(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("searchbox", name="Words in statements").fill("ferry crews")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".said")).to_have_count(2)
    page.get_by_label("Counted").select_option("no")
    page.locator("form.filters").get_by_role("button", name="Search").click()
    expect(page.locator(".said")).to_have_count(0)


def test_the_filters_of_the_changes_stay_in_the_address(page: Page, site: str) -> None:
    page.goto(f"{site}/changes")
    page.get_by_label("Status").select_option("withdrawn")
    page.get_by_role("button", name="Show").click()
    assert "status=withdrawn" in page.url
    expect(page.locator("article.change")).to_have_count(1)


def test_the_picture_has_its_words_and_each_number_leads_to_the_evidence(page: Page, site: str) -> None:
    page.goto(site + PAGES["timeline"])
    expect(page.get_by_role("region", name="Table of positions")).to_contain_text("Supports, on condition")
    page.get_by_role("link", name=re.compile("^Change 1:")).first.click()
    assert urlsplit(page.url).path == "/changes/chg-bridge-1"


def test_the_first_tab_skips_to_the_content(scripted: Page, site: str) -> None:
    scripted.goto(site)
    scripted.keyboard.press("Tab")
    expect(scripted.get_by_role("link", name="Skip to the content")).to_be_focused()
    scripted.keyboard.press("Enter")
    assert scripted.evaluate("document.activeElement.id") == "main"


def test_everything_that_can_be_used_can_be_reached_by_keyboard(scripted: Page, site: str) -> None:
    scripted.goto(site + PAGES["change"])
    usable = scripted.locator("a[href], button, input, select, summary").count()
    reached = set()
    for _ in range(usable + 5):
        scripted.keyboard.press("Tab")
        reached.add(scripted.evaluate("(document.activeElement.outerHTML || '').slice(0, 200)"))
    assert len(reached) >= usable * 0.8
    assert any("<summary" in each for each in reached)


def test_hostile_text_runs_nothing_and_loads_nothing_from_elsewhere(scripted: Page, site: str) -> None:
    asked: list[str] = []
    dialogs: list[str] = []
    scripted.on("request", lambda request: asked.append(request.url))
    scripted.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for path in (
        "/",
        PAGES["hostile"],
        "/change?id=h%2F..%2F%3Cx%3E%3F%23",
        "/search?q=<script>alert(9)</script>",
    ):
        scripted.goto(site + path)
        assert scripted.title() != "owned"
    assert dialogs == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(site).netloc}


def test_the_policy_stops_a_script_that_got_in_all_the_same(scripted: Page, site: str) -> None:
    scripted.goto(site)
    scripted.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s) }"
    )
    assert scripted.evaluate("window.ran") is None


def test_no_page_breaks_its_own_policy(scripted: Page, site: str) -> None:
    complaints: list[str] = []
    scripted.on("console", lambda message: complaints.append(message.text))
    for path in PAGES.values():
        scripted.goto(site + path)
    assert [text for text in complaints if "404" not in text] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "name", ["overview", "changes", "timeline", "change", "withdrawn", "search", "method", "embed"]
)
def test_axe_finds_no_barrier(browser_page_with_axe: Page, site: str, name: str, scheme: str) -> None:
    browser_page_with_axe.emulate_media(color_scheme=scheme)
    browser_page_with_axe.goto(site + PAGES[name])
    result = Axe().run(browser_page_with_axe)
    assert result.violations_count == 0, result.generate_report()
