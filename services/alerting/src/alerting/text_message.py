"""A letter as plain text: for the console, mail and every channel whose form we don't know. Pure."""

from __future__ import annotations

from collections.abc import Callable

from stancewatch_schemas.models import PositionRef, StanceChange

from alerting.escape import plain, safe_url
from alerting.letter import Entry, Letter
from alerting.view import AlertView, report_of
from alerting.why_sent import why_sent
from alerting.words import (
    EVENTS,
    KINDS,
    VERDICTS,
    confidence_words,
    moment,
    second_reader_words,
    side,
    sources_words,
    then_or_now,
    why,
)

Clean = Callable[[str], str]


def title_of(letter: Letter, clean: Clean = plain) -> str:
    """One line: who, issue, from -> to, outlet."""
    if letter.role == "notice":
        return clean(letter.note)
    if letter.role == "digest":
        return f"{len(letter.entries)} changes of position"
    line = headline(letter.entry, clean)
    if letter.role == "follow_up" and letter.change is not None:
        return f"{EVENTS[letter.change.event]}: {_who_and_what(letter.entry, clean)}"
    if letter.role == "verdict" and letter.verdict is not None:
        return f"Verdict “{VERDICTS[letter.verdict.verdict]}”: {line}"
    return line


def headline(entry: Entry, clean: Clean = plain) -> str:
    """``Ann Lee on Harbour toll: oppose → support (Outlet)``, with what a reader must know first."""
    line = _who_and_what(entry, clean)
    if entry.view.withdrawal is not None:
        return f"WITHDRAWN: {line}"
    return line if entry.tier == "confirmed" else f"Possible: {line}"


def _who_and_what(entry: Entry, clean: Clean) -> str:
    view = entry.view
    return (
        f"{clean(view.head.actor.name)} on {clean(view.head.issue.name)}: "
        f"{side(view.from_)} → {side(view.now)} ({clean(view.now.source)})"
    )


def body_of(letter: Letter, clean: Clean = plain) -> str:
    """The whole message, lines parted by newlines."""
    repeat = (
        ["(Sent again after an interruption: you may have this already.)"] if letter.may_be_repeat else []
    )
    return "\n".join([*repeat, *_lines(letter, clean)])


def _lines(letter: Letter, clean: Clean) -> list[str]:
    if letter.role == "notice":
        return [clean(letter.note)]
    if letter.role == "digest":
        lines = [f"- {_digest_line(entry, clean)}" for entry in letter.entries]
        return [*([clean(letter.note)] if letter.note else []), *lines]
    if letter.role == "verdict" and letter.verdict is not None:
        return [f"{clean(letter.verdict.by)} says: {VERDICTS[letter.verdict.verdict]}"]
    if letter.role == "follow_up" and letter.change is not None:
        return _follow_up_lines(letter.entry, letter.change, clean)
    return _head_lines(letter.entry, clean)


def _follow_up_lines(entry: Entry, change: StanceChange, clean: Clean) -> list[str]:
    """What happened since; of what was withdrawn, the words that no longer stand and no confidence."""
    reason = f"{EVENTS[change.event]}: {clean(why(change))}"
    if change.event == "withdrawn":
        gone = entry.view.to
        return [reason, *_quote(f"No longer stands ({side(gone)})", gone, clean), *_link(entry)]
    report = report_of(change)
    return [
        reason,
        f"Now {confidence_words(entry.view.confidence)}, {sources_words(change.witnesses)}",
        *_quote(f"Report ({side(report)})", report, clean),
        *_link(entry),
    ]


def _head_lines(entry: Entry, clean: Clean) -> list[str]:
    view = entry.view
    lines = []
    if view.withdrawal is not None:
        lines.append(f"WITHDRAWN: {clean(why(view.withdrawal))}")
    lines += [f"CORRECTED: {clean(why(each))}" for each in view.corrections]
    lines.append(f"{KINDS[view.head.kind]}: {side(view.from_)} → {side(view.now)}")
    lines.append(f"Toward the sentence: {clean(view.head.issue.proposition)}")
    lines += _quote(f"Before ({side(view.from_)})", view.from_, clean)
    lines += _quote(f"{then_or_now(view)} ({side(view.to)})", view.to, clean)
    if view.condition is not None and view.withdrawal is None:
        lines += _quote(f"Now ({side(view.condition)})", view.condition, clean)
    when, sent = (" when it was sent", " it was sent") if view.withdrawal is not None else ("", "")
    lines.append(f"Confidence{when}: {confidence_words(view.confidence)}, {sources_words(view.witnesses)}")
    lines.append(reported_by(view, clean))
    if second_reader := second_reader_words(view.head):
        lines.append(second_reader)
    lines.append(f"Why{sent}: {why_sent(view)}")
    return [*lines, *_link(entry)]


def _quote(label: str, place: PositionRef, clean: Clean) -> list[str]:
    url = safe_url(place.url)
    where = f"  {clean(place.source)}, {moment(place.said_at)}" + (f", {url}" if url else "")
    return [f"{label}: “{clean(place.quote)}”", where]


def reported_by(view: AlertView, clean: Clean = plain) -> str:
    """``Reported by Post, Wire; copied by Echo``: a copy is no further source, and says so."""
    copies = view.copying_outlets
    return f"Reported by {_names(view.outlets, clean)}" + (
        f"; copied by {_names(copies, clean)}" if copies else ""
    )


def _names(outlets: list[str], clean: Clean) -> str:
    names = [clean(name) for name in outlets]
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _digest_line(entry: Entry, clean: Clean) -> str:
    view = entry.view
    words = f"{confidence_words(view.confidence)}, {sources_words(view.witnesses)}"
    link = f" {entry.timeline_url}" if entry.timeline_url else ""
    quotes = f"before “{clean(view.from_.quote)}”, now “{clean(view.now.quote)}”"
    return f"{headline(entry, clean)}: {quotes} ({words}){link}"


def _link(entry: Entry) -> list[str]:
    links = [f"Evidence: {entry.timeline_url}"] if entry.timeline_url else []
    return [*links, *(f"{VERDICTS[verdict]}? {url}" for verdict, url in entry.verdict_urls)]
