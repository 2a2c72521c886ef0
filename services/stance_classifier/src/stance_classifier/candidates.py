"""Which utterances might state a watched actor's position on a watched issue, and how each is asked about.

The cheap gates stand here (actor near, issue near); what passes becomes one question to the stance model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from stance_classifier.attribution import attribute, attribute_asides, parts_of
from stance_classifier.attribution_tagger.base import AttributionTagger
from stance_classifier.attribution_tagger.consult import consult
from stance_classifier.clauses import find_aside, is_concession
from stance_classifier.coreference import resolve_mentions
from stance_classifier.entities import Mention, actor_mentions
from stance_classifier.interviews import interviewee
from stance_classifier.issue_links import FARTHEST_SENTENCES, IssueLink, keyword_positions, link_issues
from stance_classifier.lexicon import NO_SUBJECTS
from stance_classifier.modality import Modality, is_commentary, read_modality, retells
from stance_classifier.model.base import StanceQuestion
from stance_classifier.passages import Document, Span, split_document
from stance_classifier.said_time import SaidAt, is_earlier_frame, resolve_said_at
from stance_classifier.shift_frames import Shift, find_shift
from stance_classifier.speakers import Voice
from stance_classifier.utterance import Attribution
from stance_classifier.watchlist import Actor, Issue, Watchlist

MAX_TEXT_CHARACTERS = 60_000
MAX_PASSAGE_CHARACTERS = 900
MAX_QUOTE_CHARACTERS = 600
_AND_THAT_NEAR = re.compile(r"\s(?:and|but)\sthat\s")
DATE_AT_HEAD_CHARACTERS = 24
ACT_PRIOR = 0.65
HEARSAY_PRIOR = 0.15
"""What others say of an actor is asked about, too, since the rule that found it may err; few pass."""


@dataclass(frozen=True)
class Candidate:
    """One utterance with the actor and issue it may be about.

    `attribution_confidence`: prior probability that the words are the actor's own or authorised ones.
    `refusal` names why it can't count whatever the words say (hearsay, question ...).
    """

    actor: Actor
    issue: Issue
    quote: Span
    unit: Span
    voice: Voice
    speaker: str
    reported_by: tuple[str, ...]
    attribution_confidence: float
    link: IssueLink
    said: SaidAt
    modality: Modality
    question: StanceQuestion
    refusal: str | None = None
    is_aside: bool = False
    is_part: bool = False
    shift: Shift | None = None


def find_candidates(
    text: str,
    title: str,
    published_at: datetime,
    watchlist: Watchlist,
    tagger: AttributionTagger | None = None,
) -> tuple[Document, list[Candidate]]:
    """All utterances worth asking about, in text order (text beyond 60,000 characters is not read).

    A tagger has its say on who speaks; without one the rules decide.
    """
    document = split_document(text[:MAX_TEXT_CHARACTERS])
    hits = {issue.id: keyword_positions(document.text, issue) for issue in watchlist.issues}
    if not any(hits.values()) and not any(keyword_positions(title, issue) for issue in watchlist.issues):
        return document, []
    mentions = resolve_mentions(document, watchlist.actors, title)
    titled = [mention for mention in actor_mentions(title, watchlist.actors) if mention.is_person]
    present = {mention.actor_id for mention in (*mentions, *titled)} - {None}
    if not present:
        return document, []
    attributions = attribute(document, mentions, interviewee(document, mentions, titled, watchlist.actors))
    if tagger is not None:
        attributions = consult(
            document, mentions, attributions, tagger, lambda unit: _is_near(document, unit, hits)
        )
    main = [
        (index, part, False) for index, whole in enumerate(attributions) for part in parts_of(document, whole)
    ]
    asides = [(index, aside, True) for index, aside in attribute_asides(document, attributions, mentions)]
    candidates: list[Candidate] = []
    for index, attribution, is_aside in sorted([*asides, *main], key=lambda one: (one[0], not one[2])):
        for actor in watchlist.actors:
            role = _role_of(actor, attribution, mentions) if actor.id in present else None
            if role is None or (is_aside and role.refusal):
                continue
            issues = watchlist.issues_of(actor)
            for link in link_issues(document, title, attribution.unit, issues, hits):
                issue = next(issue for issue in issues if issue.id == link.issue_id)
                question = _question(document, attributions, index, actor, issue, _quote(attribution, role))
                candidates.append(
                    _candidate(
                        document,
                        attribution,
                        is_aside,
                        actor,
                        issue,
                        link,
                        role,
                        question,
                        published_at,
                        title,
                    )
                )
    return document, candidates


def _is_near(document: Document, unit: Span, hits: Mapping[str, Sequence[int]]) -> bool:
    """Whether an issue's words stand in an utterance or in the sentences around it: the rest is not worth a model's time."""
    first = document.sentence_at(unit.start).index - FARTHEST_SENTENCES
    last = document.sentence_at(max(unit.start, unit.end - 1)).index + FARTHEST_SENTENCES
    return any(first <= document.sentence_at(hit).index <= last for found in hits.values() for hit in found)


@dataclass(frozen=True)
class _Role:
    voice: Voice
    confidence: float
    refusal: str | None = None


def _role_of(actor: Actor, attribution: Attribution, mentions: Sequence[Mention]) -> _Role | None:
    """What the actor has to do with an utterance; None where it has nothing."""
    speaker = attribution.speaker
    if speaker is not None and speaker.actor_id == actor.id:
        if attribution.voice == "hearsay":
            return _Role("hearsay", HEARSAY_PRIOR)
        if attribution.voice == "act":
            return _Role("act", ACT_PRIOR * attribution.confidence)
        return _Role(attribution.voice, attribution.confidence)
    if speaker is not None and speaker.text and _speaks_for(actor, speaker):
        return _Role("spokesperson", 0.9)
    inside = [m for m in mentions if m.actor_id == actor.id and attribution.unit.contains(m)]
    inside = [m for m in inside if m.text.lower() not in NO_SUBJECTS]
    if not inside:
        return None
    if attribution.voice == "act":
        return _Role("act", ACT_PRIOR * max(m.confidence for m in inside))
    if attribution.voice == "hearsay" or speaker is not None:
        if any(attribution.content.contains(m) for m in inside) or attribution.voice == "hearsay":
            return _Role("hearsay", HEARSAY_PRIOR)
        return _Role("act", 0.35 * max(m.confidence for m in inside))
    return _Role("other", 0.4 * max(m.confidence for m in inside))


def _speaks_for(actor: Actor, speaker: Mention) -> bool:
    return any(name in speaker.name or speaker.name in name for name in actor.spokespeople if speaker.name)


def _candidate(
    document: Document,
    attribution: Attribution,
    is_aside: bool,
    actor: Actor,
    issue: Issue,
    link: IssueLink,
    role: _Role,
    question: StanceQuestion,
    published_at: datetime,
    title: str,
) -> Candidate:
    quote = _quote(attribution, role)
    words = document.text[quote.start : quote.end]
    modality = read_modality(words)
    whole_aside = find_aside(document, attribution.unit) if is_aside else None
    frame = whole_aside.of(document.text) if whole_aside else _frame(document, attribution)
    said = resolve_said_at(frame, published_at)
    if is_aside and not said.recap and is_earlier_frame(frame):
        said = SaidAt(published_at - timedelta(days=30), "past", True)
    unit_words = document.text[attribution.unit.start : attribution.unit.end]
    shift = None if is_aside else find_shift(unit_words)
    if (
        shift is None
        and not is_aside
        and is_concession(document, attribution.unit)
        and find_aside(document, attribution.unit)
    ):
        shift = "reversal"
    refusal = role.refusal or ("RETELLS_OTHER" if retells(unit_words) else None)
    if refusal is None and role.voice == "act" and is_commentary(title, unit_words):
        refusal = "COMMENTARY"
    if attribution.is_question or (refusal is None and modality.is_question and attribution.voice != "act"):
        refusal = "QUESTION"
    speaker = attribution.speaker.text if attribution.speaker else ""
    is_part = (
        quote.end < attribution.unit.end
        and attribution.cue != ""
        and _AND_THAT_NEAR.search(unit_words) is not None
    )
    return Candidate(
        actor, issue, quote, attribution.unit, role.voice, speaker, attribution.reported_by, role.confidence,
        link, said, modality, question, refusal, is_aside, is_part, shift,
    )  # fmt: skip


def _quote(attribution: Attribution, role: _Role) -> Span:
    return _bounded(attribution.unit if role.voice == "act" else attribution.content)


def _bounded(span: Span) -> Span:
    return (
        span
        if span.end - span.start <= MAX_QUOTE_CHARACTERS
        else Span(span.start, span.start + MAX_QUOTE_CHARACTERS)
    )


def _frame(document: Document, attribution: Attribution) -> str:
    """The reporting words: the utterance without what is quoted or reported and without an aside about something
    earlier. A date at the head of reported words ("said last year the levy ...") is read as one of saying them.
    """
    unit, content = attribution.unit, attribution.content
    aside = find_aside(document, unit)
    parts, position = [], unit.start
    left_out = [*document.quotations_in(unit), *([aside] if aside is not None else [])]
    if attribution.cue and attribution.voice != "act" and content != unit:
        head = DATE_AT_HEAD_CHARACTERS if content.start > unit.start else 0
        left_out.append(Span(min(content.start + head, content.end), content.end))
    for quotation in sorted(left_out, key=lambda span: span.start):
        parts.append(document.text[position : max(position, quotation.start)])
        position = max(position, min(unit.end, quotation.end))
    parts.append(document.text[position : unit.end])
    return " ".join(parts)


def _question(
    document: Document,
    attributions: Sequence[Attribution],
    position: int,
    actor: Actor,
    issue: Issue,
    quote: Span,
) -> StanceQuestion:
    """The utterance with its neighbours, the words under judgement marked.

    Behind an aside about an earlier position ("Despite reports that ..., she said") the main clause stands alone.
    """
    unit = attributions[position].unit
    start, end = unit.start, unit.end
    aside = find_aside(document, unit)
    if aside is not None and aside.start < quote.start and quote.end == aside.end:
        return _ask(document, actor, issue, quote, quote)
    if aside is not None and aside.end <= quote.start:
        rest = document.text[aside.end : end]
        return _ask(document, actor, issue, Span(end - len(rest.lstrip(", ")), end), quote)
    if position and unit.start - attributions[position - 1].unit.start <= MAX_PASSAGE_CHARACTERS // 2:
        start = attributions[position - 1].unit.start
    if (
        position + 1 < len(attributions)
        and attributions[position + 1].unit.end - start <= MAX_PASSAGE_CHARACTERS
    ):
        end = attributions[position + 1].unit.end
    return _ask(document, actor, issue, Span(start, end), quote)


def _ask(document: Document, actor: Actor, issue: Issue, passage: Span, quote: Span) -> StanceQuestion:
    start, end = min(passage.start, quote.start), max(passage.end, quote.end)
    marked = (quote.start - start, quote.end - start)
    return StanceQuestion(actor.name, issue.proposition, _one_line(document.text[start:end]), marked)


def _one_line(passage: str) -> str:
    return re.sub(r"[\n\t]", " ", passage)
