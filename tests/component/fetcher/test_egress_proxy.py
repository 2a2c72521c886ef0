"""Where only a proxy gets out: what goes through it, what does not, and what is still refused."""

import base64
import socket

import pytest
from fetcher.egress import BadProxy, proxy_manager
from fetcher.fetch import HttpFetcher
from fetcher.guard import AddressGuard
from fetcher.outcomes import Failed, Fetched, Refusal
from fetcher.request import Limits
from fetcher.settings import FetcherSettings
from stancewatch_shared.errors import UserError
from stancewatch_shared.settings import load_settings

PUBLIC = "93.184.216.34"
NAMES = {
    "news.example": PUBLIC,
    "inside.example": "10.0.0.5",
    "127.0.0.1": "127.0.0.1",
    "10.0.0.5": "10.0.0.5",
}


def resolve(host, port):
    if host not in NAMES:
        raise OSError("no such name here")
    return [(socket.AF_INET, NAMES[host], port)]


@pytest.fixture
def proxied(server):
    """A fetcher whose proxy is the misbehaving server; loopback is an allowed inside network."""
    proxy = proxy_manager(f"http://desk:s%40crit@127.0.0.1:{server.port}")
    fetch = HttpFetcher(AddressGuard(["127.0.0.0/8"], resolve), None, Limits(total_seconds=20), proxy)
    yield fetch
    fetch.close()


def test_a_public_address_is_asked_through_the_proxy(server, proxied):
    server.scripts["http://news.example/feed"] = lambda visit: visit.answer(200, b"news", ETag='"1"')
    outcome = proxied("http://news.example/feed")
    assert isinstance(outcome, Fetched)
    assert outcome.body == b"news"
    assert server.visits[0].headers["host"] == "news.example"


def test_the_proxy_is_given_its_password_and_the_source_is_not_asked_for_cookies(server, proxied):
    proxied("http://news.example/feed")
    login = base64.b64encode(b"desk:s@crit").decode()
    assert server.visits[0].headers["proxy-authorization"] == f"Basic {login}"


def test_https_goes_through_a_tunnel_to_the_name(server, proxied):
    server.scripts["news.example:443"] = lambda visit: visit.answer(403)
    outcome = proxied("https://news.example/feed")
    assert isinstance(outcome, Failed)
    assert "403" in outcome.detail
    assert server.paths() == ["news.example:443"]


def test_a_name_that_only_the_proxy_can_resolve_is_left_to_it(server, proxied):
    server.scripts["http://elsewhere.example/"] = lambda visit: visit.answer(200, b"news")
    assert proxied("http://elsewhere.example/").body == b"news"


@pytest.mark.parametrize(
    "host",
    ["10.0.0.5", "inside.example", "metadata.google.internal", "intranet", "kafka.svc.cluster.local", "printer.lan."],
)  # fmt: skip
def test_the_inside_is_refused_and_the_proxy_never_hears_of_it(server, proxied, host):
    assert proxied(f"http://{host}/").reason is Refusal.ADDRESS_FORBIDDEN
    assert server.visits == []


def test_a_redirect_inside_is_refused(server, proxied):
    server.scripts["http://news.example/"] = lambda visit: visit.answer(
        302, Location="http://10.0.0.5/secret"
    )
    assert proxied("http://news.example/").reason is Refusal.ADDRESS_FORBIDDEN
    assert len(server.visits) == 1


def test_an_allowed_inside_network_is_asked_straight(server, proxied):
    assert proxied(server.serve("/internal-feed", b"ours")).body == b"ours"
    assert "proxy-authorization" not in server.visits[0].headers


def test_a_proxy_that_wants_other_credentials_is_told(server, proxied):
    server.scripts["http://news.example/"] = lambda visit: visit.answer(407)
    assert "STANCEWATCH_FETCH_PROXY" in proxied("http://news.example/").detail


def test_a_proxy_that_is_away_is_a_passing_fault():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        proxy = proxy_manager(f"http://127.0.0.1:{unused.getsockname()[1]}")
        fetch = HttpFetcher(AddressGuard((), resolve), None, Limits(total_seconds=20), proxy)
        outcome = fetch("http://news.example/")
        fetch.close()
    assert isinstance(outcome, Failed)
    assert outcome.detail.startswith("the egress proxy cannot be used: no connection to 127.0.0.1")


@pytest.mark.parametrize(
    "url", ["proxy.example:3128", "socks5://proxy.example:1080", "http://", "http://p:x/", "http://p:1/path"]
)
def test_what_is_no_proxy_is_an_error_without_the_password(monkeypatch, url):
    monkeypatch.setenv("STANCEWATCH_FETCH_PROXY", url.replace("//", "//user:hush@"))
    with pytest.raises(
        UserError, match=r"^STANCEWATCH_FETCH_PROXY: .*http://proxy\.example\.org:3128"
    ) as error:
        load_settings(FetcherSettings)
    assert "hush" not in str(error.value)


def test_the_environments_own_proxy_variables_are_not_read(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    fetch = HttpFetcher(AddressGuard(["127.0.0.0/8"]), None, Limits(total_seconds=20))
    outcome = fetch(server.serve("/", b"straight"))
    fetch.close()
    assert outcome.body == b"straight"


def test_a_bad_port_is_told():
    with pytest.raises(BadProxy, match="port"):
        proxy_manager("http://proxy.example:many")
