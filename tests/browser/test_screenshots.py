"""Screenshots of every page, wide and narrow: nothing is empty, cut off or wider than the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGES = {
    "overview": "/",
    "changes": "/changes",
    "timeline": "/timeline/orla-byrne/harbour-bridge",
    "change": "/changes/chg-bridge-1",
    "commitment": "/changes/chg-toll-1",
    "withdrawn": "/changes/chg-bridge-2",
    "search": "/search?q=bridge",
    "actor": "/actors/orla-byrne",
    "issue": "/issues/road-toll",
    "method": "/method",
    "missing": "/changes/no-such-change",
    "hostile": "/timeline?actor=%3Cscript%3E%2F..%2Fx&issue=hostile%20issue",
    "embed": "/embed/change?id=chg-bridge-1",
}


def look(page: Page, site: str, name: str, kind: str, pictures: Path | None) -> None:
    answer = page.goto(site + PAGES[name])
    assert answer is not None
    assert answer.status == (404 if name == "missing" else 200)
    picture = page.screenshot(full_page=True)
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
        (pictures / f"{name}-{kind}.png").write_bytes(picture)


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_a_desktop_screen(
    scripted: Page, site: str, name: str, pictures: Path | None
) -> None:
    look(scripted, site, name, "desktop", pictures)
    assert scripted.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_a_phone_screen(
    phone: Page, site: str, name: str, pictures: Path | None
) -> None:
    look(phone, site, name, "phone", pictures)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
