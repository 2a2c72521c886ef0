"""Messages for the timeline's tests: short to write, complete when read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from stancewatch_schemas.codec import encode
from stancewatch_schemas.models import StanceChange, Statement, Verdict
from stancewatch_shared.record import Record

ACTOR = {"id": "orla-byrne", "name": "Orla Byrne"}
ISSUE = {
    "id": "harbour-bridge",
    "name": "Harbour bridge",
    "proposition": "The city should build the harbour bridge",
}


def probabilities(stance: str) -> dict[str, float]:
    return {each: 0.91 if each == stance else 0.03 for each in ("support", "oppose", "neutral", "none")}


def statement(
    name: str = "s1", stance: str = "oppose", said: str = "2025-03-01T09:00:00Z", **over: Any
) -> Statement:
    """``article`` may be given in part."""
    article = {
        "id": f"article-of-{name}",
        "source": "Harbour Post",
        "url": f"https://harbour-post.example/{name}",
        "title": "Council hears the bridge plan",
        "published_at": said,
        **over.pop("article", {}),
    }
    quote = over.pop("quote", "I will vote against this bridge")
    fields = {
        "id": name,
        "actor": ACTOR,
        "issue": ISSUE,
        "article": article,
        "quote": quote,
        "quote_start": 10,
        "quote_end": 10 + len(quote),
        "context": f"Byrne told the council: “{quote}.”",
        "voice": "self",
        "speaker": "Byrne",
        "stance": stance,
        "probabilities": probabilities(stance),
        "attribution_confidence": 0.97,
        "said_at": said,
        "counts": True,
        "model": "test-reader 1",
        **over,
    }
    return Statement.model_validate(fields)


def side(stance: str, said: str, quote: str, **over: Any) -> dict[str, Any]:
    return {
        "stance": stance,
        "conditional": False,
        "quote": quote,
        "article_id": f"article-{stance}",
        "source": "Harbour Post",
        "url": f"https://harbour-post.example/{stance}",
        "said_at": said,
        "published_at": said,
        **over,
    }


def evidence(
    name: str, stance: str, bits: float, said: str = "2025-04-01T09:00:00Z", **over: Any
) -> dict[str, Any]:
    return {
        "statement_id": name,
        "article_id": f"article-of-{name}",
        "source": "Harbour Post",
        "url": f"https://harbour-post.example/{name}",
        "quote": "I have come round: build it",
        "stance": stance,
        "said_at": said,
        "published_at": said,
        "voice": "self",
        "bits": bits,
        **over,
    }


def change(name: str = "c1", old: str = "oppose", new: str = "support", **over: Any) -> StanceChange:
    fields = {
        "id": name,
        "actor": ACTOR,
        "issue": ISSUE,
        "from": side(old, "2025-03-01T09:00:00Z", "I will vote against this bridge"),
        "to": side(new, "2025-04-01T09:00:00Z", "I have come round: build it"),
        "confidence": 0.97,
        "kind": "reverse",
        "evidence": [evidence("s1", old, -2.0, "2025-03-01T09:00:00Z"), evidence("s2", new, 6.5)],
        "explanation": "A later statement contradicts the position in force: probability 0.97.",
        **over,
    }
    return StanceChange.model_validate(fields)


def amendment(name: str, event: str, amends: str = "c1", **over: Any) -> StanceChange:
    return change(
        name, event=event, amends=amends, kind="none", **{"explanation": f"It was {event}.", **over}
    )


def verdict(
    name: str, verdict: str = "true", alert: str = "c1", by: str = "U1", at: str = "2025-04-02T08:00:00Z"
) -> Verdict:
    return Verdict.model_validate(
        {"id": name, "alert_id": alert, "verdict": verdict, "by": by, "via": "slack", "given_at": at}
    )


TOPIC_OF = {Statement: "statements", StanceChange: "stance-changes", Verdict: "verdicts"}


def records(*messages: BaseModel, start: int = 0) -> list[Record]:
    """The messages as records of partition 0, numbered from ``start`` in each topic."""
    offsets: dict[str, int] = {}
    found = []
    for message in messages:
        topic = TOPIC_OF[type(message)]
        offset = offsets.setdefault(topic, start)
        found.append(Record(topic, 0, offset, encode(message)))
        offsets[topic] += 1
    return found


def ids(rows: Iterable[Any]) -> list[str]:
    return [row["id"] for row in rows]
