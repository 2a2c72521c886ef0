"""The way out where a network lets only its proxy out. Who goes through it is guard.py's judgement."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from urllib3 import ProxyManager, make_headers


class BadProxy(ValueError):  # noqa: N818
    """The setting names no proxy; the message says what to change and holds no password."""


def proxy_manager(url: str) -> ProxyManager:
    """The proxy that `url` names: http(s)://[user:password@]host:port. Raises BadProxy."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise BadProxy("the port of the proxy is no number: write http://proxy.example.org:3128") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadProxy("not a proxy's address: write http://proxy.example.org:3128 (http or https)")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise BadProxy("a proxy's address ends with its port: write http://proxy.example.org:3128")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    address = f"{parts.scheme}://{host}:{port or (443 if parts.scheme == 'https' else 80)}"
    headers = None
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers = make_headers(proxy_basic_auth=login)
    return ProxyManager(address, num_pools=64, maxsize=1, block=False, retries=False, proxy_headers=headers)
