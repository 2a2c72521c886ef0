"""Evidence of one actor on one issue: the statements that were read, as a position's memory keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from stancewatch_schemas.models import Statement
from stancewatch_shared.near_duplicates import similarity

from stance_classifier.copies import SAME_TEXT, is_same_quote
from stance_classifier.position_filter import Observation, Vector, likelihoods

SIGNATURE_KEPT = 48
"""Values of an article's signature that a position remembers: enough to tell copies, small in the changelog."""


@dataclass(frozen=True)
class Evidence:
    """One counted statement; `copy_of` and `struck_by` name the statement that makes it weigh nothing."""

    statement_id: str
    article_id: str
    revision: int
    source: str
    url: str
    quote: str
    stance: str
    conditional: bool
    condition: str | None
    voice: str
    said_at: datetime
    published_at: datetime
    recap: bool
    precision: str
    likelihoods: Vector
    signature: tuple[int, ...] = field(default=(), repr=False)
    shift: str | None = None
    copy_of: str | None = None
    struck_by: str | None = None

    @property
    def weighs(self) -> bool:
        """Whether it is evidence of its own."""
        return self.copy_of is None and self.struck_by is None

    def observation(self) -> Observation:
        """As the filter sees it."""
        return Observation(self.said_at, self.likelihoods, self.shift)

    def to_json(self) -> dict[str, Any]:
        """For the position table."""
        data = asdict(self)
        data["said_at"], data["published_at"] = self.said_at.isoformat(), self.published_at.isoformat()
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Evidence:
        """Back from the position table."""
        return cls(
            **{
                **data,
                "said_at": datetime.fromisoformat(data["said_at"]),
                "published_at": datetime.fromisoformat(data["published_at"]),
                "likelihoods": tuple(data["likelihoods"]),
                "signature": tuple(data["signature"]),
            }
        )


def evidence_of(statement: Statement) -> Evidence:
    """What a position keeps of a counted statement."""
    chances = {
        name: getattr(statement.probabilities, name) for name in ("support", "oppose", "neutral", "none")
    }
    return Evidence(
        statement.id, statement.article.id, statement.article.revision, statement.article.source, statement.article.url,
        statement.quote, statement.stance, statement.conditional, statement.condition, statement.voice,
        statement.said_at, statement.article.published_at, statement.recap, statement.said_precision,
        likelihoods(chances, statement.attribution_confidence), tuple(statement.article.signature[:SIGNATURE_KEPT]), statement.shift,
    )  # fmt: skip


def in_order_said(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Evidence that weighs, oldest first; a recap of unknown date stands before all that was said since."""
    weighing = [one for one in evidence if one.weighs]
    first = min((one.said_at for one in weighing if not one.recap), default=None)

    def place(one: Evidence) -> tuple[datetime, bool]:
        undated = one.recap and one.precision == "past" and first is not None
        return (min(one.said_at, first) if undated and first is not None else one.said_at, not one.recap)

    return sorted(weighing, key=place)


def mark_copy(new: Evidence, known: list[Evidence]) -> Evidence:
    """Names the earlier printing of the same text or words in another article, if there is one."""
    for one in known:
        if (
            one.article_id == new.article_id
            or one.stance != new.stance
            or one.copy_of is not None
            or one.struck_by
        ):
            continue
        if similarity(one.signature, new.signature) >= SAME_TEXT or is_same_quote(one.quote, new.quote):
            return replace(new, copy_of=one.statement_id)
    return new
