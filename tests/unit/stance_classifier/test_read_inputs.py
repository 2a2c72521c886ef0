"""Articles from files and standard input: what is read, and how each mistake is told."""

from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace

import pytest
from stance_classifier.read_inputs import read_articles, read_one
from stancewatch_shared.errors import UserError

LINE = {
    "id": "a",
    "source": "Post",
    "url": "",
    "published_at": "2031-01-01T00:00:00Z",
    "title": "T",
    "text": "Words.",
}


@pytest.fixture
def typed(monkeypatch):
    """Puts bytes on standard input."""

    def put(content: bytes):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))

    return put


def written(tmp_path, content, name="articles.jsonl"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def told(call, *arguments):
    with pytest.raises(UserError) as caught:
        call(*arguments)
    return str(caught.value)


def test_plain_text_has_its_headline_on_the_first_line(tmp_path):
    article = read_one(str(written(tmp_path, "Bridge\nMara Lindt said no.\n", "story.txt")), None)
    assert (article.title, article.text) == ("Bridge", "Mara Lindt said no.")


def test_one_long_paragraph_has_no_headline(typed):
    typed(b"Mara Lindt said no.")
    article = read_one("-", None)
    assert (article.title, article.text, article.source) == ("", "Mara Lindt said no.", "standard input")


def test_json_on_standard_input_is_an_article(typed):
    typed(json.dumps(LINE).encode())
    assert read_one("-", None).id == "a"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "-: holds no text"),
        (b" \n", "-: holds no text"),
        (b"\xff\xfe\x00", "-: is not UTF-8 text (invalid start byte at byte 0)"),
        (b"{", "-:1: is not JSON"),
        (b'{"id": 1}', "-:1: "),
    ],
)
def test_what_is_wrong_on_standard_input_is_told(typed, content, reason):
    typed(content)
    assert told(read_one, "-", None).startswith(reason)


def test_a_missing_file_is_told(tmp_path):
    assert told(read_one, str(tmp_path / "no.txt"), None).endswith("can't be read: No such file or directory")


def test_a_bad_line_is_told_with_its_number(tmp_path):
    path = written(tmp_path, json.dumps(LINE) + "\n\n[]\n")
    assert told(list, read_articles(path)) == f"{path}:3: an article is a JSON object"


def test_a_file_without_articles_is_told(tmp_path):
    path = written(tmp_path, "\n")
    assert told(list, read_articles(path)) == f"{path}: holds no article"


def test_the_same_id_with_another_text_is_the_next_revision(tmp_path):
    path = written(tmp_path, "\n".join(json.dumps(LINE | {"text": text}) for text in ("One.", "Two.")))
    assert [article.revision for article in read_articles(path)] == [1, 2]
