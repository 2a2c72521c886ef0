"""What the workers of all receivers share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from stancewatch_shared.clock import Clock

from alerting.compose import Links
from alerting.giving_up import DeadLetters
from alerting.ledger import Ledger
from alerting.routes import Routes
from alerting.silences import Silences

LINK_LIFETIME = timedelta(days=90)


@dataclass(frozen=True)
class Shared:
    """New routes make a new one; all else stays while the process runs."""

    ledger: Ledger
    routes: Routes
    silences: Silences
    links: Links
    clock: Clock
    dead_letters: DeadLetters
    link_lifetime: timedelta = LINK_LIFETIME

    def links_now(self) -> Links:
        """For a message that is written now."""
        return replace(self.links, until=(self.clock.now() + self.link_lifetime).date())
