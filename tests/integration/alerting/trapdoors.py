"""The alerting service with a trapdoor before and after everything it does outside itself. Run by test_kills.py.

    python -m tests.integration.alerting.trapdoors FOLDER

``FOLDER/die_at`` holds the name of the point at which the process kills itself with SIGKILL (read at every
point, so that one process can be told several in turn); every point that is passed is a line of ``FOLDER/passed``.
Nothing of the service is replaced: each effect is only wrapped.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import alerting.app
import alerting.giving_up
from alerting.__main__ import main
from alerting.channels.slack_bot import SlackBotChannel
from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import SentAlert, StanceChange
from stancewatch_shared.compacted import CompactedStore
from stancewatch_shared.consumer_loop import ConsumerLoop

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else ".")


def pass_point(name: str) -> None:
    """Fall through here, if this is the point; else note that it was passed."""
    wanted = FOLDER / "die_at"
    if wanted.exists() and wanted.read_text(encoding="utf-8") == name:
        wanted.unlink()
        with (FOLDER / "died").open("a", encoding="utf-8") as died:
            died.write(f"{name}\n")
        os.kill(os.getpid(), signal.SIGKILL)
    with (FOLDER / "passed").open("a", encoding="utf-8") as passed:
        passed.write(f"{name}\n")


def guard(owner: Any, attribute: str, name_of: Callable[..., str]) -> None:
    """Put a trapdoor before and after ``owner.attribute``."""
    effect = getattr(owner, attribute)

    def guarded(*given: Any, **named: Any) -> Any:
        name = name_of(*given, **named)
        pass_point(f"before {name}")
        result = effect(*given, **named)
        pass_point(f"after {name}")
        return result

    setattr(owner, attribute, guarded)


def name_of_write(store: CompactedStore, key: str, value: SentAlert, _trace: object = None) -> str:
    """What a write to the ledger says that the one before did not."""
    raw = store.get(key)
    known = None if raw is None else decode(SentAlert, raw)
    if known is None or len(known.changes) < len(value.changes):
        return f"ledger: {decode(StanceChange, value.changes[-1].encode()).event} is planned"
    if len(known.verdicts) < len(value.verdicts):
        return "ledger: a verdict is to be told"
    states = [(each.receiver, each.role, each.change_id, each.state) for each in known.deliveries]
    changed = next(
        (
            each
            for each in value.deliveries
            if (each.receiver, each.role, each.change_id, each.state) not in states
        ),
        value.deliveries[-1],
    )
    role = "digest" if changed.digest_id else changed.role
    return f"ledger: {role} {changed.state}"


def name_of_call(_channel: SlackBotChannel, method: str, content: dict[str, Any]) -> str:
    """Slack's method and what it carries."""
    payload = (content.get("metadata") or {}).get("event_payload") or {}
    return f"{method} {payload.get('role', '')}".strip()


if __name__ == "__main__":
    sys.argv = sys.argv[:1]
    guard(CompactedStore, "put", name_of_write)
    guard(SlackBotChannel, "_call", name_of_call)
    guard(ConsumerLoop, "_commit", lambda *_: "commit")
    guard(alerting.app, "send", lambda *_, **__: "verdict to its topic")
    guard(alerting.giving_up, "send", lambda *_, **__: "dead letter to its topic")
    main()
