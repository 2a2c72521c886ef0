"""A proposition asked from its affirmative side: "should scrap the levy" becomes "should keep the levy", turned.

Small encoders read approval and disapproval of a thing well, but fail where they must also turn round the
proposition ("opposes scrapping"): wording, measure and proposition are then a parity of three bits (see the model
card). So the turning is done here, by a closed list of verbs with a plain opposite, and the model is only asked
about the affirmative side. Measures without such an opposite (cut, raise, tax ...) are left as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BASE = {
    "scrap": "keep", "abolish": "keep", "ban": "allow", "prohibit": "allow", "outlaw": "allow", "forbid": "allow",
    "bar": "allow", "end": "continue", "stop": "continue", "halt": "continue", "cease": "continue", "suspend": "continue",
    "discontinue": "continue", "close": "keep open", "shut": "keep open", "shut down": "keep open", "close down": "keep open",
    "repeal": "keep", "revoke": "keep", "rescind": "keep", "cancel": "go ahead with", "abandon": "go ahead with",
    "call off": "go ahead with", "shelve": "go ahead with", "withdraw from": "stay in", "leave": "stay in", "quit": "stay in",
    "exit": "stay in", "pull out of": "stay in", "stay out of": "join", "keep out of": "join", "reject": "accept",
    "refuse to": "agree to", "refuse": "accept", "turn down": "accept", "decline": "accept", "block": "allow", "veto": "sign",
    "oppose": "support", "drop": "keep", "ditch": "keep", "axe": "keep", "remove": "keep", "eliminate": "keep",
    "get rid of": "keep", "do away with": "keep", "lift": "keep", "dismiss": "keep", "sack": "keep", "fire": "keep",
    "oust": "keep", "resign": "stay in office", "step down": "stay in office", "stand down": "stay in office",
    "delay": "go ahead now with", "postpone": "go ahead now with", "put off": "go ahead now with", "tear down": "keep",
    "demolish": "keep", "pull down": "keep", "knock down": "keep", "sell": "keep", "sell off": "keep", "boycott": "take part in",
    "expel": "keep", "deny": "grant", "disband": "keep", "dissolve": "keep", "phase out": "keep", "break up": "keep together",
    "withdraw": "keep", "withhold": "grant", "defund": "fund", "strip": "leave", "waive": "keep", "skip": "attend",
    "break off": "continue", "walk away from": "stay with",
}  # fmt: skip
_PARTICIPLE = {
    "scrapped": "kept", "abolished": "kept", "banned": "allowed", "prohibited": "allowed", "outlawed": "allowed",
    "forbidden": "allowed", "barred": "allowed", "ended": "continued", "stopped": "continued", "halted": "continued",
    "suspended": "continued", "discontinued": "continued", "closed": "kept open", "shut": "kept open", "shut down": "kept open",
    "closed down": "kept open", "repealed": "kept", "revoked": "kept", "rescinded": "kept", "cancelled": "held as planned",
    "canceled": "held as planned", "abandoned": "continued", "called off": "held as planned", "shelved": "carried out",
    "rejected": "accepted", "refused": "accepted", "turned down": "accepted", "blocked": "allowed", "vetoed": "signed",
    "opposed": "supported", "dropped": "kept", "ditched": "kept", "axed": "kept", "removed": "kept", "eliminated": "kept",
    "lifted": "kept", "dismissed": "kept", "sacked": "kept", "fired": "kept", "ousted": "kept", "delayed": "carried out now",
    "postponed": "carried out now", "put off": "carried out now", "torn down": "kept", "demolished": "kept",
    "pulled down": "kept", "knocked down": "kept", "sold": "kept", "sold off": "kept", "boycotted": "attended",
    "expelled": "kept", "denied": "granted", "disbanded": "kept", "dissolved": "kept", "phased out": "kept",
    "broken up": "kept together", "withdrawn": "kept", "withheld": "granted", "waived": "kept", "stripped": "left",
}  # fmt: skip


def _alternatives(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_MODAL = (
    r"should|must|ought|shall|will|would|needs? to|has to|have to"
    r"|(?:is|are|was|were|would be|it is) (?:right|wrong) (?:for [\w\s'’-]{2,60}? )?to|(?:it is )?time (?:for [\w\s'’-]{2,60}? )?to"
)
_ADVERB = r"(?:(?:now|immediately|also|finally|permanently|fully|completely|publicly|formally|gradually|simply|\w+ly)\s+)?"
_FRAME = re.compile(
    rf"\b(?P<modal>{_MODAL})\s+(?P<no>(?:not|never|no longer)\s+)?(?P<to>to\s+)?(?P<adverb>{_ADVERB})"
    rf"(?:(?P<be>be\s+(?:allowed\s+to\s+)?)(?P<adverb2>{_ADVERB})(?P<participle>{_alternatives(_PARTICIPLE)})\b"
    rf"|(?P<base>{_alternatives(_BASE)})\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Affirmed:
    """The affirmative proposition; `turned` says that support of it is opposition to the one that was asked."""

    proposition: str
    turned: bool


def affirm(proposition: str) -> Affirmed:
    """Returns the affirmative side of a proposition.

    >>> affirm("The council should scrap the levy.")
    Affirmed(proposition='The council should keep the levy.', turned=True)
    >>> affirm("The levy should not be abolished.")
    Affirmed(proposition='The levy should be kept.', turned=False)
    >>> affirm("The council should not build the tower.")
    Affirmed(proposition='The council should build the tower.', turned=True)
    """
    match = _FRAME.search(proposition)
    if match is None:
        return Affirmed(proposition, False)
    turned = bool(match.group("no"))
    modal = match.group("modal")
    if re.search(r"\bwrong\b", modal, re.IGNORECASE):
        modal, turned = re.sub(r"\bwrong\b", "right", modal, flags=re.IGNORECASE), not turned
    verb = ""
    if match.group("participle") and "allowed" not in (match.group("be") or ""):
        verb = "be " + (match.group("adverb2") or "") + _PARTICIPLE[match.group("participle").lower()]
        turned = not turned
    elif match.group("base"):
        verb = _BASE[match.group("base").lower()]
        turned = not turned
    elif match.group("be"):
        verb = proposition[match.start("be") : match.end()]
    rest = proposition[match.end() :]
    head = (
        proposition[: match.start()] + modal + " " + (match.group("to") or "") + (match.group("adverb") or "")
    )
    return Affirmed(re.sub(r"\s+", " ", head + verb + rest).strip(), turned)
