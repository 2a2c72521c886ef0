"""The inbox as a page that looks as Slack shows it: headers, small print, links, dates, buttons, threads. Pure.

Foreign text is HTML-escaped before mrkdwn's signs become tags, so a message can put nothing else on the page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

from fake_slack_messages import Message

EMOJI = {
    "heavy_check_mark": "✔️", "no_entry": "⛔", "pencil2": "✏️", "information_source": "ℹ️",
    "ballot_box_with_check": "☑️", "warning": "⚠️",
}  # fmt: skip
STYLE = """
*{box-sizing:border-box} body{font:15px/1.47 Lato,system-ui,sans-serif;color:#1d1c1d;max-width:44rem;margin:0 auto;padding:12px}
h1{font-size:18px;margin:8px 0 16px} h2{font-size:18px;line-height:1.33;margin:8px 0 4px}
.message{margin:0 0 16px;padding-left:44px;position:relative} .message::before{content:"S";position:absolute;left:0;top:2px;
width:36px;height:36px;border-radius:6px;background:#4a154b;color:#fff;font-weight:700;display:grid;place-items:center}
.who{font-weight:900} .when,.edited{color:#616061;font-size:12px} .block{margin:4px 0;overflow-wrap:anywhere;white-space:pre-wrap}
.context{color:#616061;font-size:13px} a{color:#1264a3} .mention{background:#fff3b8;color:#1264a3}
.actions{display:flex;flex-wrap:wrap;gap:8px;margin:8px 0} .button{border:1px solid #aaa;border-radius:4px;padding:4px 12px;
font-weight:700;font-size:14px;color:#1d1c1d;text-decoration:none} .primary{background:#007a5a;color:#fff;border-color:#007a5a}
.danger{color:#e01e5a;border-color:#e01e5a} hr{border:0;border-top:1px solid #ddd}
.thread{border-left:2px solid #ddd;padding-left:12px;margin-top:8px} .thread .message{padding-left:0} .thread .message::before{display:none}
.channel{font-weight:700;border-bottom:1px solid #ddd;padding-bottom:4px}
"""
_BOLD = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")
_ITALIC = re.compile(r"(?<!\w)_([^_\n]+)_(?!\w)")
_TAG = re.compile(r"(<[^>]*>)")
_EMOJI = re.compile(r":([a-z0-9_]+):")


def inbox_page(messages: Iterable[Message], refresh: bool = True) -> str:
    """All channels with their threads; ``refresh``: the page asks again every two seconds."""
    everything = list(messages)
    channels = dict.fromkeys(each.channel for each in everything)
    body = "".join(_channel(name, [each for each in everything if each.channel == name]) for name in channels)
    again = '<meta http-equiv="refresh" content="2">' if refresh else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{again}'
        '<meta name="viewport" content="width=device-width"><title>Local Slack</title>'
        f"<style>{STYLE}</style></head><body><h1>Local Slack inbox</h1>{body or '<p>Nothing yet.</p>'}</body></html>"
    )


def _channel(name: str, messages: list[Message]) -> str:
    parts = [f'<p class="channel"># {html.escape(name)}</p>']
    for head in (each for each in messages if each.thread_ts is None):
        replies = "".join(message_html(each) for each in messages if each.thread_ts == head.ts)
        parts.append(message_html(head, f'<div class="thread">{replies}</div>' if replies else ""))
    return "".join(parts)


def message_html(message: Message, below: str = "") -> str:
    """One message; ``below`` is its thread."""
    blocks = (
        "".join(_block(each) for each in message.blocks)
        or f'<div class="block">{_mrkdwn(message.text)}</div>'
    )
    edited = '<span class="edited"> (edited)</span>' if message.edits else ""
    return f'<article class="message"><span class="who">Stancewatch</span>{edited}{blocks}{below}</article>'


def _block(block: dict[str, Any]) -> str:
    kind = block["type"]
    if kind == "header":
        return f"<h2>{_text(block['text'])}</h2>"
    if kind == "section":
        return f'<div class="block">{_text(block["text"])}</div>'
    if kind == "context":
        return f'<div class="block context">{" ".join(_text(each) for each in block["elements"])}</div>'
    if kind == "actions":
        return f'<div class="actions">{"".join(_button(each) for each in block["elements"])}</div>'
    return "<hr>" if kind == "divider" else ""


def _button(button: dict[str, Any]) -> str:
    style = f"button {button.get('style', '')}".strip()
    label = _text(button["text"])
    url = button.get("url")
    return (
        f'<a class="{style}" href="{html.escape(url)}">{label}</a>'
        if url
        else f'<span class="{style}">{label}</span>'
    )


def _text(text: dict[str, Any]) -> str:
    if text["type"] == "mrkdwn":
        return _mrkdwn(str(text["text"]))
    return html.escape(_unescape(str(text["text"])))


def _mrkdwn(text: str) -> str:
    # Slack's own escapes (&amp; &lt; &gt;) are HTML's as well; only bare signs still need escaping.
    escaped = text.replace('"', "&quot;").replace("<", "\x01").replace(">", "\x02")
    kept = re.sub("\x01([^\x01\x02]*)\x02", lambda match: _special(match[1]), escaped)
    kept = kept.replace("\x01", "&lt;").replace("\x02", "&gt;")
    parts = _TAG.split(kept)
    return "".join(part if part.startswith("<") else _formatted(part) for part in parts)


def _formatted(text: str) -> str:
    text = _BOLD.sub(r"<b>\1</b>", text)
    text = _ITALIC.sub(r"<i>\1</i>", text)
    return _EMOJI.sub(lambda match: EMOJI.get(match[1], match[0]), text)


def _special(inner: str) -> str:
    if inner.startswith("!date^"):
        return inner.rpartition("|")[2]
    if inner[:1] in ("!", "@", "#"):
        return f'<span class="mention">@{inner.lstrip("!@#")}</span>'
    url, _, label = inner.partition("|")
    return f'<a href="{url}">{label or url}</a>'


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
