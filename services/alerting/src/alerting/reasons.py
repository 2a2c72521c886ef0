"""Every reason why something was or wasn't sent. Logs, metrics, the ledger and tests use these words."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A decision's reason."""

    # sent, or about to be
    NOTIFY = "notify"
    AMENDS = "amends"
    PROMOTED = "promoted"  # corroborated: it matches a route now that it didn't match when it opened
    VERDICT = "verdict"
    CAP_NOTICE = "cap_notice"
    REPLAYED = "replayed"  # came back from the dead letters

    # held: nothing is lost, it goes out later
    QUIET_HOURS = "quiet_hours"
    CAP = "cap"
    GROUPING = "grouping"
    DAILY_DIGEST = "daily_digest"
    RETRY = "retry"

    # muted: this receiver isn't told, and here is why
    SILENCED = "silenced"
    INHIBITED = "inhibited"
    STALE = "stale"  # it lay in Kafka for days: old news is not sold as new
    FOLDED = "folded"  # the head wasn't out yet: it will tell this too
    WITHDRAWN_BEFORE_SENT = "withdrawn_before_sent"
    HEAD_NOT_SENT = "head_not_sent"
    NO_THREADS = "no_threads"

    # no delivery at all
    BACKFILL = "backfill"
    ALREADY_KNOWN = "already_known"
    HEAD_UNKNOWN = "head_unknown"
    NO_ROUTE = "no_route"

    # failed
    REFUSED = "refused"
    GAVE_UP = "gave_up"
    RECEIVER_REMOVED = "receiver_removed"
