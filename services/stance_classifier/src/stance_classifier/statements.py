"""Answers of the stance model to statements: one utterance of an actor on an issue, now or in the past, per article.

Several sentences of one article that say the same are one utterance, not several witnesses; they are pooled, and
the clearest is quoted.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from stancewatch_schemas.models import Article, Statement

from stance_classifier.candidates import Candidate
from stance_classifier.model.base import LABELS, StanceAnswer
from stance_classifier.passages import Document, Span
from stance_classifier.shift_frames import Shift, find_shift

NEUTRAL_PRIOR = 0.6
LEAST_OWN = 0.5
LEAST_CONFIDENCE = 0.45
MOST_REFUSED = 3
CLEAR_STRENGTH = 0.6


@dataclass(frozen=True)
class Judged:
    """A candidate with the model's answer; `own` is the probability that it is a position of this actor."""

    candidate: Candidate
    answer: StanceAnswer | None
    own: float
    reason: str | None

    @property
    def strength(self) -> float:
        """How clearly it states a position (0 to 1)."""
        if self.answer is None:
            return 0.0
        chances = self.answer.probabilities
        best = max(chances.support, chances.oppose, chances.neutral)
        return self.own * best / max(1e-9, 1.0 - chances.none)


def judge_candidate(candidate: Candidate, answer: StanceAnswer | None) -> Judged:
    """Folds attribution, issue link and the model's `none` into one probability and names why it doesn't count."""
    if candidate.refusal is not None or answer is None:
        return Judged(candidate, answer, 0.0, candidate.refusal or "NOT_ASKED")
    shift = _logit(candidate.attribution_confidence) - _logit(NEUTRAL_PRIOR)
    own = _sigmoid(_logit(1.0 - answer.probabilities.none) + 0.5 * shift) * candidate.link.strength
    judged = Judged(candidate, answer, own, None)
    if answer.abstained:
        return replace(judged, reason="MODEL_ABSTAINED")
    chances = answer.probabilities
    is_no_position = chances.none > max(chances.support, chances.oppose, chances.neutral)
    if own < LEAST_OWN or is_no_position:
        return replace(judged, reason="HEARSAY" if candidate.voice == "hearsay" else "NO_POSITION")
    if judged.strength < LEAST_CONFIDENCE:
        return replace(judged, reason="BELOW_CONFIDENCE")
    return judged


def compose_statements(
    article: Article, document: Document, judged: Sequence[Judged], model: str
) -> list[Statement]:
    """Statements of one article, earlier positions first, then those in force, then what did not count."""
    groups: dict[tuple[str, str, bool], list[Judged]] = {}
    refused: dict[tuple[str, str], list[Judged]] = {}
    for one in judged:
        key = (one.candidate.actor.id, one.candidate.issue.id)
        if one.reason is None:
            groups.setdefault((*key, _is_recap(one)), []).append(one)
        elif one.reason != "NO_POSITION" or one.candidate.attribution_confidence > 0.9:
            refused.setdefault(key, []).append(one)
    composed = [
        _pool(article, document, group, recap, model, _shift_of(judged, actor, issue, article.title))
        for (actor, issue, recap), group in groups.items()
    ]
    composed.sort(key=lambda s: (s.actor.id, s.issue.id, not s.recap, s.said_at, s.quote_start))
    for key in refused:
        worth_telling = sorted(refused[key], key=lambda one: -one.strength)[:MOST_REFUSED]
        composed.extend(
            _statement(article, document, one, False, one.answer, one.own, model, one.reason)
            for one in worth_telling
        )
    return composed


def _shift_of(judged: Sequence[Judged], actor: str, issue: str, title: str) -> Shift | None:
    """What the article's sentences about this actor and issue, and its headline, say about a change of course."""
    own = [one for one in judged if (one.candidate.actor.id, one.candidate.issue.id) == (actor, issue)]
    found = {one.candidate.shift for one in own if one.candidate.voice != "hearsay"} - {None}
    others = {one.candidate.actor.id for one in judged} - {actor}
    if not others and (headline := find_shift(title)) is not None:
        found.add(headline)
    return "steadfast" if "steadfast" in found else "reversal" if "reversal" in found else None


def _is_recap(one: Judged) -> bool:
    said = one.candidate.said
    past = one.answer.past if one.answer is not None else 0.0
    return (said.recap and (one.candidate.is_aside or past > 0.2)) or past >= 0.6


