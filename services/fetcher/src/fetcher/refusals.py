"""What parsers raise when a document is not what it should be. The message says why and what to try."""


class NotAFeed(ValueError):  # noqa: N818 - the refusal's name
    """The document is no feed, sitemap or page of links."""


class NotAnArticle(ValueError):  # noqa: N818
    """Nothing in the document can be read as an article."""


def what_it_is(body: bytes) -> str:
    """Say what a document that is no feed looks like, and what to try."""
    head = body[:2000].lstrip().lower()
    if not head:
        return "the answer is empty"
    if head.startswith((b"<!doctype html", b"<html")) or b"<body" in head:
        return "this is a web page, not a feed: `stancewatch sources discover` finds the feeds it names; type: page reads its links"
    if b"<urlset" in head or b"<sitemapindex" in head:
        return "this is a sitemap, not a feed: set type: sitemap"
    if head.startswith(b"{"):
        return "this is JSON, but not a JSON Feed (no version of jsonfeed.org)"
    return "this is neither RSS, Atom, RDF nor JSON Feed"
