"""The watchlist: which actors and which issues are watched (the editor's file, YAML or JSON)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from stancewatch_shared.yaml_source import load_yaml

from stance_classifier.propositions import negate


class Actor(BaseModel):
    """A person or organisation whose positions are watched."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1, max_length=200, description="Stable id; part of every message key.")
    name: str = Field(min_length=1, max_length=300, description="Full name, as a first mention gives it.")
    aliases: tuple[str, ...] = Field(
        default=(), description="Other names, titles and roles that mean this actor."
    )
    kind: Literal["person", "organisation"] | None = Field(
        default=None, description="Guessed from the name where absent."
    )
    spokespeople: tuple[str, ...] = Field(default=(), description="Names of people who speak for this actor.")
    note: str | None = Field(default=None, description="For people; not read by the program.")


class Issue(BaseModel):
    """A question on which actors take positions; stance is always toward the proposition."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1, max_length=200)
    name: str = Field(min_length=1, max_length=300)
    proposition: str = Field(min_length=3, max_length=1000, description='A full sentence: "X should do Y".')
    negation: str | None = Field(
        default=None, description="The opposite as a full sentence; made when absent."
    )
    keywords: tuple[str, ...] = Field(default=(), description="Words that help to find text; may end in *.")
    actors: tuple[str, ...] = Field(default=(), description="Ids of the actors watched on it; empty: all.")
    note: str | None = Field(default=None, description="For people; not read by the program.")

    @property
    def opposite(self) -> str:
        """The negated proposition, written by the editor or made by rule."""
        return self.negation or negate(self.proposition)


_Entry = TypeVar("_Entry", Actor, Issue)


class Watchlist(BaseModel):
    """All that is watched."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    actors: tuple[Actor, ...] = Field(description="At least one actor.")
    issues: tuple[Issue, ...] = Field(description="At least one issue.")

    @field_validator("actors", "issues")
    @classmethod
    def _ids_are_unique(cls, values: tuple[_Entry, ...]) -> tuple[_Entry, ...]:
        if not values:
            raise ValueError("nothing is watched: name at least one")
        seen: set[str] = set()
        for value in values:
            if value.id in seen:
                raise ValueError(f"the id {value.id!r} stands twice")
            if "|" in value.id:
                raise ValueError(
                    f"the id {value.id!r} must not contain '|' (it separates actor and issue in keys)"
                )
            seen.add(value.id)
        return values

    @model_validator(mode="after")
    def _issue_actors_exist(self) -> Self:
        known = {actor.id for actor in self.actors}
        for issue in self.issues:
            for actor_id in issue.actors:
                if actor_id not in known:
                    raise ValueError(
                        f"issue {issue.id!r} names the actor {actor_id!r}, which is not on the list"
                    )
        return self

    def issues_of(self, actor: Actor) -> tuple[Issue, ...]:
        """The issues on which this actor is watched."""
        return tuple(issue for issue in self.issues if not issue.actors or actor.id in issue.actors)


def load_watchlist(path: Path) -> Watchlist:
    """Reads and checks a watchlist file.

    Raises UserError with file, line and reason when it is unreadable, empty or wrong.
    """
    return load_yaml(path, Watchlist)
