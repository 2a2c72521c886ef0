"""An alert as a phone shows it: the first screen says who, from what to what, in whose words, and how sure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alerting.compose import Links, entry_of
from alerting.letter import Letter
from alerting.slack_message import message
from alerting.view import fold
from playwright.sync_api import Page
from stancewatch_schemas.models import StanceChange, Verdict

from deploy.demo.fake_slack import FakeSlack
from tests.unit.alerting.builders import NOON, amendment, change, evidence, position, routes

pytestmark = pytest.mark.browser

LINKS = Links("https://timeline.example", "https://alerts.example", "a secret of sixteen")
OLD = position("oppose", "A bridge would be the end of the harbour as we know it", source="Harbour Post",
               said_at="2031-02-11T10:00:00Z", published_at="2031-02-11T12:00:00Z")  # fmt: skip
NEW = position("support", "I have come round to it: build the bridge, and build it soon", source="Coast Wire",
               url="https://wire.example/7", article_id="wire/7")  # fmt: skip
ONLY_IF = position("support", "If the ministry pays its half, yes. If not, she will not have my vote.",
                   conditional=True, source="Inverlane Echo", url="https://echo.example/9",
                   said_at="2031-04-12T18:00:00Z", published_at="2031-04-12T19:00:00Z")  # fmt: skip
HEAD = {
    "actor": {"id": "orla-byrne", "name": "Orla Byrne"},
    "issue": {"id": "bridge", "name": "Harbour bridge", "proposition": "The city should build the harbour bridge"},
    "from": OLD,
    "to": NEW,
    "evidence": [evidence(quote=NEW["quote"], source="Coast Wire", url=NEW["url"], article_id="wire/7", voice="self")],
    "explanation": "A later statement contradicts the position in force: probability 0.97, threshold 0.80.",
}  # fmt: skip


def letters() -> dict[str, Letter]:
    """One of each kind of message."""
    head = change(**HEAD)
    second = evidence(source="Harbour Post", quote="Byrne said she would vote for the bridge", article_id="post/8",
                      published_at="2031-04-11T09:00:00Z", said_at="2031-04-11T08:00:00Z")  # fmt: skip
    corroborated = amendment("corroborated", **{**HEAD, "evidence": [second]}, witnesses=2)
    condition = amendment("condition_added", "c1/3", **{**HEAD, "to": ONLY_IF, "kind": "condition_added",
                          "explanation": "The position is now tied to a condition."}, witnesses=2)  # fmt: skip
    withdrawn = amendment("withdrawn", "c1/4", **{**HEAD, "explanation": "Coast Wire corrected the report on which this alert rested."})  # fmt: skip
    verdict = Verdict.model_validate(
        {"id": "v", "alert_id": "c1", "verdict": "true", "by": "U0ANN", "via": "slack", "given_at": NOON}
    )
    return {
        "possible": _letter("head", head.model_copy(update={"confidence": 0.83})),
        "confirmed": _letter("head", head, corroborated),
        "condition": _letter("head", head, corroborated, condition),
        "withdrawn": _letter("head", head, withdrawn),
        "follow_up": _letter("follow_up", head, corroborated),
        "follow_up_condition": _letter("follow_up", head, condition),
        "verdict": Letter(id="v", role="verdict", entries=_letter("head", head).entries, verdict=verdict),
        "digest": Letter(
            id="d", role="digest", note="Held during quiet hours.",
            entries=tuple(_letter("head", change(f"c{n}", **HEAD)).entries[0] for n in range(3)),
        ),
    }  # fmt: skip


def _letter(role: str, *changes: StanceChange) -> Letter:
    view = fold(changes)
    assert view is not None
    entry = entry_of(view, "desk", routes(), LINKS)
    return Letter(id="l", role=role, entries=(entry,), change=changes[-1])  # type: ignore[arg-type]


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.mark.parametrize("kind", letters())
def test_a_message_fits_the_width_of_a_phone(
    phone: Page, slack: FakeSlack, kind: str, pictures: Path | None
) -> None:
    slack.workspace.post("C0DESK", message(letters()[kind], interactive=True))
    phone.goto(f"{slack.url}/?still")
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
        phone.screenshot(path=pictures / f"slack-{kind}.png", full_page=True)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(
    "what",
    ["Orla Byrne", "oppose → support", "Harbour bridge", OLD["quote"], NEW["quote"], "Coast Wire", "likely (83 %)",
     "single source", "says the opposite of the last known one", "Evidence", "Not a change"],
)  # fmt: skip
def test_the_first_screen_says(phone: Page, slack: FakeSlack, what: str) -> None:
    slack.workspace.post("C0DESK", message(letters()["possible"], interactive=True))
    phone.goto(f"{slack.url}/?still")
    place = phone.get_by_text(what).first.bounding_box()
    assert place is not None
    assert place["y"] + place["height"] <= 844
