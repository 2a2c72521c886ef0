"""Who is mentioned where: watched actors, other named people and bodies, roles and pronouns, in text order.

Pure: a document and a watchlist in, mentions out. Resolution of roles and pronouns is in coreference.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from stance_classifier.folding import fold
from stance_classifier.lexicon import (
    GROUP_HEADS,
    NOT_NAMES,
    PLACE_PREPOSITIONS,
    PLACE_WORDS,
    ROLE_HEADS,
    TITLES,
)
from stance_classifier.passages import Span
from stance_classifier.watchlist import Actor

Kind = Literal["name", "role", "group", "pronoun"]

_PARTICLE = r"(?:de|del|della|der|den|van|von|la|le|al|el|bin|ibn|da|dos|do|di|du|af|av|zu|y|e|ni|ua|mac|mc)"
_CAPITALISED = r"[A-Z][\w'\-]*[\w]"
_NAME = re.compile(rf"\b{_CAPITALISED}(?:(?:\s{_PARTICLE}){{0,2}}[\s\-]{_CAPITALISED}|\s[A-Z]\.)*")
_DEFINITE = re.compile(r"\b(?:[Tt]he|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir)\s((?:[\w\-]+\s){0,4}[\w\-]+)")
_PRONOUN = re.compile(r"\b(?:he|him|his|she|her|hers|it|its|they|their|them)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Mention(Span):
    """One mention: `name` is canonical for others, `actor_id` is set when it is a watched actor."""

    kind: Kind = "name"
    text: str = ""
    actor_id: str | None = None
    name: str = ""
    confidence: float = 1.0
    is_person: bool = True


def guess_kind(actor: Actor) -> Literal["person", "organisation"]:
    """Person or organisation, from the watchlist or from the look of the name."""
    if actor.kind is not None:
        return actor.kind
    words = fold(actor.name).split()
    lowered = {word.lower().strip(".,") for word in words}
    if any(_names_a_body(fold(alias), words[-1].lower()) for alias in actor.aliases):
        return "organisation"
    looks_personal = 2 <= len(words) <= 5 and not lowered & (GROUP_HEADS | {"of", "for", "and", "the", "&"})
    return (
        "person"
        if looks_personal
        and not any((word.isupper() and len(word) > 2) or word.endswith("s'") for word in words)
        else "organisation"
    )


def _names_a_body(alias: str, last_of_name: str) -> bool:
    """ "BBC", "the carriers' association", "the growers"; "the Circle" of a Members' Circle, where nobody's surname has "the"."""
    words = [word.lower() for word in alias.split()]
    is_acronym = len(words) == 1 and len(alias) > 2 and alias.isupper()
    if is_acronym or set(words) & ROLE_HEADS:
        return is_acronym
    is_definite = words[0] == "the" and len(words) > 1
    is_plural = re.search(r"[^suai]s$", words[-1]) is not None
    return words[-1] in GROUP_HEADS or (is_definite and (is_plural or words[-1] == last_of_name))


def surname(name: str) -> str:
    """The last word of a person's name, with its particles left out."""
    return fold(name).split()[-1]


@lru_cache(maxsize=256)
def _actor_pattern(actors: tuple[Actor, ...]) -> tuple[re.Pattern[str], dict[str, str], frozenset[str]]:
    """What to look for; whose form each is; and which were given with "the", as in "the growers"."""
    forms: dict[str, str] = {}
    definite = set()
    for actor in actors:
        own = [actor.name, *actor.aliases]
        if guess_kind(actor) == "person":
            own.append(surname(actor.name))
        for form in own:
            folded = re.sub(r"^the ", "", fold(form).strip(), flags=re.IGNORECASE)
            if len(folded) > 1:
                forms.setdefault(folded.lower(), actor.id)
            if folded != fold(form).strip():
                definite.add(folded.lower())
    longest_first = sorted(forms, key=len, reverse=True)
    alternatives = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in longest_first)
    return re.compile(rf"(?<![\w])(?:{alternatives})(?![\w])", re.IGNORECASE), forms, frozenset(definite)