def _without_bystanding_neutrals(group: Sequence[Judged]) -> Sequence[Judged]:
    """Neutral means explicitly undecided: beside a clear yes or no in the same article it is mere reporting."""
    taken = [one for one in group if one.answer is not None and one.answer.stance in ("support", "oppose")]
    return taken if any(one.strength >= CLEAR_STRENGTH for one in taken) else group


def _pool(
    article: Article,
    document: Document,
    group: Sequence[Judged],
    recap: bool,
    model: str,
    shift: Shift | None,
) -> Statement:
    group = _without_bystanding_neutrals(group)
    weights = [one.own for one in group]
    share = sum(weights) ** 0.5
    logs = {
        str(label): sum(w * math.log(max(1e-4, chances_of(one.answer)[str(label)])) for w, one in zip(weights, group, strict=True) if one.answer) / max(share, 1e-6)
        for label in LABELS
    }  # fmt: skip
    top = max(logs.values())
    unscaled = {label: math.exp(value - top) for label, value in logs.items()}
    total = sum(unscaled.values())
    pooled = {label: value / total for label, value in unscaled.items()}
    lead = max(("support", "oppose", "neutral"), key=lambda label: pooled[label])
    agreeing = [one for one in group if one.answer is not None and one.answer.stance == lead] or list(group)
    best = max(agreeing, key=lambda one: one.strength)
    own = max(one.own for one in agreeing)
    return _statement(article, document, best, recap, best.answer, own, model, None, pooled, shift)


def _statement(
    article: Article, document: Document, one: Judged, recap: bool, answer: StanceAnswer | None, own: float,
    model: str, reason: str | None, pooled: dict[str, float] | None = None, shift: Shift | None = None,
) -> Statement:  # fmt: skip
    candidate = one.candidate
    quote = _verbatim(document, candidate.quote)
    chances = pooled or (
        chances_of(answer) if answer else {"support": 0.0, "oppose": 0.0, "neutral": 0.0, "none": 1.0}
    )
    stance = (
        max(("support", "oppose", "neutral"), key=lambda s: chances[s])
        if reason is None
        else max(chances, key=lambda s: chances[s])
    )
    said = candidate.said
    moment, precision = said.moment, said.precision
    if recap and precision in ("published", "day") and not said.recap:
        moment, precision = article.published_at - timedelta(days=30), "past"
    condition = candidate.modality.condition
    conditional = (
        stance != "none"
        and answer is not None
        and (answer.conditional >= 0.5 or (condition is not None and answer.conditional >= 0.3))
    )
    return Statement.model_validate({
        "id": statement_id(article.id, article.revision, candidate.actor.id, candidate.issue.id, quote, recap, reason),
        "actor": {"id": candidate.actor.id, "name": candidate.actor.name},
        "issue": {"id": candidate.issue.id, "name": candidate.issue.name, "proposition": candidate.issue.proposition},
        "article": {
            "id": article.id, "revision": article.revision, "source": article.source, "url": article.url,
            "title": article.title, "published_at": article.published_at, "first_seen_at": article.first_seen_at,
            "signature": list(article.signature),
        },
        "quote": document.text[quote.start : quote.end], "quote_start": quote.start, "quote_end": quote.end,
        "context": document.text[candidate.unit.start : candidate.unit.end][:8000],
        "voice": candidate.voice, "speaker": candidate.speaker[:500], "reported_by": list(candidate.reported_by)[:10],
        "stance": stance, "probabilities": {k: round(float(v), 4) for k, v in chances.items()},
        "conditional": bool(conditional), "condition": condition[:1000] if conditional and condition else None,
        "attribution_confidence": round(own, 4), "said_at": moment, "said_precision": precision, "recap": recap,
        "shift": None if recap else shift,
        "counts": reason is None, "reason": reason, "backfill": article.backfill, "model": model,
        "disagreement": answer.note if answer is not None else None,
    })  # fmt: skip


def chances_of(answer: StanceAnswer) -> dict[str, float]:
    """The model's four probabilities by name."""
    return {str(label): chance for label, chance in answer.probabilities.as_dict().items()}


def statement_id(
    article: str, revision: int, actor: str, issue: str, quote: Span, recap: bool, reason: str | None
) -> str:
    """Deterministic id: the same words of the same article always have the same id."""
    parts = (
        article,
        str(revision),
        actor,
        issue,
        str(quote.start),
        str(quote.end),
        "past" if recap else "now",
        reason or "",
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def _verbatim(document: Document, span: Span) -> Span:
    start, end = span.start, min(span.end, span.start + 4000)
    while end > start + 1 and document.text[end - 1].isspace():
        end -= 1
    return Span(start, max(end, start + 1))


def _logit(probability: float) -> float:
    bounded = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


def _sigmoid(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))
