"""`stancewatch sources` and `stancewatch backfill` as a user meets them."""

import gzip
import json

import pytest
import yaml
from stancewatch_shared.cli import run

from tests.component.fetcher.test_reading import PAGE

LOOPBACK = ("--allow-internal", "127.0.0.1/32")
TEXT = "The mayor told the council on Monday that she supports the ferry. " * 10


def feed(server, *, text=TEXT):
    link = server.serve("/1", PAGE)
    return (
        f'<rss version="2.0"><channel><title>Harbour Post</title><item><title>Ferry</title><link>{link}</link>'
        f"<description>{text[:60]}…</description></item></channel></rss>"
    ).encode()


@pytest.fixture
def stancewatch(capsys, monkeypatch, tmp_path):
    """Run the command; returns exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STANCEWATCH_HOST_GAP_SECONDS", "0")

    def call(*arguments):
        code = run(list(arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


class TestSourcesTest:
    def test_a_good_source_works(self, server, stancewatch):
        url = server.serve("/feed", feed(server))
        code, out, _ = stancewatch("sources", "test", url, *LOOPBACK)
        assert code == 0
        assert "Harbour Post" in out
        assert "words from its page" in out
        assert "this source works" in out

    def test_an_inside_address_is_refused_with_what_to_do(self, server, stancewatch):
        code, out, _ = stancewatch("sources", "test", server.serve("/feed", feed(server)))
        assert code == 1
        assert "allow_internal" in out
        assert server.visits == []

    def test_a_page_that_robots_forbid_is_told(self, server, stancewatch):
        server.serve("/robots.txt", b"User-agent: *\nDisallow: /")
        code, out, _ = stancewatch("sources", "test", server.serve("/feed", feed(server)), *LOOPBACK)
        assert code == 1
        assert "robots.txt forbids it" in out
        assert "full_text: feed" in out

    def test_a_permanent_redirect_is_told(self, server, stancewatch):
        server.serve("/new", feed(server))
        url = server.script("/old", lambda visit: visit.answer(301, Location="/new"))
        _, out, _ = stancewatch("sources", "test", url, *LOOPBACK)
        assert "use the new address" in out

    def test_the_environments_limits_and_networks_hold_as_in_the_service(
        self, server, stancewatch, monkeypatch
    ):
        monkeypatch.setenv("STANCEWATCH_ALLOW_INTERNAL", "127.0.0.1/32")
        monkeypatch.setenv("STANCEWATCH_FETCH_BODY_BYTES", "10000")
        code, out, _ = stancewatch("sources", "test", server.serve("/feed", feed(server) + b" " * 10_000))
        assert code == 1
        assert "more than 0.01 MB" in out

    def test_a_page_without_a_pattern_is_told_what_to_add(self, stancewatch):
        code, _, err = stancewatch("sources", "test", "--type", "page", "https://post.example/")
        assert code == 2
        assert "--link-pattern" in err

    def test_a_word_that_is_no_address_is_an_error(self, stancewatch):
        code, _, err = stancewatch("sources", "test", "harbour")
        assert code == 2
        assert err.startswith("error: ")


class TestDiscover:
    def test_a_feed_named_on_the_front_page_is_found_and_tried(self, server, stancewatch):
        server.serve("/feed", feed(server))
        server.serve(
            "/", b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>'
        )
        code, out, _ = stancewatch("sources", "discover", server.url("/"), *LOOPBACK)
        assert code == 0
        assert yaml.safe_load(out)["sources"][0] == {
            "id": "harbour-post",
            "name": "Harbour Post",
            "type": "feed",
            "url": server.url("/feed"),
        }

    def test_the_usual_places_are_tried(self, server, stancewatch):
        server.serve("/rss.xml", feed(server))
        server.serve("/", b"<html><body>hello</body></html>")
        assert server.url("/rss.xml") in stancewatch("sources", "discover", server.url("/"), *LOOPBACK)[1]

    def test_a_sitemap_named_in_robots_is_found(self, server, stancewatch):
        server.serve("/", b"<html><body>hello</body></html>")
        server.serve("/robots.txt", f"Sitemap: {server.url('/news.xml')}".encode())
        server.serve("/news.xml", b"<urlset><url><loc>https://post.example/1</loc></url></urlset>")
        out = stancewatch("sources", "discover", server.url("/"), *LOOPBACK)[1]
        assert yaml.safe_load(out)["sources"][0]["type"] == "sitemap"

    def test_a_sitemap_that_robots_name_by_its_path_is_found(self, server, stancewatch):
        server.serve("/", b"<html><body>hello</body></html>")
        server.serve("/robots.txt", b"Sitemap: /news.xml\nSitemap: gopher://x")
        server.serve("/news.xml", b"<urlset><url><loc>https://post.example/1</loc></url></urlset>")
        out = stancewatch("sources", "discover", server.url("/"), *LOOPBACK)[1]
        assert yaml.safe_load(out)["sources"][0]["url"] == server.url("/news.xml")

    def test_the_address_of_a_feed_is_that_feed(self, server, stancewatch):
        url = server.serve("/f", feed(server))
        out = stancewatch("sources", "discover", url, *LOOPBACK)[1]
        assert [line["url"] for line in yaml.safe_load(out)["sources"]] == [url]

    def test_a_site_that_is_away_is_told(self, stancewatch):
        code, _, err = stancewatch("sources", "discover", "http://127.0.0.1:9/", *LOOPBACK)
        assert code == 1
        assert "Connection refused" in err
        assert "the site itself cannot be read" in err

    def test_what_is_no_site_is_an_error(self, stancewatch):
        assert stancewatch("sources", "discover", "not a site")[0] == 2

    def test_nothing_found_says_what_to_try(self, server, stancewatch):
        server.serve("/", b"<html><body>hello</body></html>")
        code, _, err = stancewatch("sources", "discover", server.url("/"), *LOOPBACK)
        assert code == 1
        assert "link_pattern" in err

    def test_a_sitemap_without_a_title_is_called_by_its_host(self, server, stancewatch):
        server.serve("/", b"<html><body></body></html>")
        server.serve("/news.xml", b"<urlset><url><loc>https://a.example/1</loc></url></urlset>")
        server.serve("/robots.txt", b"Sitemap: /news.xml")
        _, out, _ = stancewatch("sources", "discover", server.url("/"), "--allow-internal", "127.0.0.1/32")
        assert f"name: 127.0.0.1:{server.port}\n" in out


class TestFiles:
    def test_two_sources_with_one_address_are_remarked_on(self, stancewatch, tmp_path):
        lines = "".join(f"- {{id: {name}, url: https://a.example/feed}}\n" for name in "ab")
        (tmp_path / "sources.yaml").write_text(f"sources:\n{lines}")
        code, out, _ = stancewatch("sources", "check", "sources.yaml")
        assert code == 0
        assert "remark: a and b have the same address, https://a.example/feed" in out

    def test_the_example_passes_the_check(self, stancewatch, tmp_path):
        (tmp_path / "sources.yaml").write_text(stancewatch("sources", "example")[1])
        code, out, _ = stancewatch("sources", "check")
        assert code == 0
        assert "3 sources" in out

    def test_a_mistake_is_told_with_file_and_line(self, stancewatch, tmp_path):
        (tmp_path / "sources.yaml").write_text("sources:\n- id: a\n  url: gopher://a/\n")
        code, _, err = stancewatch("sources", "check")
        assert code == 2
        assert "sources.yaml:3: " in err

    def test_opml_goes_in_and_out(self, stancewatch, tmp_path):
        (tmp_path / "sources.yaml").write_text(
            "sources: [{id: post, name: Post, url: 'https://post.example/f'}]"
        )
        (tmp_path / "f.opml").write_text(stancewatch("sources", "export-opml")[1])
        out = stancewatch("sources", "import-opml", "f.opml")[1]
        assert yaml.safe_load(out) == {
            "sources": [{"id": "post", "name": "Post", "url": "https://post.example/f"}]
        }


DATED = PAGE.replace(
    b"<title>", b'<meta property="article:published_time" content="2026-01-01T00:00:00Z"><title>'
)


def warc(path, *pages):
    """A web archive, one gzip member a record (ISO 28500)."""
    with path.open("wb") as file:
        for number, (url, content_type, body) in enumerate(pages):
            http = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode() + body
            head = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0-{number}>\r\nWARC-Target-URI: {url}\r\n"
                f"WARC-Date: 2026-01-02T00:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
                f"Content-Length: {len(http)}\r\n\r\n"
            )
            file.write(gzip.compress(head.encode() + http + b"\r\n\r\n"))


class TestBackfill:
    def test_a_dry_run_counts_and_tells_bad_lines(self, stancewatch, tmp_path):
        line = json.dumps({"id": "a", "published_at": "2026-01-01T00:00:00Z", "title": "T", "text": TEXT})
        (tmp_path / "h.jsonl").write_text(f"{line}\n{{bad\n")
        code, out, err = stancewatch("backfill", "h.jsonl", "--dry-run", "--spool", str(tmp_path))
        assert code == 0
        assert "1 article would be sent" in out
        assert "h.jsonl:2: not JSON" in err

    def test_since_and_until_bound_the_history(self, stancewatch, tmp_path):
        lines = [
            json.dumps({"id": str(y), "published_at": f"{y}-01-01T00:00:00Z", "title": "T", "text": TEXT})
            for y in range(2015, 2025)
        ]
        (tmp_path / "h.jsonl").write_text("\n".join(lines))
        bounds = ("--since", "2018-01-01", "--until", "2020-01-01")
        out = stancewatch("backfill", "h.jsonl", "--dry-run", *bounds, "--spool", str(tmp_path))[1]
        assert "2 articles would be sent, oldest first; left out: 8 outside --since and --until" in out

    def test_articles_in_a_web_archive_are_read(self, stancewatch, tmp_path):
        warc(
            tmp_path / "crawl.warc.gz",
            ("https://post.example/1", "text/html", DATED),
            ("https://post.example/pic.jpg", "image/jpeg", b"\xff\xd8"),
            ("https://post.example/", "text/html", b"<html><body><a href=/1>Ferry</a></body></html>"),
        )
        out = stancewatch("backfill", "crawl.warc.gz", "--dry-run", "--spool", str(tmp_path))[1]
        assert "1 article would be sent, oldest first; left out: 2 no dated articles" in out

    def test_a_broken_archive_is_told(self, stancewatch, tmp_path):
        (tmp_path / "crawl.warc.gz").write_bytes(b"no archive at all")
        code, _, err = stancewatch("backfill", "crawl.warc.gz", "--dry-run", "--spool", str(tmp_path))
        assert code == 1
        assert "crawl.warc.gz:1: this is no web archive" in err

    def test_of_an_archive_that_is_cut_off_the_rest_is_read(self, stancewatch, tmp_path):
        path = tmp_path / "crawl.warc.gz"
        warc(path, *((f"https://post.example/{n}", "text/html", DATED) for n in range(3)))
        path.write_bytes(path.read_bytes()[:-20])
        code, out, err = stancewatch("backfill", "crawl.warc.gz", "--dry-run", "--spool", str(tmp_path))
        assert code == 0
        assert "2 articles would be sent" in out
        assert "crawl.warc.gz:3: the archive is damaged or cut off" in err

    @pytest.mark.parametrize("name", ["empty.warc", "text.warc"])
    def test_what_is_no_archive_is_told(self, stancewatch, tmp_path, name):
        (tmp_path / "empty.warc").write_bytes(b"")
        (tmp_path / "text.warc").write_bytes(b"no archive at all\n")
        code, out, err = stancewatch("backfill", name, "--dry-run", "--spool", str(tmp_path))
        assert code == 1
        assert f"{name}:1: this is no web archive" in err
        assert "no article to send was found; left out: 1 refused" in out

    @pytest.mark.parametrize("url", ["http://a:99999/feed", "http://"])
    def test_what_is_no_address_is_an_error(self, stancewatch, url):
        code, _, err = stancewatch("backfill", url, "--dry-run")
        assert code == 2
        assert f"error: '{url}': " in err

    def test_since_after_until_is_an_error(self, stancewatch, tmp_path):
        (tmp_path / "h.jsonl").write_text("")
        code, _, err = stancewatch("backfill", "h.jsonl", "--since", "2020-01-02", "--until", "2020-01-01")
        assert code == 2
        assert "nothing lies between" in err

    def test_the_archives_of_a_feed_are_followed(self, server, stancewatch, tmp_path):
        def atom(name, more):
            return (
                f'<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title>{more}<entry><id>{name}</id><title>{name}</title>'
                f"<published>2020-01-01T00:00:00Z</published><content>{TEXT}</content></entry></feed>"
            ).encode()

        server.serve("/old", atom("old", ""))
        url = server.serve("/feed", atom("new", '<link rel="prev-archive" href="/old"/>'))
        out = stancewatch("backfill", url, "--dry-run", "--spool", str(tmp_path), *LOOPBACK)[1]
        assert "2 articles would be sent" in out

    def test_the_contact_and_the_networks_of_sources_yaml_hold(self, server, stancewatch, tmp_path):
        (tmp_path / "sources.yaml").write_text(
            "contact: desk@example.org\nallow_internal: [127.0.0.1/32]\nsources: []\n"
        )
        url = server.serve("/feed", feed(server))
        for command in (("backfill", "--dry-run", "--spool", str(tmp_path)), ("sources", "discover")):
            stancewatch(*command, url)
        assert {visit.headers["user-agent"] for visit in server.visits} == {
            "Stancewatch/0.1 (+desk@example.org)"
        }

    def test_a_feed_that_cannot_be_read_is_told_by_its_address(self, server, stancewatch, tmp_path):
        url = server.url("/nothing")
        code, _, err = stancewatch("backfill", url, "--dry-run", "--spool", str(tmp_path), *LOOPBACK)
        assert code == 1
        assert f"left out {url}: the server answers 404" in err

    def test_a_missing_file_is_an_error(self, stancewatch, tmp_path):
        assert stancewatch("backfill", "nowhere.jsonl")[0] == 2
