"""Whole pages of our own writing, with the day they were made in their names: what an editor would keep is read."""

from datetime import datetime

import pytest
from fetcher.extract import extract
from fetcher.revision import notes_in

from tests.bench.fetcher_extraction import f1
from tests.golden.fetcher.golden_pages import GoldenPage, golden_pages

PAGES = golden_pages()
QUOTED = pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.outlet} {page.day}")


def read(page: GoldenPage):
    return extract(page.body, page.gold["url"], page.gold["content_type"])


@QUOTED
def test_its_text_comes_out_letter_by_letter(page):
    text = read(page).text
    if page.least_f1 == 1.0:
        assert text == page.gold["text"]
    else:
        assert f1(text, page.gold["text"]) >= page.least_f1


@QUOTED
def test_its_facts_are_found(page):
    found, gold = read(page), page.gold
    assert found.title == gold["title"]
    assert list(found.authors) == gold["authors"]
    assert found.published == moment(gold["published"])
    assert found.updated == moment(gold["updated"])
    assert found.language == gold["language"]
    assert found.canonical == gold["canonical"]


@QUOTED
def test_paywalls_and_corrections_are_told(page):
    found = read(page)
    assert found.mark == page.gold["mark"]
    assert notes_in(found.text) == page.gold["notes"]


def moment(value):
    return datetime.fromisoformat(value) if value else None
