"""What the workers of all receivers share."""

from __future__ import annotations

from dataclasses import dataclass

from stancewatch_shared.clock import Clock

from alerting.compose import Links
from alerting.giving_up import DeadLetters
from alerting.ledger import Ledger
from alerting.routes import Routes
from alerting.silences import Silences


@dataclass(frozen=True)
class Shared:
    """New routes make a new one; all else stays while the process runs."""

    ledger: Ledger
    routes: Routes
    silences: Silences
    links: Links
    clock: Clock
    dead_letters: DeadLetters
