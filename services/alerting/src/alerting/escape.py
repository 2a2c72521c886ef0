"""Foreign text (quotes, names, outlets, links) made harmless before it meets a channel's own syntax.

Whoever writes a headline must not be able to mention a channel, forge a link, turn the reading direction or
move a terminal's cursor. Every function is pure; what is shown otherwise stays as it was printed.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

# Reading direction (also the Arabic letter mark), and characters that take no room and hide others.
_UNSEEN = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Signs that mrkdwn takes for bold, italics, strike and code, and what looks like them.
_MRKDWN = str.maketrans({"*": "∗", "_": "＿", "~": "∼", "`": "ˋ"})
_ENTITY_AT_END = re.compile(r"&[a-z]{0,4}$")
LONGEST_URL_CHARS = 2900
_SAFE_IN_URL = "!$'()+,/:;=?@[]%-._~&#"


def plain(text: str) -> str:
    """One line of visible characters: no control, no bidi, no zero-width characters."""
    text = _SURROGATES.sub("\ufffd", _UNSEEN.sub("", text))
    return _CONTROL.sub(" ", text).strip()


def slack_escape(text: str) -> str:
    """``plain`` with the three signs that steer Slack escaped: it can mention and link nothing."""
    return plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def slack_name(text: str) -> str:
    """``slack_escape`` for a name inside mrkdwn: it can't open bold, italics or code either."""
    return slack_escape(text).translate(_MRKDWN)


def neutral(text: str) -> str:
    """For channels whose syntax we don't know (Apprise): ``@everyone``, ``<!here>``, ``[a](b)`` stay text."""
    return plain(text).replace("@", "@\u200b").replace("<", "<\u200b").replace("](", "]\u200b(")


def safe_url(url: str) -> str | None:
    """An http(s) address that can't break out of a link, or None where there is none.

    Credentials in front of the host (``https://post.example@evil.example``) make a link look like another site's:
    such an address is none.
    """
    url = plain(url)
    if not is_web_address(url) or "@" in urlsplit(url).netloc:
        return None
    return quote(url, safe=_SAFE_IN_URL)


def is_web_address(url: str) -> bool:
    """Whether it is an http(s) address with a host, of a length that every channel takes."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= LONGEST_URL_CHARS
    except ValueError:
        return False


def slack_link(url: str, label: str) -> str:
    """``<url|label>``, or only the label where the address is none a browser should open."""
    shown = slack_name(label).replace("|", "¦")
    address = safe_url(url)
    return shown if address is None else f"<{address.replace('&', '&amp;')}|{shown}>"


def shorten(text: str, longest_chars: int) -> str:
    """Cut escaped text with an ellipsis, never inside ``&amp;``."""
    if len(text) <= longest_chars:
        return text
    return _ENTITY_AT_END.sub("", text[: longest_chars - 1]).rstrip() + "…"


def pieces(text: str, longest_chars: int) -> list[str]:
    """Escaped text in parts of at most ``longest_chars``, cut at spaces where possible, never in ``&amp;``."""
    found = []
    while len(text) > longest_chars:
        cut = text.rfind(" ", longest_chars // 2, longest_chars)
        if cut < 0:
            cut = longest_chars - (
                len(match[0]) if (match := _ENTITY_AT_END.search(text[:longest_chars])) else 0
            )
        found.append(text[:cut])
        text = text[cut:].lstrip(" ")
    return [*found, text]
