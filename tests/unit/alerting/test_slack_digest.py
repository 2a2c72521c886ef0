"""Several alerts in one Slack message."""

from __future__ import annotations

from alerting.compose import entry_of
from alerting.letter import Letter

from tests.unit.alerting.builders import change, routes, view
from tests.unit.alerting.letters import LINKS, head, shown


def test_a_digest_quotes_both_sides_with_date_and_outlet() -> None:
    text = shown(Letter(id="digest/1", role="digest", entries=head().entries))
    assert "Before: “No ferry at night”\nNow: “I now want the ferry”" in text
    assert "Harbour Post (https://post.example/1), 10 Apr 2031, 08:00 UTC · very likely (97 %)" in text


def test_a_digest_has_a_line_for_each_alert() -> None:
    entries = tuple(entry_of(view(change(f"c{n}")), "desk", routes(), LINKS) for n in range(40))
    text = shown(Letter(id="digest/1", role="digest", entries=entries, note="Held during quiet hours."))
    assert text.count("Ilse Varn on Night ferry") == 40
    assert "40 changes of position" in text
