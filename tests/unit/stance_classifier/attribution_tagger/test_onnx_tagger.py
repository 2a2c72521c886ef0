"""The tagger's folder: what is read out of its scores, and what it refuses to load."""

from pathlib import Path

import pytest
from stance_classifier.attribution_tagger.load import load_tagger
from stance_classifier.attribution_tagger.onnx_tagger import OnnxTagger
from stance_classifier.passages import Span, split_document
from stancewatch_shared.errors import UserError

from tests.unit.stance_classifier.attribution_tagger.tiny_tagger import write_tagger

TEXT = "Selma Nuri said that the wall stands. Tim Reed said that the wall holds."
POINTS_AT_NURI = {"selma": [9, 1, 0, 0, 0], "nuri": [9, 1, 0, 0, 0]}
TAGS = {
    "selma": [0, 0, 9, 0, 0],
    "nuri": [0, 0, 9, 0, 0],
    "said": [0, 0, 0, 9, 0],
    "wall": [0, 0, 0, 0, 9],
    "stands": [0, 0, 0, 0, 9],
}


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def test_shares_of_all_tokens_and_of_nobody_make_one(tmp_path: Path) -> None:
    [pointing] = OnnxTagger(write_tagger(tmp_path, POINTS_AT_NURI)).point(TEXT, [span("the wall stands")])

    assert sum(pointing.chances) + pointing.nobody == pytest.approx(1.0)
    assert pointing.share(span("Selma Nuri")) > 0.99


def test_each_marked_span_has_its_answer_in_its_place_over_several_batches(tmp_path: Path) -> None:
    text = "Selma Nuri. " + "The wall stands. " * 60
    marked = [Span(12 + 17 * n, 27 + 17 * n) for n in range(60)]

    pointings = OnnxTagger(write_tagger(tmp_path, POINTS_AT_NURI)).point(text, marked)

    assert all(any(seen.overlaps(one) for seen in p.spans) for p, one in zip(pointings, marked, strict=True))


def test_tokens_of_one_kind_that_touch_are_one_span(tmp_path: Path) -> None:
    found = OnnxTagger(write_tagger(tmp_path, TAGS)).tag(TEXT, split_document(TEXT).sentences, [Span(0, 10)])

    assert [(one.kind, one.of(TEXT)) for one in found] == [
        ("source", "Selma Nuri"),
        ("cue", "said"),
        ("content", "wall stands"),
        ("cue", "said"),
        ("content", "wall"),
    ]


def test_a_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    tagger = OnnxTagger(write_tagger(tmp_path, {}))
    (tmp_path / "model.json").write_text('{"changed": 1}')

    with pytest.raises(UserError, match=r"model\.json does not match"):
        tagger.point(TEXT, [Span(0, 5)])


def test_a_folder_without_a_tagger_is_named_and_none_switches_it_off(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="STANCEWATCH_ATTRIBUTION_TAGGER"):
        load_tagger({"STANCEWATCH_ATTRIBUTION_TAGGER": str(tmp_path)})
    assert load_tagger({"STANCEWATCH_ATTRIBUTION_TAGGER": "none"}) is None
