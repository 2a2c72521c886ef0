"""What a reader keeps in mind while reading: who was mentioned, last when, in which role, of which sex."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from stance_classifier.entities import Mention, guess_kind
from stance_classifier.folding import fold
from stance_classifier.lexicon import FEMALE, GROUP_HEADS, MALE, ROLE_HEADS
from stance_classifier.passages import Document
from stance_classifier.watchlist import Actor

POSSESSIVES = frozenset({"his", "her", "its", "their"})


@dataclass
class Entity:
    key: str
    actor_id: str | None
    is_person: bool
    name: str
    sex: str | None = None
    heads: set[str] = field(default_factory=set)
    last_seen: int = -1


@dataclass
class Memory:
    entities: dict[str, Entity] = field(default_factory=dict)
    subjects: dict[int, str] = field(default_factory=dict)
    named: frozenset[str] = frozenset()

    def most_recent(self, candidates: Sequence[Entity]) -> Entity | None:
        seen = [entity for entity in candidates if entity.last_seen >= 0]
        return max(
            seen, key=lambda entity: entity.last_seen, default=candidates[0] if len(candidates) == 1 else None
        )


def remember_watchlist(actors: Sequence[Actor]) -> Memory:
    memory = Memory()
    for actor in actors:
        words = {
            word.strip(".,'").lower() for form in (actor.name, *actor.aliases) for word in fold(form).split()
        }
        heads = words & (ROLE_HEADS | GROUP_HEADS)
        is_person = guess_kind(actor) == "person"
        sex = "m" if words & (MALE - ROLE_HEADS) else "f" if words & (FEMALE - ROLE_HEADS) else None
        memory.entities[actor.id] = Entity(actor.id, actor.id, is_person, actor.name, sex, heads)
    return memory


def notice(entity: Entity, mention: Mention, document: Document, memory: Memory) -> None:
    sentence = document.sentence_at(mention.start)
    if document.is_quoted(mention) and mention.kind != "name":
        return
    if not document.is_quoted(mention) or entity.actor_id is not None:
        entity.last_seen = mention.start
    if not document.is_quoted(mention) and mention.name not in POSSESSIVES:
        memory.subjects.setdefault(sentence.index, entity.key)
    if mention.kind != "name":
        return
    before = (
        fold(document.text[max(sentence.start, mention.start - 60) : mention.start])
        .lower()
        .replace(",", " , ")
        .split()
    )
    after = fold(document.text[mention.end : mention.end + 80]).lower()
    entity.heads |= _heads_before(before)
    if after.startswith(", "):
        apposition = after[2:].split(",")[0].split(" who ")[0].replace("-", " ").split()[:7]
        entity.heads |= set(apposition) & (ROLE_HEADS if entity.is_person else GROUP_HEADS)
    words = set(before[-3:])
    if entity.sex is None and entity.is_person:
        entity.sex = "m" if words & MALE else "f" if words & FEMALE else None


def _heads_before(before: list[str]) -> set[str]:
    """Role words that stand right before a name ("British finance minister X")."""
    heads: set[str] = set()
    for word in reversed((before[:-1] if before[-1:] == [","] else before)[-4:]):
        if word in ROLE_HEADS:
            heads.add(word)
        elif heads or word in {",", "and", "said", "the"}:
            break
    return heads
