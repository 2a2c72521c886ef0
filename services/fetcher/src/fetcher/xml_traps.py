"""Traps in XML, found by one cheap pass of expat before any other parser sees the document."""

from __future__ import annotations

from xml.parsers import expat

from fetcher.refusals import NotAFeed

# Feeds nest their elements five deep, with XHTML content perhaps thirty.
MAX_DEPTH = 200
MAX_ATTRIBUTES = 500


def refuse_traps(body: bytes) -> None:
    """Raise NotAFeed where a document declares entities of its own or nests without end.

    What is not well formed is no concern of this check: it ends where expat does.
    """
    depth = 0

    def start(_name: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise NotAFeed(f"its elements are nested more than {MAX_DEPTH} deep")
        if len(attributes) > 2 * MAX_ATTRIBUTES:
            raise NotAFeed(f"an element has more than {MAX_ATTRIBUTES} attributes")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def entity(name: str, _is_parameter: bool, value: str | None, *_: object) -> None:
        # Old feeds declare characters (&nbsp;) for themselves; bombs need entities that hold entities.
        if value is None or "&" in value or len(value) > 64:
            raise NotAFeed(f"it declares an entity ({name[:40]}) that no feed needs")

    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        if isinstance(error, NotAFeed):
            raise
