"""The HTTP client against a server that misbehaves on purpose."""

import gzip
import time
import zlib

import pytest
from fetcher.fetch import HttpFetcher
from fetcher.guard import AddressGuard
from fetcher.outcomes import Failed, Fetched, Gone, NotModified, Refusal, Refused, Throttled
from fetcher.request import Limits

from tests.component.fetcher.misbehaving import bomb


def redirect(server, path, target, status=302):
    return server.script(path, lambda visit: visit.answer(status, b"", Location=target))


def test_a_decent_answer_is_fetched_with_lower_case_headers(server, fetch):
    url = server.serve("/feed", b"hello", ETag='W/"a b"')
    outcome = fetch(url)
    assert isinstance(outcome, Fetched)
    assert outcome.body == b"hello"
    assert outcome.headers["etag"] == 'W/"a b"'


def test_the_user_agent_names_us_and_how_to_complain(server, fetch):
    fetch(server.serve("/", b""))
    assert server.visits[0].headers["user-agent"] == "Stancewatch/0.1 (+desk@example.org)"


def test_validators_go_back_verbatim(server, fetch):
    url = server.script("/feed", lambda visit: visit.answer(304))
    outcome = fetch(url, etag='W/"x,y"', last_modified="Tue, 03 Mar 2026 08:00:00 GMT")
    assert isinstance(outcome, NotModified)
    assert server.visits[0].headers["if-none-match"] == 'W/"x,y"'
    assert server.visits[0].headers["if-modified-since"] == "Tue, 03 Mar 2026 08:00:00 GMT"


def test_no_cookie_is_kept(server, fetch):
    fetch(server.serve("/a", b"", Set_Cookie="id=1; Path=/"))
    fetch(server.serve("/b", b""))
    assert "cookie" not in server.visits[1].headers


@pytest.mark.parametrize("status", [429, 503])
def test_being_told_to_wait_is_an_outcome_with_the_wish(server, fetch, status):
    outcome = fetch(server.script("/", lambda visit: visit.answer(status, Retry_After="120")))
    assert isinstance(outcome, Throttled)
    assert outcome.retry_after.total_seconds() == 120


def test_410_is_gone(server, fetch):
    assert fetch(server.serve("/", b"", 410)) == Gone()


def test_404_is_refused_and_500_is_a_passing_fault(server, fetch):
    assert fetch(server.serve("/a", b"", 404)).reason is Refusal.HTTP_ERROR
    assert isinstance(fetch(server.serve("/b", b"", 500)), Failed)


