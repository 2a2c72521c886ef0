"""Attribution on passages of unseen issues: whose words are the quoted ones, and where they begin and end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stance_classifier.attribution import attribute
from stance_classifier.attribution_tagger.base import AttributionTagger
from stance_classifier.attribution_tagger.consult import consult
from stance_classifier.coreference import resolve_mentions
from stance_classifier.passages import Document, Span, split_document
from stance_classifier.utterance import Attribution
from stance_classifier.watchlist import Actor

SPOKEN = frozenset({"self", "spokesperson", "organisation"})


@dataclass(frozen=True)
class Attributed:
    """One labelled quotation: was its speaker found, or another actor instead, and how much of it (characters, F1)."""

    issue: str
    speaker_right: bool
    other_actor: bool
    overlap_f1: float


def attribute_passages(
    passages: Sequence[dict[str, Any]], tagger: AttributionTagger | None = None
) -> list[Attributed]:
    """Every utterance that the corpus labels as an actor's own or authorised words; without a tagger by rules alone."""
    results: list[Attributed] = []
    for passage in passages:
        actors = sorted({a["actor"] for a in passage["actors"]})
        document, found = _read(passage["text"], actors, tagger)
        for entry in passage["actors"]:
            if entry["label"] != "none" and entry["quote"] and entry["voice"] in SPOKEN:
                wanted = str(actors.index(entry["actor"]))
                results.append(_score(passage["issue"], document, found, entry["quote"], wanted))
    return results


def hearsay_claimed(
    passages: Sequence[dict[str, Any]], tagger: AttributionTagger | None = None
) -> tuple[int, int]:
    """How many of the words that others put into an actor's mouth are taken for the actor's own, and of how many."""
    claimed = wanted = 0
    for passage in passages:
        actors = sorted({a["actor"] for a in passage["actors"]})
        document, found = _read(passage["text"], actors, tagger)
        for entry in passage["actors"]:
            if entry["quote"] and entry["voice"] == "hearsay":
                wanted += 1
                scored = _score("", document, found, entry["quote"], str(actors.index(entry["actor"])))
                claimed += scored.speaker_right
    return claimed, wanted


def _read(
    text: str, actors: Sequence[str], tagger: AttributionTagger | None
) -> tuple[Document, list[Attribution]]:
    watched = [Actor(id=str(i), name=name) for i, name in enumerate(actors)]
    document = split_document(text)
    mentions = resolve_mentions(document, watched)
    found = attribute(document, mentions)
    return document, consult(document, mentions, found, tagger) if tagger is not None else found


def _score(
    issue: str, document: Document, found: Sequence[Attribution], quote: str, wanted: str
) -> Attributed:
    start = document.text.index(quote)
    span = Span(start, start + len(quote))
    touching = [a for a in found if a.unit.overlaps(span)]
    speakers = [a.speaker.actor_id for a in touching if a.speaker is not None and a.voice != "hearsay"]
    right = wanted in speakers
    other = not right and any(speaker is not None for speaker in speakers)
    return Attributed(issue, right, other, max((_overlap_f1(a.content, span) for a in touching), default=0.0))


def _overlap_f1(first: Span, second: Span) -> float:
    shared = max(0, min(first.end, second.end) - max(first.start, second.start))
    return 2 * shared / ((first.end - first.start) + (second.end - second.start))


def speaker_accuracy(results: Sequence[Attributed]) -> float:
    """Share of utterances whose speaker was found."""
    return sum(r.speaker_right for r in results) / len(results) if results else 0.0


def span_f1(results: Sequence[Attributed]) -> float:
    """Mean character F1 of the contents."""
    return sum(r.overlap_f1 for r in results) / len(results) if results else 0.0


def other_actor_share(results: Sequence[Attributed]) -> float:
    """Share of utterances that are given to another watched actor alone."""
    return sum(r.other_actor for r in results) / len(results) if results else 0.0
