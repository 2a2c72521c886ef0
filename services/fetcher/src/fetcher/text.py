"""HTML to paragraphs. Words, quotation marks and special spaces come out exactly as they went in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import html as lxml_html
from lxml.etree import LxmlError
from w3lib.encoding import html_to_unicode

# HTML's own white space only: str.split() would also swallow non-breaking and thin spaces, which stand in quotes.
HTML_SPACE = re.compile(r"[ \t\n\r\f]+")
UNREADABLE = "\ufffd"
READABLE_BEYOND_ASCII = re.compile("[\u0080-\ufffc\U00010000-\U0010ffff]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "item",
        "li",
        "list",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "quote",
        "row",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
UNSEEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "canvas",
        "form",
        "button",
        "select",
        "nav",
    ]
)
MAX_DEPTH = 200
BREAKS = frozenset({"br", "lb"})


def decode(body: bytes, content_type: str | None) -> str:
    """Bytes of a page to text, whatever its labels claim.

    A body that is valid UTF-8 beyond ASCII is UTF-8: by chance that happens to no other encoding, and labels
    are wrong more often. Else byte order mark, header and meta tag count, in the order of the HTML standard; but
    what calls itself UTF-8 and mostly is not is windows-1252, as browsers' authors found out.
    """
    if not body.isascii():
        try:
            return body.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
    encoding, text = html_to_unicode(content_type, body, default_encoding="cp1252")
    broken = text.count(UNREADABLE) if encoding == "utf-8" else 0
    if broken and broken > len(READABLE_BEYOND_ASCII.findall(text)):
        return body.decode("cp1252", "replace")
    return str(text)


def parse_html(markup: str) -> Any | None:
    """The root element, or None if there is nothing to read."""
    # NUL ends a document for libxml2; an encoding declaration in text is an error for it.
    cleaned = re.sub(r"^\s*<\?xml[^>]*\?>", "", markup.replace("\x00", ""), count=1)
    if not cleaned.strip():
        return None
    try:
        return lxml_html.document_fromstring(cleaned)
    except (LxmlError, ValueError):
        return None


def html_to_text(markup: str) -> str:
    """Readable text of an HTML fragment; paragraphs are separated by blank lines."""
    if "<" not in markup and "&" not in markup:
        return squeeze(markup)
    root = parse_html(markup)
    return "" if root is None else paragraphs_of(root)


def one_line(markup: str) -> str:
    """Readable text of a title or name on one line."""
    return squeeze(html_to_text(markup).replace("\n\n", " "))


def paragraphs_of(root: Any) -> str:
    """Text under `root`, one paragraph per block element, separated by blank lines."""
    blocks: list[str] = []
    current: list[str] = []
    for piece in _pieces(root, 0):
        if piece is None:
            _flush(current, blocks)
        else:
            current.append(piece)
    _flush(current, blocks)
    return "\n\n".join(blocks)


def well_formed(text: str) -> str:
    """`text` without what JSON can smuggle in and no encoder takes: halves of surrogate pairs, control characters."""
    return CONTROL.sub("", text.encode("utf-8", "replace").decode())


def squeeze(text: str) -> str:
    """Collapse HTML white space as a browser does; leave all other spaces alone."""
    return HTML_SPACE.sub(" ", text).strip(" ")


def _flush(current: list[str], blocks: list[str]) -> None:
    text = squeeze("".join(current))
    # A block of nothing but special spaces is an empty line of an editor's tool.
    if text.strip():
        blocks.append(text)
    current.clear()


def _pieces(element: Any, depth: int) -> Iterator[str | None]:
    """Text pieces in reading order; None where a paragraph ends."""
    tag = element.tag if isinstance(element.tag, str) else None
    if tag is not None and tag not in UNSEEN and depth < MAX_DEPTH:
        is_block = tag in BLOCKS
        if is_block:
            yield None
        if tag in BREAKS:
            yield from _line_break(element)
        if element.text:
            yield element.text
        for child in element:
            yield from _pieces(child, depth + 1)
        if is_block:
            yield None
    if element.tail and depth > 0:
        yield element.tail


def _line_break(element: Any) -> Iterator[str | None]:
    """One <br> is a space; two in a row are how old pages start a paragraph."""
    following = element.getnext()
    doubled = following is not None and following.tag in BREAKS and not (element.tail or "").strip()
    yield None if doubled else " "
