"""What the pages behind a verdict link say. Pure: HTML from what is known; everything foreign is escaped.

A link is only a question; the button below it judges. So a mail scanner that follows links judges nothing.
"""

from __future__ import annotations

import html
from collections.abc import Mapping

from starlette.responses import HTMLResponse, Response

from alerting.escape import plain
from alerting.view import AlertView
from alerting.words import VERDICTS, moment, side, why

LINK_FIELDS = ("alert", "verdict", "receiver", "until", "signature")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
QUESTIONS = {
    "true": "Is this change true?",
    "not_a_change": "Is this not a change of position?",
    "wrong_person": "Is this about the wrong person?",
}
ANSWERS = {
    "true": "Yes, it is true",
    "not_a_change": "Yes, it is not a change",
    "wrong_person": "Yes, it is the wrong person",
}
_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}"
    "button{font:inherit;padding:.6rem 1.2rem}blockquote{margin:0 0 1rem;padding-left:1rem;border-left:4px solid}"
)


def ask(view: AlertView, query: Mapping[str, str]) -> Response:
    """The alert in short, and the button that judges."""
    fields = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(query[name])}">' for name in LINK_FIELDS
    )
    who, issue = _shown(view.head.actor.name), _shown(view.head.issue.name)
    gone = (
        f"<p><strong>This alert was withdrawn.</strong> {_shown(why(view.withdrawal))}</p>"
        if view.withdrawal
        else ""
    )
    quotes = "".join(
        f"<p>{label} ({side(place)}): {_shown(place.source)}, {moment(place.said_at)}</p>"
        f'<blockquote dir="auto">{_shown(place.quote)}</blockquote>'
        for label, place in (("Before", view.from_), (_label(view), view.now))
    )
    return page(
        QUESTIONS[query["verdict"]],
        f"<p><strong>{who}</strong> on {issue}: {side(view.from_)} → {side(view.now)}</p>{gone}{quotes}"
        f'<form method="post" action="verdict">{fields}<button>{ANSWERS[query["verdict"]]}</button></form>'
        "<p>Nothing is counted before you press the button.</p>",
    )


def noted(verdict: str) -> Response:
    return page(
        "Thank you",
        f"<p>Noted: <strong>{VERDICTS[verdict]}</strong>. It counts in the published error rate, and in Slack it "
        "shows below the alert. Changed your mind? The last answer counts.</p>",
    )


def not_ours() -> Response:
    return page(
        "This link does not work",
        "<p>It was not made here, or it was cut short or changed on its way. Nothing was counted.</p>"
        "<p>Open the link in the alert itself, or copy it whole.</p>",
        403,
    )


def expired(until: str) -> Response:
    """``until`` is a day we signed."""
    return page(
        "This link has expired",
        f"<p>It could be used until {html.escape(until)}. Nothing was counted.</p>"
        "<p>The page behind “Evidence” in the alert still works, and says how to contest it.</p>",
        410,
    )


def unknown() -> Response:
    return page("Unknown alert", "<p>This alert is no longer known here. Nothing was counted.</p>", 404)


def not_kept() -> Response:
    return page(
        "Not noted yet",
        "<p>Your answer could not be kept just now. Please go back and press the button again in a minute.</p>",
        503,
    )


def page(title: str, body: str, status: int = 200) -> Response:
    """``body`` is HTML with everything foreign escaped."""
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>",
        status,
        headers=HEADERS,
    )


def _label(view: AlertView) -> str:
    return "Withdrawn" if view.withdrawal is not None else "Now"


def _shown(text: str) -> str:
    return html.escape(plain(text))
