"""Resolves names, surnames, roles, bodies and pronouns to the entity they mean, left to right.

One pass over the mentions of a document. The memory holds who was mentioned last, in which role and of
which sex, as far as the text itself told (Hobbs-like recency with subject preference; no name lists).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from stance_classifier.discourse import POSSESSIVES, Entity, Memory, notice, remember_watchlist
from stance_classifier.entities import (
    Mention,
    actor_mentions,
    definite_descriptions,
    guess_kind,
    other_names,
    pronouns,
    surname,
)
from stance_classifier.folding import fold
from stance_classifier.lexicon import (
    AUTHORISED,
    GENERIC_BODIES,
    GROUP_HEADS,
    NOT_NAMES,
    PRONOUNS,
    ROLE_HEADS,
    TITLES,
)
from stance_classifier.passages import Document
from stance_classifier.watchlist import Actor

SURE, ROLE, PRONOUN, BODY, VAGUE = 1.0, 0.9, 0.85, 0.85, 0.7


def resolve_mentions(document: Document, actors: Sequence[Actor], title: str = "") -> list[Mention]:
    """All mentions in text order; `actor_id` and `confidence` are set where they mean a watched actor.

    Mentions of others carry `name`; a pronoun or role that can't be resolved has an empty name.
    """
    named = actor_mentions(document.text, actors)
    others = other_names(document.text, named)
    described = definite_descriptions(document.text, [*named, *others])
    names = [*named, *(o for o in others if not _qualifies_a_title(document.text, o))]
    apart = [d for d in described if not _stands_before_a_name(document.text, d, names)]
    ordered = sorted([*names, *apart, *pronouns(document.text)], key=lambda m: (m.start, -m.end))
    memory = remember_watchlist(actors)
    memory.named = frozenset(m.actor_id for m in (*named, *actor_mentions(title, actors)) if m.actor_id)
    surnames = {surname(actor.name).lower(): actor for actor in actors if guess_kind(actor) == "person"}
    resolved: list[Mention] = []
    for found in ordered:
        if resolved and found.start < resolved[-1].end:
            continue
        entity, confidence, mention = _resolve(found, document, memory, surnames)
        if entity is None:
            resolved.append(replace(mention, actor_id=None, name="", confidence=0.0))
            continue
        notice(entity, mention, document, memory)
        resolved.append(
            replace(
                mention,
                actor_id=entity.actor_id,
                name=entity.name,
                confidence=confidence,
                is_person=entity.is_person,
            )
        )
    return resolved


def _qualifies_a_title(text: str, name: Mention) -> bool:
    """ "Green leader NAME", "Penlan councillor NAME": a party or place before somebody's title speaks for nobody."""
    words = text[name.end : name.end + 40].split()
    heads = [i for i, word in enumerate(words[:3]) if word.lower() in ROLE_HEADS]
    return (
        text[name.end : name.end + 1] == " "
        and bool(heads)
        and words[heads[0] + 1 : heads[0] + 2] != []
        and words[heads[0] + 1][:1].isupper()
    )


def _stands_before_a_name(text: str, description: Mention, names: Sequence[Mention]) -> bool:
    """ "the economist NAME", "its chief, NAME,": the description only introduces the name."""
    return any(
        description.end < name.start <= description.end + 40
        and re.fullmatch(r"(?: [\w\-]+){0,2},? (?:(?:[A-Z][\w.]*|the) )?", text[description.end : name.start])
        and (name.is_person or name.actor_id is not None)
        for name in names
    )


def _resolve(
    mention: Mention, document: Document, memory: Memory, surnames: dict[str, Actor]
) -> tuple[Entity | None, float, Mention]:
    if mention.kind == "pronoun":
        return (*_resolve_pronoun(mention, document, memory), mention)
    if mention.kind in ("role", "group"):
        return (*_resolve_description(mention, document, memory), mention)
    mention, namesake = _widen_namesake(mention, document, surnames, memory)
    if mention.actor_id is not None and not namesake:
        return memory.entities[mention.actor_id], SURE, mention
    return _other_entity(mention, memory), SURE, mention


