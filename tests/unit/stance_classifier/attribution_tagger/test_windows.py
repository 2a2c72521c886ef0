"""Windows of tokens: what is marked, and that nothing of a text is lost between them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stance_classifier.attribution_tagger.windows import Windows
from stance_classifier.passages import Span
from tokenizers import Tokenizer

from tests.unit.stance_classifier.attribution_tagger.tiny_tagger import write_tagger

LIMIT = 12
texts = st.lists(st.sampled_from(["selma", "said", "wall", "holds", "."]), min_size=1, max_size=60).map(
    " ".join
)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    folder: Path = write_tagger(tmp_path_factory.mktemp("tagger"), {})
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


@given(text=texts, place=st.floats(0, 1), length=st.integers(1, 40))
def test_marked_words_stand_in_their_window_as_far_as_they_fit(
    tokenizer: Tokenizer, text: str, place: float, length: int
) -> None:
    start = int(place * (len(text) - 1))
    marked = Span(start, min(len(text), start + length))

    window = Windows(tokenizer, text).around(marked, LIMIT)

    assert len(window) <= LIMIT + 2
    assert all(
        bool(kind) == (span.overlaps(marked))
        for kind, span in zip(window.types[1:-1], window.spans[1:-1], strict=True)
    )


@given(text=texts)
def test_windows_without_marks_cover_every_token_once(tokenizer: Tokenizer, text: str) -> None:
    windows = Windows(tokenizer, text).tiles([], LIMIT)

    spans = [span for window in windows for span in window.spans[1:-1]]
    assert [span.of(text) for span in spans] == text.split()


def test_a_window_ends_with_a_sentence_where_that_is_possible(tokenizer: Tokenizer) -> None:
    text = "the wall holds . the wall stands . the wall holds ."

    windows = Windows(tokenizer, text).tiles([Span(0, 16), Span(17, 34), Span(35, 51)], LIMIT - 3)

    assert [window.spans[-2].end for window in windows] == [34, 51]
