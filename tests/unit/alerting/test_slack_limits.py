"""Whatever the text: within Slack's limits, word for word, nobody mentioned, no link forged."""

from __future__ import annotations

from typing import Any

from alerting.compose import entry_of
from alerting.letter import Letter
from alerting.slack_message import message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.demo.fake_slack import Message, check_message, links, mentions
from tests.unit.alerting.builders import amendment, change, evidence, position, routes, view
from tests.unit.alerting.letters import LINKS, head, shown


def test_a_long_quote_is_kept_word_for_word_over_several_sections() -> None:
    quote = " ".join(["<word> & more"] * 300)[:4000].strip()
    assert quote in shown(head(change(to=position("support", quote)))).replace("\n", " ")


ANY = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=500) | st.sampled_from(
    [
        "<!channel>" * 40,
        "<https://evil.example|Reuters>",
        "*_~`" * 100,
        "&" * 500,
        "\u202e" * 5,
        "x" * 500,
        "\n",
    ]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(ANY, ANY, ANY, ANY, st.sampled_from(["head", "follow_up", "digest"]))
def test_no_text_breaks_a_limit_mentions_anyone_or_forges_a_link(
    name: str, quote: str, source: str, explanation: str, role: Any
) -> None:
    hostile = position("support", quote * 7, source=source, url="https://post.example/" + quote)
    changed = change(
        actor={"id": "a", "name": name},
        issue={"id": "i", "name": source, "proposition": (explanation * 2)[:1000]},
        to=hostile,
        explanation=explanation,
        evidence=[evidence(quote=quote, source=source, url=quote)],
    )
    more = amendment("corrected", explanation=explanation, evidence=[evidence(quote=quote, source=source)])
    entry = entry_of(view(changed, more), "desk", routes(), LINKS)
    letter = Letter(id="d", role=role, entries=(entry,) * (40 if role == "digest" else 1), change=more)
    content = message(letter, True)
    check_message(content)
    sent = Message("C", "1", content["text"], content["blocks"])
    assert mentions(sent) == []
    allowed = ("https://post.example/", "https://timeline.example/")
    assert all(url.startswith(allowed) for url in links(sent))
