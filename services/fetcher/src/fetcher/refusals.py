"""What parsers raise when a document is not what it should be. The message says why and what to try."""


class NotAFeed(ValueError):  # noqa: N818 - the refusal's name
    """The document is no feed, sitemap or page of links."""


class NotAnArticle(ValueError):  # noqa: N818
    """Nothing in the document can be read as an article."""