class TestLimits:
    def test_an_endless_body_is_cut(self, server, fetch):
        def endless(visit):
            visit.send(b"HTTP/1.1 200 OK\r\n\r\n")
            while not visit.stop.is_set():
                visit.send(b"x" * 65536)

        assert fetch(server.script("/", endless)).reason is Refusal.TOO_LARGE

    def test_an_endless_chunked_body_is_cut(self, server, fetch):
        def endless(visit):
            visit.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while not visit.stop.is_set():
                visit.send(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")

        assert fetch(server.script("/", endless)).reason is Refusal.TOO_LARGE

    # Without a length the body ends with the connection, which http.client lets go of before the body is read.
    @pytest.mark.parametrize("length", [b"Content-Length: 1000\r\n", b"", b"Connection: close\r\n"])
    def test_a_body_that_drips_is_given_up(self, server, hasty, length):
        def loris(visit):
            visit.send(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n")
            visit.drip(b"x" * 1000, 0.1)

        started = time.monotonic()
        assert hasty(server.script("/", loris)).reason is Refusal.TOO_SLOW
        assert time.monotonic() - started < 50

    def test_a_head_that_drips_is_given_up(self, server, hasty):
        started = time.monotonic()
        outcome = hasty(
            server.script("/", lambda v: v.drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"y" * 1000, 0.1))
        )
        assert outcome.reason is Refusal.TOO_SLOW
        assert time.monotonic() - started < 50

    def test_a_bomb_is_refused(self, server, fetch):
        outcome = fetch(server.serve("/", bomb(200), Content_Encoding="gzip"))
        assert outcome.reason in (Refusal.TOO_LARGE, Refusal.BOMB)

    def test_a_dense_stream_within_the_size_is_refused_by_its_ratio(self, server):
        roomy = HttpFetcher(AddressGuard(["127.0.0.0/8"]), None, Limits(body_bytes=50_000_000))
        outcome = roomy(server.serve("/", bomb(40), Content_Encoding="gzip"))
        roomy.close()
        assert outcome.reason is Refusal.BOMB

    def test_a_bomb_in_a_bomb_is_refused_unopened(self, server, fetch):
        body = gzip.compress(bomb(10))
        assert fetch(server.serve("/", body, Content_Encoding="gzip, gzip")).reason is Refusal.ENCODING

    def test_an_encoding_that_was_not_asked_for_is_refused(self, server, fetch):
        assert fetch(server.serve("/", b"x", Content_Encoding="br")).reason is Refusal.ENCODING

    def test_a_cut_gzip_is_refused(self, server, fetch):
        body = gzip.compress(b"hello" * 1000)[:-9]
        assert fetch(server.serve("/", body, Content_Encoding="gzip")).reason is Refusal.ENCODING

    def test_a_hundred_thousand_headers_are_a_failure(self, server, fetch):
        def many(visit):
            visit.send(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 100_000 + b"\r\n")

        assert isinstance(fetch(server.script("/", many)), Failed | Refused)


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


class TestCompression:
    @pytest.mark.parametrize(
        ("name", "packed"),
        [
            ("gzip", gzip.compress(b"text")),
            ("deflate", zlib.compress(b"text")),
            ("deflate", raw_deflate(b"text")),
        ],
        ids=["gzip", "zlib", "raw deflate"],
    )  # fmt: skip
    def test_it_is_unpacked(self, server, fetch, name, packed):
        assert fetch(server.serve("/", packed, Content_Encoding=name)).body == b"text"


class TestWrongLengths:
    def test_a_body_shorter_than_announced_is_a_passing_fault(self, server, fetch):
        assert isinstance(fetch(server.script("/", lambda v: v.answer(200, b"short", length=500))), Failed)

    def test_of_a_body_longer_than_announced_the_announced_part_is_read(self, server, fetch):
        outcome = fetch(server.script("/", lambda v: v.answer(200, b"longer than said", length=6)))
        assert outcome.body == b"longer"

    def test_a_closed_connection_is_a_passing_fault(self, server, fetch):
        assert isinstance(fetch(server.script("/", lambda v: None)), Failed)

    def test_garbage_instead_of_http_is_a_passing_fault(self, server, fetch):
        assert isinstance(
            fetch(server.script("/", lambda v: v.send(b"\x00\xff" * 100 + b"\r\n\r\n"))), Failed
        )


class TestKeptConnections:
    def test_one_that_the_server_closes_just_then_is_opened_anew(self, server, fetch):
        def closes_late(visit):
            visit.answer(200, b"first")
            visit.stop.wait(0.3)

        server.script("/a", closes_late)
        url = server.serve("/b", b"second")
        fetch(server.url("/a"))
        assert fetch(url).body == b"second"
        assert server.paths() == ["/a", "/b"]

    def test_a_new_one_that_is_closed_without_an_answer_is_not_tried_again(self, server, fetch):
        assert isinstance(fetch(server.script("/", lambda visit: None)), Failed)
        assert server.paths() == ["/"]


class TestRedirects:
    def test_they_are_followed_and_told(self, server, fetch):
        server.serve("/new", b"here")
        outcome = fetch(redirect(server, "/old", "/new", 301))
        assert outcome.body == b"here"
        assert [(hop.status, hop.is_permanent) for hop in outcome.hops] == [(301, True)]
        assert outcome.url == server.url("/new")

    def test_a_loop_is_refused(self, server, fetch):
        redirect(server, "/b", "/a")
        assert fetch(redirect(server, "/a", "/b")).reason is Refusal.REDIRECT_LOOP

    def test_more_than_five_are_refused(self, server, fetch):
        for i in range(10):
            redirect(server, f"/{i}", f"/{i + 1}")
        assert fetch(server.url("/0")).reason is Refusal.TOO_MANY_REDIRECTS
        assert len(server.visits) == 6

    @pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/", "javascript:alert(1)"])
    def test_other_schemes_are_refused(self, server, fetch, target):
        assert fetch(redirect(server, "/", target)).reason is Refusal.BAD_URL

    def test_one_without_a_target_is_a_failure(self, server, fetch):
        assert isinstance(fetch(server.serve("/", b"", 302)), Failed)


class TestGuard:
    def guarded(self, resolve=None, allow=()):
        return HttpFetcher(AddressGuard(allow, resolve), None, Limits(total_seconds=20))

    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1", "localhost", "0.0.0.0", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]",
            "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254",
            "[fe80::1]", "[fd00::1]", "100.64.0.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1",
            "255.255.255.255",
        ],
    )  # fmt: skip
    def test_inside_addresses_are_refused_in_every_spelling(self, server, host):
        fetch = self.guarded()
        outcome = fetch(f"http://{host}:{server.port}/")
        fetch.close()
        assert isinstance(outcome, Refused | Failed)
        assert server.visits == []

    @pytest.mark.parametrize(
        ("host", "network"),
        [
            ("127.0.0.1", "127.0.0.1/32"),
            ("10.1.2.3", "10.1.2.3/32"),
            ("[fd00::1]", "fd00::1/128"),
            ("169.254.169.254", None),
            ("[fe80::1]", None),
            ("0.0.0.0", None),
            ("[64:ff9b::7f00:1]", None),
        ],
    )
    def test_only_where_a_newsrooms_own_machines_are_a_way_in_is_told(self, host, network):
        fetch = self.guarded()
        detail = fetch(f"http://{host}:1/").detail
        fetch.close()
        assert "is not a public address" in detail
        assert (f"add its network ({network}) to allow_internal" in detail) == (network is not None)
        assert ("allow_internal" in detail) == (network is not None)

    def test_a_host_that_there_cannot_be_is_refused(self):
        fetch = self.guarded()
        assert fetch("http://①.example/").reason is Refusal.BAD_URL
        fetch.close()

    def test_a_redirect_inside_is_refused(self, server):
        # The first name is public by our own resolver, so that only the hop is judged.
        server.scripts["/"] = lambda visit: visit.answer(
            302, Location=f"http://127.0.0.2:{server.port}/secret"
        )
        fetch = self.guarded(allow=["127.0.0.1/32"])
        outcome = fetch(server.url("/"))
        fetch.close()
        assert outcome.reason is Refusal.ADDRESS_FORBIDDEN
        assert outcome.detail.startswith(f"redirected to http://127.0.0.2:{server.port}/secret: 127.0.0.2 is")
        assert server.paths() == ["/"]

    def test_a_name_with_one_address_inside_is_refused(self):
        import socket

        def two_faced(host, port):
            return [(socket.AF_INET, "93.184.216.34", port), (socket.AF_INET, "10.0.0.5", port)]

        fetch = self.guarded(two_faced)
        outcome = fetch("http://two-faced.example/")
        fetch.close()
        assert outcome.reason is Refusal.ADDRESS_FORBIDDEN

    def test_a_name_that_changes_its_address_is_connected_to_where_it_was_judged(self, server):
        import socket

        answers = iter(["127.0.0.1", "10.0.0.1"])

        def rebinding(host, port):
            return [(socket.AF_INET, next(answers), port)]

        server.scripts["/"] = lambda visit: (visit.answer(200, b"", Connection="close"), visit.socket.close())
        fetch = self.guarded(rebinding, ["127.0.0.0/8"])
        first, second = (
            fetch(f"http://rebind.example:{server.port}/"),
            fetch(f"http://rebind.example:{server.port}/"),
        )
        fetch.close()
        assert isinstance(first, Fetched)
        assert second.reason is Refusal.ADDRESS_FORBIDDEN

    def test_the_allow_list_opens_only_what_it_names(self, server):
        server.serve("/", b"internal feed")
        fetch = self.guarded(allow=["127.0.0.1/32"])
        inside, neighbour = fetch(server.url("/")), fetch(server.url("/", "127.0.0.2"))
        fetch.close()
        assert inside.body == b"internal feed"
        assert neighbour.reason is Refusal.ADDRESS_FORBIDDEN

    def test_the_allow_list_can_be_taken_back_while_running(self, server):
        server.serve("/", b"internal feed")
        fetch = self.guarded(allow=["127.0.0.1/32"])
        before = fetch(server.url("/"))
        fetch.use([], None)
        after = fetch(server.url("/"))
        fetch.close()
        assert isinstance(before, Fetched)
        assert after.reason is Refusal.ADDRESS_FORBIDDEN
