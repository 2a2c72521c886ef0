"""Sentences and quotations keep their place in the text."""

from hypothesis import given
from hypothesis import strategies as st
from stance_classifier.passages import split_document


def sentences(text: str) -> list[str]:
    return [sentence.of(text) for sentence in split_document(text).sentences]


def test_a_full_stop_behind_a_title_ends_no_sentence() -> None:
    assert sentences("Dr. Amrani met Gen. Oyelaran. They talked.") == [
        "Dr. Amrani met Gen. Oyelaran.",
        "They talked.",
    ]


def test_the_closing_mark_stays_with_its_sentence() -> None:
    assert sentences("“Build it now.” She left.") == ["“Build it now.”", "She left."]


def test_blank_lines_separate_paragraphs() -> None:
    found = split_document("One.\n\nTwo. Three.").sentences
    assert [sentence.paragraph for sentence in found] == [0, 1, 1]


def test_an_apostrophe_opens_no_quotation() -> None:
    text = "The mayor's plan isn't dead, 'just asleep', she said."
    assert [span.of(text) for span in split_document(text).quotations] == ["just asleep"]


def test_a_quotation_left_open_runs_to_the_end_of_its_paragraph() -> None:
    text = "“First part.\n\n“Second part,” he said."
    assert [span.of(text) for span in split_document(text).quotations] == ["First part.", "Second part,"]


@given(st.text(max_size=400))
def test_every_span_lies_inside_the_text_in_order(text: str) -> None:
    document = split_document(text)
    ends = [0]
    for sentence in document.sentences:
        assert ends[-1] <= sentence.start < sentence.end <= len(text)
        ends.append(sentence.end)
    assert all(0 <= span.start <= span.end <= len(text) for span in document.quotations)


def test_a_quotation_runs_over_a_wrapped_line() -> None:
    text = 'In a long statement published on Tuesday evening she said: "We will sign it\nat any time and in any form," and left.'
    document = split_document(text)
    assert [span.of(text) for span in document.quotations] == [
        "We will sign it\nat any time and in any form,"
    ]
    assert len(document.sentences) == 1


def test_a_short_line_is_a_headline() -> None:
    assert (
        len(split_document("Mayor backs the wall\nSelma Nuri said on Monday that it was needed.").sentences)
        == 2
    )
