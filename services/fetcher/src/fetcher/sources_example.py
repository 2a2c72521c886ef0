"""The sources.yaml that `stancewatch sources example` prints."""

EXAMPLE = """\
# yaml-language-server: $schema=sources.schema.json
# (Editors then complete and check this file; make the schema: stancewatch sources schema > sources.schema.json)
# Where Stancewatch reads. Try a line before you add it: stancewatch sources test https://example.org/feed.xml

# Who to complain to; sent with every request. Sites block what they cannot reach.
contact: newsroom@example.org

# Networks inside your own that may be read. Everything internal is refused otherwise.
# allow_internal: [10.1.2.0/24]

defaults:
  poll: {floor_seconds: 300, ceiling_seconds: 14400}

sources:
  - id: example-times
    name: Example Times
    url: https://example.org/feed.xml

  - id: example-herald
    name: Example Herald
    type: sitemap
    url: https://example.net/news-sitemap.xml

  - id: example-ministry
    name: Example Ministry
    type: page
    url: https://example.com/press
    link_pattern: /press/[0-9]{4}/
"""
