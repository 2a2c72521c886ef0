"""The routes file (routes.yaml): desks, receivers, routes and what mutes what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator
from stancewatch_shared.errors import UserError
from stancewatch_shared.yaml_source import load_yaml_with_lines

from alerting.durations import Duration, TimeOfDay, Zone
from alerting.receivers import Name, Receiver, Strict
from alerting.view import Tier

Kind = Literal["reverse", "soften", "harden", "commit", "condition_added", "condition_dropped", "none"]
GroupKey = Literal["actor", "issue", "kind"]


class Desk(Strict):
    """A desk takes the alerts on its actors or its issues (either is enough)."""

    name: Name
    actors: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()


class Match(Strict):
    """All that is given must match; within a list one is enough; an empty match takes everything."""

    actors: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    desks: tuple[Name, ...] = ()
    kinds: tuple[Kind, ...] = ()
    languages: tuple[str, ...] = ()
    tier: Tier | None = Field(None, description="possible (one uncertain source) or confirmed")
    min_confidence: float = Field(0.0, ge=0, le=1)
    min_witnesses: int = Field(1, ge=1)


class Group(Strict):
    """Wait a little: ``at_least`` alerts of one group that come within ``wait`` become one digest."""

    wait: Duration
    at_least: int = Field(3, ge=2, le=100)
    by: tuple[GroupKey, ...] = Field((), description="empty: everything on this route is one group")


class Daily(Strict):
    """Not one by one: once a day, as a digest."""

    at: TimeOfDay
    zone: Zone


class Route(Strict):
    """Where matching alerts go. Every route is tried unless one before it says ``stop``."""

    name: Name | None = None
    receivers: tuple[Name, ...] = Field(min_length=1)
    match: Match = Match()
    group: Group | None = None
    daily: Daily | None = None
    stop: bool = Field(False, description="when it matches, later routes are not tried")

    @model_validator(mode="after")
    def _holds_in_one_way(self) -> Route:
        if self.group is not None and self.daily is not None:
            raise ValueError("has group and daily: choose one")
        return self


class Inhibition(Strict):
    """An alert of one of ``kinds`` mutes one of ``mutes`` on the same actor and issue, ``within`` a time."""

    kinds: tuple[Kind, ...] = Field(min_length=1)
    mutes: tuple[Kind, ...] = Field(min_length=1)
    within: Duration = timedelta(days=2)


class Tiers(Strict):
    """Confirmed: sure enough, or enough independent sources. Everything else is possible."""

    confirmed_confidence: float = Field(0.95, ge=0, le=1)
    confirmed_witnesses: int = Field(2, ge=1)


A_REVERSAL_CONTAINS_THE_SOFTENING = Inhibition(
    kinds=("reverse",), mutes=("soften", "condition_added"), within=timedelta(days=2)
)


class Routes(Strict):
    """The whole file."""

    # No min_length: after a wrong entry pydantic would also call the list too short.
    receivers: tuple[Receiver, ...] = Field(json_schema_extra={"minItems": 1})
    routes: tuple[Route, ...] = Field(json_schema_extra={"minItems": 1})
    desks: tuple[Desk, ...] = ()
    inhibit: tuple[Inhibition, ...] = (A_REVERSAL_CONTAINS_THE_SOFTENING,)
    tiers: Tiers = Tiers()

    @model_validator(mode="after")
    def _is_not_empty(self) -> Routes:
        for name in ("receivers", "routes"):
            if not getattr(self, name):
                raise ValueError(f"{name} is empty: give at least one")
        return self

    def receiver(self, name: str) -> Receiver | None:
        """The receiver of that name, or None."""
        return next((each for each in self.receivers if each.name == name), None)

    def route_name(self, route: Route) -> str:
        """Its name, or ``routes[2]``."""
        return route.name or f"routes[{self.routes.index(route)}]"


def load_routes(path: str | Path) -> Routes:
    """Read and check a routes file. Raises UserError with file, line and what to change."""
    routes, lines = load_yaml_with_lines(path, Routes)
    for kind in ("receivers", "desks"):
        names: set[str] = set()
        for index, each in enumerate(getattr(routes, kind)):
            if each.name in names:
                raise UserError(
                    f"the name {each.name!r} is taken by another of {kind}",
                    path,
                    lines.of((kind, index, "name")),
                )
            names.add(each.name)
    known = {each.name for each in routes.receivers}
    desks = {each.name for each in routes.desks}
    for index, route in enumerate(routes.routes):
        _refuse_unknown(route.receivers, known, "receiver", path, lines.of(("routes", index, "receivers")))
        _refuse_unknown(route.match.desks, desks, "desk", path, lines.of(("routes", index, "match", "desks")))
    return routes


def _refuse_unknown(names: Iterable[str], known: set[str], what: str, path: str | Path, line: int) -> None:
    for name in names:
        if name not in known:
            listed = ", ".join(sorted(known)) or "none"
            raise UserError(f"there is no {what} {name!r}; known: {listed}", path, line)


def routes_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of the file, for editors and CI."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://stancewatch.example/schemas/routes.schema.json",
        **Routes.model_json_schema(by_alias=True),
    }
