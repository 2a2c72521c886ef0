"""A worker's bench with one receiver, for the tests of what is sent, held and tried again."""

from __future__ import annotations

from tests.unit.alerting.builders import Bench, RecordingChannel, routes


def roles(channel: RecordingChannel) -> list[str]:
    """What was sent, in order."""
    return [each.role for each in channel.sent]


def receiver(**more: object) -> Bench:
    """A bench whose one receiver has these settings."""
    return Bench(routes(receivers=[{"name": "desk", "console": {}, **more}]))
