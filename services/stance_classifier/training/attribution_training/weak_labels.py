"""The project's own corpus as attribution examples. It names the quote and whose it is; the rest is inferred.

The speaker's mentions are those of the name; pronouns and roles count where the rules found this very speaker by one.
Half of the examples mark the quote as an annotator cut it, half the content that the rules found there: the product
marks the latter. Hearsay rows teach who did not speak.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from stance_classifier.attribution import attribute
from stance_classifier.coreference import resolve_mentions
from stance_classifier.entities import Mention
from stance_classifier.passages import Document, Span, split_document
from stance_classifier.utterance import Attribution
from stance_classifier.watchlist import Actor
from stance_training.corpus import Item, load_items, load_stories

from attribution_training.examples import PointerExample, TagExample

SPOKEN = frozenset({"self", "spokesperson", "organisation"})
OTHERS_WORDS = frozenset({"hearsay", "other_speaker", "same_surname"})
SHORTEST_WORD = 4


class Read:
    """One text with its watched actors, as the rules read it."""

    def __init__(self, text: str, actors: Sequence[Actor]) -> None:
        self.document: Document = split_document(text)
        self.actors = {actor.id: actor for actor in actors}
        self.mentions: list[Mention] = resolve_mentions(self.document, actors)
        self.attributions: list[Attribution] = attribute(self.document, self.mentions)

    def touching(self, span: Span) -> list[Attribution]:
        """The utterances that share words with a span."""
        return [one for one in self.attributions if one.unit.overlaps(span)]

    def mentions_of(self, actor: str, span: Span) -> tuple[Span, ...]:
        """Where an actor is named, and the other words by which the rules found this actor as speaker of the span."""
        named = [m for m in self.mentions if m.actor_id == actor and m.kind == "name"]
        found = [a.speaker for a in self.touching(span) if a.speaker and a.speaker.actor_id == actor]
        spans = {Span(m.start, m.end) for m in (*named, *found)}
        if not spans:
            spans = set(_words_of(self.document.text, self.actors[actor].name))
        return tuple(sorted(spans, key=lambda one: one.start))


def own_examples(folder: Path, split: str) -> tuple[list[PointerExample], list[TagExample]]:
    """Both kinds of examples from the passages and stories of a split."""
    pointers: list[PointerExample] = []
    tags: list[TagExample] = []
    for item in load_items(folder, split):
        names = sorted({entry.actor for entry in item.entries})
        read = Read(item.text, [Actor(id=name, name=name) for name in names])
        pointers += _pointers(read, item)
        tags.append(_tags(read, item))
    for story in load_stories(folder, split):
        actors = [Actor.model_validate(actor) for actor in story["watchlist"]["actors"]]
        texts = {article["id"]: Read(article["text"], actors) for article in story["articles"]}
        for row in story["statements"]:
            pointers += _pointer(texts[row["article"]], row["actor"], row["quote"], True)
        for row in story["not_counted"]:
            if row["reason"] in OTHERS_WORDS:
                pointers += _pointer(texts[row["article"]], row["actor"], row["quote"], False)
    return pointers, tags


def _pointers(read: Read, item: Item) -> Iterator[PointerExample]:
    for entry in item.entries:
        if entry.quote and entry.voice in SPOKEN | {"act", "hearsay"}:
            yield from _pointer(read, entry.actor, entry.quote, entry.voice != "hearsay")


def _pointer(read: Read, actor: str, quote: str, speaks: bool) -> Iterator[PointerExample]:
    start = read.document.text.find(quote)
    if start < 0 or actor not in read.actors:
        return
    span = Span(start, start + len(quote))
    mentions = read.mentions_of(actor, span)
    if not mentions:
        return
    sources, wrong = (mentions, ()) if speaks else ((), mentions)
    yield PointerExample(read.document.text, span, sources, wrong)
    contents = [one.content for one in read.touching(span) if one.content.overlaps(span)]
    if contents:
        longest = max(contents, key=lambda one: min(one.end, span.end) - max(one.start, span.start))
        yield PointerExample(read.document.text, longest, sources, wrong)


def _tags(read: Read, item: Item) -> TagExample:
    """Contents, and in their sentences source and cue; other quotations and reported sentences are not judged."""
    text = read.document.text
    labels: list[tuple[Span, str]] = []
    known: list[Span] = []
    for entry in item.entries:
        start = text.find(entry.quote) if entry.quote and entry.voice in SPOKEN else -1
        if start < 0:
            continue
        quote = Span(start, start + len(entry.quote))
        labels.append((quote, "content"))
        for one in read.touching(quote):
            known.append(one.unit)
            if one.speaker is not None and one.speaker.actor_id == entry.actor and one.cue:
                labels += _source_and_cue(text, one, quote)
    unsure = [*read.document.quotations]
    unsure += [one.unit for one in read.attributions if one.cue and one.unit not in known]
    return TagExample(text, tuple(labels), tuple(unsure))


def _source_and_cue(text: str, one: Attribution, quote: Span) -> list[tuple[Span, str]]:
    if one.speaker is None or quote.overlaps(one.speaker):
        return []
    found: list[tuple[Span, str]] = [(Span(one.speaker.start, one.speaker.end), "source")]
    words = [
        Span(m.start(), m.end())
        for m in re.finditer(rf"\b{re.escape(one.cue)}\b", text[: one.unit.end], re.IGNORECASE)
        if m.start() >= one.unit.start and not quote.overlaps(Span(m.start(), m.end()))
    ]
    speaker = one.speaker
    if words:
        found.append((min(words, key=lambda word: abs(word.start - speaker.end)), "cue"))
    return found


def _words_of(text: str, name: str) -> list[Span]:
    """A body that is written without capitals ("the dentists"): the name, else its last word."""
    for wanted in (name, name.rsplit(maxsplit=1)[-1]):
        if len(wanted) >= SHORTEST_WORD:
            found = re.finditer(rf"\b{re.escape(wanted)}\b", text, re.IGNORECASE)
            if spans := [Span(m.start(), m.end()) for m in found]:
                return spans
    return []
