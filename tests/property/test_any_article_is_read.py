"""However sentences, quotations and asides follow each other, an article yields questions whose marked words are its own."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from stance_classifier.candidates import find_candidates
from stance_classifier.watchlist import Watchlist

WATCHLIST = Watchlist.model_validate(
    {
        "actors": [
            {"id": "brandt", "name": "Ines Brandt", "aliases": ["Brandt", "the harbour minister"]},
            {"id": "pilots", "name": "Pilots' Union", "aliases": ["the union"]},
        ],
        "issues": [
            {
                "id": "ferry",
                "name": "The ferry",
                "proposition": "The ferry should be kept",
                "keywords": ["ferry", "boat*"],
            }
        ],
    }
)
PIECES = (
    "Ines Brandt", "Brandt", "the union", "its spokesman", "she", "He", "While it lasts", "Despite reports that",
    "the ferry", "the boats", "will stay", "is not sure whether", "said", "told reporters", "added", "according to",
    "on Friday", "last year", "although", "if the money is found", "no", "it takes no position on",
    ",", ", ", ". ", ".", "? ", "!", ": ", "; ", "\n\n", "\n", " ", " - ", "“", "”", '"', "'", "’", "(", ")", "Q: ", "A: ",
)  # fmt: skip


@given(
    st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join),
    st.sampled_from(["", "Ferry stays", "Brandt"]),
)
def test_every_question_marks_words_of_its_passage(text: str, title: str) -> None:
    document, candidates = find_candidates(text, title, datetime(2025, 3, 4, tzinfo=UTC), WATCHLIST)
    for candidate in candidates:
        assert candidate.question.span is not None
        start, end = candidate.question.span
        assert candidate.question.passage[start:end].split() == candidate.quote.of(document.text).split()


def test_a_speaker_behind_an_aside_without_an_own_sentence_is_read() -> None:
    """Found in a story: the words under judgement began before the main clause that was cut out."""
    text = "While it sits the union takes no position on whether the ferry should stay, its spokesman said."
    _, candidates = find_candidates(text, "", datetime(2025, 3, 4, tzinfo=UTC), WATCHLIST)
    assert all(candidate.question.span >= (0, 1) for candidate in candidates if candidate.question.span)
