"""A small world for the browser: reversals, conditions, copies, hearsay, a correction, and hostile text."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from tests.unit.timeline.messages import amendment, change, evidence, side, statement, verdict

BYRNE = {"id": "orla-byrne", "name": "Orla Byrne"}
PORT = {"id": "port-authority", "name": "Port Authority of Inverlane"}
MOREL = {"id": "etienne-morel", "name": "Étienne Morel"}
HOSTILE_ACTOR = {"id": "<script>/../x", "name": "<img src=x onerror=alert(1)> \u202egnp.exe"}
BRIDGE = {
    "id": "harbour-bridge",
    "name": "Harbour bridge",
    "proposition": "The city should build the harbour bridge",
}
FERRY = {"id": "night-ferry", "name": "Night ferry", "proposition": "The night ferry should be kept"}
TOLL = {
    "id": "road-toll",
    "name": "Road toll",
    "proposition": "Drivers should pay a toll to enter the centre",
}
HOSTILE_ISSUE = {
    "id": "hostile issue",
    "name": "</title><script>alert(2)</script>",
    "proposition": '=HYPERLINK("http://evil.example") {{ 7*7 }} <!channel>',
}
LONG_QUOTE = (
    "If the ministry pays its half and the ferry crews are offered work, then yes, I can live with a bridge, "
    "and I would say so to anybody who asks me at the harbour"
)


def said(name: str, stance: str, when: str, quote: str, **over: Any) -> BaseModel:
    return statement(name, stance, when, quote=quote, **over)


def bridge() -> list[BaseModel]:
    """Against for years, then for it on condition, then without; a copy, hearsay, a struck report."""
    post = {"source": "Harbour Post", "url": "https://harbour-post.example/a"}
    wire = {"source": "Coast Wire", "url": "https://coast-wire.example/b"}
    echo = {"source": "Inverlane Echo", "url": "https://echo.example/c"}
    return [
        said("b1", "oppose", "2023-02-11T10:00:00Z", "A bridge would be the end of the harbour as we know it", article=post),
        said("b2", "oppose", "2023-09-02T10:00:00Z", "I voted against it and I would do so again", article=wire, voice="act"),
        said("b3", "support", "2023-11-20T10:00:00Z", "privately she has always wanted the bridge", article=echo,
             voice="hearsay", counts=False, reason="HEARSAY", speaker="a council source", reported_by=["a council source"]),
        said("b4", "oppose", "2024-03-14T10:00:00Z", "there are better uses for that money", article=post, said_precision="day"),
        said("b5", "neutral", "2024-06-01T10:00:00Z", "would she change her mind?", article=wire, counts=False, reason="QUESTION", voice="other"),
        said("b6", "support", "2024-09-30T10:00:00Z", LONG_QUOTE, article=post, conditional=True,
             condition="If the ministry pays its half and the ferry crews are offered work"),
        change("chg-bridge-1", "oppose", "support", actor=BYRNE, issue=BRIDGE, confidence=0.912, kind="soften",
               **{"from": side("oppose", "2024-03-14T10:00:00Z", "there are better uses for that money"),
                  "to": side("support", "2024-09-30T10:00:00Z", LONG_QUOTE, conditional=True)},
               evidence=[
                   evidence("b1", "oppose", -3.1, "2023-02-11T10:00:00Z", quote="A bridge would be the end of the harbour as we know it"),
                   evidence("b2", "oppose", -2.2, "2023-09-02T10:00:00Z", quote="I voted against it and I would do so again", source="Coast Wire", voice="act"),
                   evidence("b4", "oppose", -1.4, "2024-03-14T10:00:00Z", quote="there are better uses for that money"),
                   evidence("b6", "support", 7.3, "2024-09-30T10:00:00Z", quote=LONG_QUOTE),
               ]),
        said("b7", "support", "2024-09-30T15:00:00Z", LONG_QUOTE, article=echo, conditional=True),
        said("b8", "support", "2025-02-03T10:00:00Z", "The bridge has my vote, whatever the ministry decides", article=wire),
        amendment("chg-bridge-1-b", "condition_dropped", "chg-bridge-1", actor=BYRNE, issue=BRIDGE, witnesses=2,
                  to=side("support", "2025-02-03T10:00:00Z", "The bridge has my vote, whatever the ministry decides", source="Coast Wire"),
                  explanation="The position no longer depends on the condition."),
        said("b9", "oppose", "2025-03-20T10:00:00Z", "Byrne told aides she regrets her yes", article=echo),
        change("chg-bridge-2", "support", "oppose", actor=BYRNE, issue=BRIDGE, confidence=0.861, kind="reverse",
               **{"from": side("support", "2025-02-03T10:00:00Z", "The bridge has my vote, whatever the ministry decides"),
                  "to": side("oppose", "2025-03-20T10:00:00Z", "Byrne told aides she regrets her yes", source="Inverlane Echo")},
               evidence=[evidence("b8", "support", -4.0, "2025-02-03T10:00:00Z"), evidence("b9", "oppose", 6.8, "2025-03-20T10:00:00Z", source="Inverlane Echo", quote="Byrne told aides she regrets her yes")]),
        statement("b10", "none", "2025-03-22T10:00:00Z", kind="correction", strikes="oppose", counts=False, reason="CORRECTION",
                  voice="other", quote="Correction: an earlier report wrongly said that Orla Byrne regrets her vote.", article=echo),
        amendment("chg-bridge-2-b", "withdrawn", "chg-bridge-2", actor=BYRNE, issue=BRIDGE,
                  explanation="Inverlane Echo corrected the report on which this alert rested."),
        verdict("v1", "true", "chg-bridge-1"), verdict("v2", "not_a_change", "chg-bridge-2"),
    ]  # fmt: skip


def others() -> list[BaseModel]:
    """Baselines and one commitment."""
    return [
        statement("f1", "support", "2025-01-15T09:00:00Z", actor=BYRNE, issue=FERRY, quote="The night ferry stays, full stop"),
        statement("t1", "neutral", "2025-01-20T09:00:00Z", actor=BYRNE, issue=TOLL, quote="I have not made up my mind about the toll"),
        statement("p1", "support", "2024-12-01T09:00:00Z", actor=PORT, issue=BRIDGE, quote="the authority backs the bridge plan in full", voice="organisation"),
        statement("p2", "oppose", "2025-02-01T09:00:00Z", actor=PORT, issue=TOLL, quote="a toll would cut the port off from its customers", voice="spokesperson", speaker="a spokeswoman"),
        statement("m1", "neutral", "2025-01-10T09:00:00Z", actor=MOREL, issue=TOLL, quote="I'm undecided"),
        statement("m2", "support", "2025-03-28T09:00:00Z", actor=MOREL, issue=TOLL, quote="Drivers will have to pay, and I will sign it"),
        change("chg-toll-1", "neutral", "support", actor=MOREL, issue=TOLL, kind="commit", confidence=0.985, witnesses=3,
               **{"from": side("neutral", "2025-01-10T09:00:00Z", "I'm undecided"),
                  "to": side("support", "2025-03-28T09:00:00Z", "Drivers will have to pay, and I will sign it")},
               evidence=[evidence("m1", "neutral", -0.8, "2025-01-10T09:00:00Z", quote="I'm undecided"),
                         evidence("m2", "support", 5.2, "2025-03-28T09:00:00Z", quote="Drivers will have to pay, and I will sign it"),
                         evidence("m3", "support", 0.0, "2025-03-28T09:00:00Z", quote="Drivers will have to pay, and I will sign it", source="Inverlane Echo", copy_of="m2"),
                         evidence("m4", "support", 2.9, "2025-03-29T09:00:00Z", quote="Of course there will be a toll", source="Coast Wire", voice="spokesperson")]),
    ]  # fmt: skip


def hostile() -> list[BaseModel]:
    """Everything foreign is an attack: markup, scripts, bidi controls, templates, bad links."""
    attack = (
        "<script>document.title='owned'</script> \u202eevil\u202c {{ 7*7 }} <!channel> & \"quoted\" 'too'"
    )
    bad = {"source": "<b>Bad</b>", "url": "javascript:alert(3)", "title": "<h1>big</h1>", "id": "../../x"}
    return [
        statement("h1", "oppose", "2025-01-01T09:00:00Z", actor=HOSTILE_ACTOR, issue=HOSTILE_ISSUE, quote=attack,
                  context=attack, speaker=attack, article=bad),
        statement("h2", "support", "2025-02-01T09:00:00Z", actor=HOSTILE_ACTOR, issue=HOSTILE_ISSUE, quote=attack,
                  article=bad | {"id": "y", "url": "https://good.example@evil.example/"}),
        change("h/../<x>?#", actor=HOSTILE_ACTOR, issue=HOSTILE_ISSUE, explanation=attack,
               **{"from": side("oppose", "2025-01-01T09:00:00Z", attack, url="data:text/html,x"),
                  "to": side("support", "2025-02-01T09:00:00Z", attack, source=attack, url="javascript:alert(4)")},
               evidence=[evidence("h1", "support", 4.0, quote=attack, url="vbscript:x", source=attack)]),
    ]  # fmt: skip


def world() -> list[BaseModel]:
    """Everything above."""
    return [*bridge(), *others(), *hostile()]