def _widen_namesake(
    mention: Mention, document: Document, surnames: dict[str, Actor], memory: Memory
) -> tuple[Mention, bool]:
    """A watched surname behind another first name is another person; so is the bare surname after it."""
    folded = fold(document.text[mention.start : mention.end]).lower()
    actor = surnames.get(folded)
    if mention.actor_id is None or actor is None:
        return mention, False
    before = document.text[max(0, mention.start - 40) : mention.start]
    word = (
        before.rstrip().split()[-1]
        if before.strip() and before.endswith(" ") and "\n" not in before[-2:]
        else ""
    )
    own_words = {w.lower() for form in (actor.name, *actor.aliases) for w in fold(form).split()}
    if (
        word[:1].isupper()
        and word.isalpha()
        and fold(word).lower() not in own_words | TITLES | ROLE_HEADS | GROUP_HEADS | NOT_NAMES
    ):
        at_sentence_start = document.sentence_at(mention.start).start == mention.start - len(word) - 1
        if not at_sentence_start or len(word) > 3:
            start = mention.start - len(word) - 1
            full = document.text[start : mention.end]
            return replace(
                mention, start=start, text=full, actor_id=None, name=fold(full), is_person=True
            ), True
    namesakes = [
        e
        for e in memory.entities.values()
        if e.actor_id is None and surname(e.name).lower() == folded and " " in e.name
    ]
    own = memory.entities[actor.id]
    nearest = memory.most_recent([own, *namesakes])
    if namesakes and nearest is not None and nearest is not own:
        return replace(mention, actor_id=None, name=nearest.name), True
    return mention, False


def _other_entity(mention: Mention, memory: Memory) -> Entity:
    name = mention.name
    if " " not in name:
        for entity in memory.entities.values():
            if entity.actor_id is None and entity.name.split()[-1:] == [name]:
                return entity
    key = f"other:{name}"
    return memory.entities.setdefault(key, Entity(key, None, mention.is_person, name))


def _resolve_description(mention: Mention, document: Document, memory: Memory) -> tuple[Entity | None, float]:
    head = mention.name.split()[-1]
    possessive = mention.text.split()[0].lower()
    if possessive in POSSESSIVES and head in AUTHORISED:
        owner = replace(mention, kind="pronoun", name=possessive, end=mention.start + len(possessive))
        return _resolve_pronoun(owner, document, memory)
    candidates = [entity for entity in memory.entities.values() if head in entity.heads]
    entity = memory.most_recent(candidates)
    if entity is None and mention.kind == "group" and head in GENERIC_BODIES:
        bodies = [e for e in memory.entities.values() if not e.is_person and e.last_seen >= 0]
        entity = memory.most_recent(bodies)
        candidates = bodies
    if entity is None:
        return None, 0.0
    confidence = ROLE if mention.kind == "role" else BODY
    return entity, confidence if len(candidates) == 1 else confidence - 0.1


def _resolve_pronoun(mention: Mention, document: Document, memory: Memory) -> tuple[Entity | None, float]:
    sex = PRONOUNS[mention.name]
    if document.is_quoted(mention):
        return None, 0.0
    if sex in "mf":
        fitting = [
            e for e in memory.entities.values() if e.is_person and e.sex in (None, sex) and e.last_seen >= 0
        ]
    else:
        fitting = [e for e in memory.entities.values() if not e.is_person and e.last_seen >= 0]
    if not fitting:
        return _only_one_named(sex, memory)
    if mention.name in ("him", "them") and len(fitting) > 1:
        subject = memory.subjects.get(document.sentence_at(mention.start).index)
        fitting = [entity for entity in fitting if entity.key != subject]
    entity = _topic_or_recent(mention, document, memory, fitting)
    if mention.name in ("he", "she") and entity.sex is None:
        entity.sex = sex
    return entity, PRONOUN if sex in "mf" and len(fitting) <= 2 else VAGUE


def _only_one_named(sex: str, memory: Memory) -> tuple[Entity | None, float]:
    """A pronoun before any name: the one watched actor of its kind whom headline or text name at all."""
    named = [e for e in memory.entities.values() if e.key in memory.named and e.is_person == (sex in "mf")]
    fitting = [entity for entity in named if entity.sex in (None, sex) or sex not in "mf"]
    return (fitting[0], VAGUE) if len(fitting) == 1 else (None, 0.0)


def _topic_or_recent(mention: Mention, document: Document, memory: Memory, fitting: list[Entity]) -> Entity:
    """The subject of this sentence, then of the one before, then whoever was mentioned last."""
    index = document.sentence_at(mention.start).index
    by_key = {entity.key: entity for entity in fitting}
    for earlier in (index, index - 1):
        subject = memory.subjects.get(earlier)
        if subject in by_key:
            return by_key[subject]
    return max(fitting, key=lambda entity: entity.last_seen)