def actor_mentions(text: str, actors: Sequence[Actor]) -> list[Mention]:
    """Mentions of watched actors by name or alias (diacritics and case of multi-word roles do not matter)."""
    folded = fold(text)
    pattern, forms, definite = _actor_pattern(tuple(actors))
    people = {actor.id for actor in actors if guess_kind(actor) == "person"}
    mentions = []
    for match in pattern.finditer(folded):
        form = re.sub(r"\s+", " ", match.group(0)).lower()
        words = text[match.start() : match.end()]
        is_called_so = form in definite and folded[: match.start()].lower().endswith("the ")
        if not (" " in form or words[0].isupper() or form in ROLE_HEADS | GROUP_HEADS or is_called_so):
            continue
        actor_id = forms[form]
        mentions.append(
            Mention(match.start(), match.end(), "name", words, actor_id, actor_id, 1.0, actor_id in people)
        )
    return mentions


def other_names(text: str, taken: Iterable[Span]) -> list[Mention]:
    """Capitalised names that are no watched actor's."""
    folded = fold(text)
    blocked = list(taken)
    found = []
    for match in _NAME.finditer(folded):
        start, end = match.start(), match.end()
        while True:
            first = folded[start:end].split(" ", 1)
            if (
                first[0].lower() in NOT_NAMES
                or first[0][:2] in ("I'", "Q:")
                or first[0].lower() in TITLES | ROLE_HEADS
            ):
                if len(first) == 1:
                    start = end
                    break
                start += len(first[0]) + 1
            else:
                break
        span = Span(start, end)
        if start < end and _only_opens_a_sentence(folded, start, end):
            continue
        if start >= end or any(span.overlaps(other) for other in blocked):
            continue
        words = text[start:end]
        lowered = {word.lower() for word in folded[start:end].split()}
        personal = (
            not lowered & GROUP_HEADS and not words.isupper() and _looks_like_a_person(folded, start, end)
        )
        found.append(Mention(start, end, "name", words, None, fold(words), 1.0, personal))
    return found


def _looks_like_a_person(folded: str, start: int, end: int) -> bool:
    """A title or role before it, an apposition or a saying verb after it; places stand behind prepositions."""
    before = folded[max(0, start - 40) : start].lower().split()
    after = folded[end : end + 40].lower()
    last = before[-1].strip(",") if before else ""
    if last in TITLES or last.strip(".") in TITLES or last in ROLE_HEADS:
        return True
    if re.match(r"(?:,? (?:who|said|says|told|added)\b|, (?:the|a|an|\d\d)\b)", after):
        return True
    words = {word.lower() for word in folded[start:end].split()}
    return len(words) > 1 and last not in PLACE_PREPOSITIONS and not words & PLACE_WORDS


def _only_opens_a_sentence(folded: str, start: int, end: int) -> bool:
    """A single capitalised word at the start of a sentence is no name unless it stands so elsewhere, too."""
    word = folded[start:end]
    if " " in word or not re.search(
        r"(?:^|[.!?…\n][\"'”’)\]]*\s*[\"'“‘(]?)$", folded[max(0, start - 4) : start]
    ):
        return False
    return not any(
        folded[max(0, m.start() - 2) : m.start()].strip()
        and not re.search(r"[.!?\n“\"]\s*$", folded[max(0, m.start() - 3) : m.start()])
        for m in re.finditer(rf"\b{re.escape(word)}\b", folded)
        if m.start() != start
    )


def definite_descriptions(text: str, taken: Iterable[Span]) -> list[Mention]:
    """ "the foreign minister", "the union": roles and bodies that stand for someone named elsewhere."""
    folded = fold(text)
    blocked = list(taken)
    found = []
    for match in _DEFINITE.finditer(folded):
        words = match.group(1).lower().split()
        position = next(
            (i for i, word in enumerate(words) if word in ROLE_HEADS or word in GROUP_HEADS), None
        )
        if position is None:
            continue
        while position + 1 < len(words) and words[position + 1] in ROLE_HEADS:
            position += 1
        head, phrase = words[position], " ".join(words[: position + 1])
        end = match.start(1) + len(phrase)
        if any(Span(match.start(), end).overlaps(other) for other in blocked):
            continue
        kind: Kind = "role" if head in ROLE_HEADS else "group"
        found.append(
            Mention(match.start(), end, kind, text[match.start() : end], None, phrase, 1.0, kind == "role")
        )
    return found


def pronouns(text: str) -> list[Mention]:
    """Third-person pronouns."""
    return [
        Mention(match.start(), match.end(), "pronoun", match.group(0), None, match.group(0).lower(), 1.0)
        for match in _PRONOUN.finditer(text)
    ]
