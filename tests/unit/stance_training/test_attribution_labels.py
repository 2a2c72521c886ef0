"""What the attribution tagger learns from: the corpus, and PolNeAR where it is present."""

import json
from pathlib import Path
from typing import Any

from attribution_training.examples import IGNORED, PointerExample, mask_of, tags_of
from attribution_training.polnear import documents, polnear_examples
from attribution_training.weak_labels import own_examples
from stance_classifier.attribution_tagger.windows import TAGS, Window
from stance_classifier.passages import Span

TEXT = "Ora Bell waited. The tram must come, she said. Tim Reed claims that Bell is against it."


def corpus(folder: Path, *actors: dict[str, Any], text: str = TEXT) -> Path:
    row = {"issue": "tram", "proposition": "P.", "negation": "N.", "text": text, "split": "train"}
    (folder / "passages").mkdir()
    (folder / "passages" / "a.jsonl").write_text(json.dumps({**row, "actors": list(actors)}) + "\n")
    return folder


def actor(name: str, quote: str, voice: str = "self", label: str = "support") -> dict[str, Any]:
    return {
        "actor": name,
        "label": label,
        "conditional": False,
        "quote": quote,
        "voice": voice,
        "time": "now",
        "why": "",
    }


def named(example: PointerExample) -> list[str]:
    return [span.of(example.text) for span in example.sources]


def test_a_quote_points_at_its_speaker_by_name_and_by_the_pronoun_at_its_cue(tmp_path: Path) -> None:
    pointers, _ = own_examples(corpus(tmp_path, actor("Ora Bell", "The tram must come")), "train")

    assert pointers[0].marked.of(TEXT) == "The tram must come"
    assert named(pointers[0]) == ["Ora Bell", "she", "Bell"]


def test_hearsay_only_teaches_who_did_not_speak(tmp_path: Path) -> None:
    row = actor("Ora Bell", "Bell is against it", "hearsay", "none")

    pointers, _ = own_examples(corpus(tmp_path, row), "train")

    assert pointers
    assert all(not example.sources and example.wrong for example in pointers)


def test_other_splits_are_not_read(tmp_path: Path) -> None:
    folder = corpus(tmp_path, actor("Ora Bell", "The tram must come"))

    assert own_examples(folder, "test") == ([], [])


def test_reported_sentences_without_a_label_are_not_learnt_from(tmp_path: Path) -> None:
    _, [example] = own_examples(corpus(tmp_path, actor("Ora Bell", "The tram must come")), "train")

    labels = [(span.of(TEXT), kind) for span, kind in example.labels]
    assert labels == [("The tram must come", "content"), ("she", "source"), ("said", "cue")]
    assert [span.of(TEXT) for span in example.unsure] == ["Tim Reed claims that Bell is against it."]


def test_later_labels_lie_over_earlier_ones_and_unsure_tokens_are_left_out(tmp_path: Path) -> None:
    _, [example] = own_examples(corpus(tmp_path, actor("Ora Bell", "The tram must come")), "train")
    words = ["waited", "tram", "she", "claims"]
    spans = [Span(TEXT.index(word), TEXT.index(word) + len(word)) for word in words]
    window = Window([2, 5, 5, 5, 5, 3], [0] * 6, [Span(0, 0), *spans, Span(0, 0)])

    tags = tags_of(window, example).tolist()

    assert tags[0] == tags[-1] == tags[4] == IGNORED
    assert [TAGS[tag] for tag in tags[1:4]] == ["nothing", "content", "source"]
    assert mask_of(window, [spans[1]]).tolist() == [False, False, True, False, False, False]


def test_polnear_sources_that_are_pronouns_are_tagged_but_not_pointed_at(tmp_path: Path) -> None:
    text = "Ora Bell said no. She said yes."
    marked = [
        {"source": [[0, 8]], "cue": [[9, 13]], "content": [[14, 16]]},
        {"source": [[18, 21]], "cue": [[22, 26]], "content": [[27, 30]]},
    ]
    (tmp_path / "train.docs.jsonl").write_text(json.dumps({"text": text, "attributions": marked}) + "\n")

    pointers, [tagged] = polnear_examples(documents(tmp_path, "train"), 10, 0)

    assert [(named(one), one.marked.of(text)) for one in pointers] == [(["Ora Bell"], "no")]
    assert {span.of(text) for span, kind in tagged.labels if kind == "source"} == {"Ora Bell", "She"}
