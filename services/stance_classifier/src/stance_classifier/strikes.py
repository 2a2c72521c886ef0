"""A correction as a message: it strikes what the same outlet printed about the actor on the issue before.

Where the correcting article states the right position, only the opposite one is struck; where it states none,
everything is struck, provided that the note speaks of words wrongly ascribed and not of a date or a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from stancewatch_schemas.models import Article, Statement

from stance_classifier.entities import actor_mentions
from stance_classifier.passages import Document, Span
from stance_classifier.statements import statement_id
from stance_classifier.watchlist import Issue, Watchlist

_OPPOSITE = {"support": "oppose", "oppose": "support", "neutral": "any"}
_WRONGLY_ASCRIBED = re.compile(
    r"misquot|wrong mouth|\band not by\b|misattribut|misstat|misreport|misrepresent|wrong|incorrect|mistaken|erroneous|in error|false"
    r"|\b(?:did|does|has|had|have|was|is) (?:not|never)\b|n['’]t\b|\bnever (?:said|made|told|called|spoke)\b",
    re.IGNORECASE,
)
_NONE = {"support": 0.0, "oppose": 0.0, "neutral": 0.0, "none": 1.0}


def compose_strikes(
    article: Article,
    document: Document,
    corrected: Sequence[tuple[Issue, Span]],
    watchlist: Watchlist,
    statements: Sequence[Statement],
    model: str,
) -> list[Statement]:
    """One correction per issue and actor named within the note or the two sentences beside it."""
    strikes: list[Statement] = []
    for issue, note in corrected:
        first = document.sentence_at(note.start).index
        beside = [s for s in document.sentences if first - 1 <= s.index <= first + 3]
        around = Span(beside[0].start, beside[-1].end)
        named = {m.actor_id for m in actor_mentions(document.text, watchlist.actors) if around.contains(m)}
        for actor in watchlist.actors:
            if actor.id not in named or issue not in watchlist.issues_of(actor):
                continue
            struck = _what_to_strike(document.text[around.start : around.end], actor.id, issue.id, statements)
            if struck is None:
                continue
            strikes.append(Statement.model_validate({
                "id": statement_id(article.id, article.revision, actor.id, issue.id, note, False, "correction"),
                "kind": "correction", "actor": {"id": actor.id, "name": actor.name},
                "issue": {"id": issue.id, "name": issue.name, "proposition": issue.proposition},
                "article": {
                    "id": article.id, "revision": article.revision, "source": article.source, "url": article.url,
                    "title": article.title, "published_at": article.published_at, "signature": list(article.signature),
                },
                "quote": document.text[note.start : note.end][:4000], "quote_start": note.start,
                "quote_end": min(note.end, note.start + 4000), "voice": "other", "stance": "none",
                "probabilities": _NONE, "attribution_confidence": 0.0, "said_at": article.published_at,
                "counts": False, "reason": "CORRECTION", "strikes": struck, "backfill": article.backfill, "model": model,
            }))  # fmt: skip
    return strikes


def _what_to_strike(note: str, actor_id: str, issue_id: str, statements: Sequence[Statement]) -> str | None:
    right = [
        s for s in statements if s.counts and not s.recap and (s.actor.id, s.issue.id) == (actor_id, issue_id)
    ]
    if right:
        return _OPPOSITE[str(right[0].stance)]
    return "any" if _WRONGLY_ASCRIBED.search(note) else None
