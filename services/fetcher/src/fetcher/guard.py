"""The guard in front of every connection: no request may reach inside the newsroom's own network.

The judgement on addresses is microsoft-antissrf's list. It is applied where it cannot be tricked: on the very
socket address that is connected to, after name resolution, for every hop. So neither a redirect nor a name that
resolves differently the second time (DNS rebinding) gets past it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from ipaddress import ip_address, ip_network

from AntiSSRF import AntiSSRFPolicy, PolicyConfigOptions  # type: ignore[import-untyped]

SocketAddress = tuple[socket.AddressFamily, str, int]
Resolve = Callable[[str, int], list[SocketAddress]]
# Names that no public resolver knows (RFC 6761, 6762, 8375, ICANN's "internal", and old habits).
INSIDE_SUFFIXES = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "private",
    "home.arpa",
)


# Where a newsroom's own machines are. No source is at link-local, metadata, multicast or translated addresses.
OWN_NETWORKS = tuple(
    ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "fc00::/7",
        "::1/128",
    )
)
WAY_IN = "allow_internal"


class ForbiddenAddress(Exception):  # noqa: N818 - the refusal's name
    """The name leads to an address that must not be read."""


class AddressGuard:
    """Decides which addresses may be connected to."""

    def __init__(self, allow_internal: Iterable[str] = (), resolve: Resolve | None = None) -> None:
        self._policy = _policy(allow_internal)
        self._resolve = resolve or resolve_by_dns

    def allow_only(self, internal: Iterable[str]) -> None:
        """From now on these internal networks may be connected to, and no others."""
        self._policy = _policy(internal)

    def addresses(self, host: str, port: int) -> list[SocketAddress]:
        """Addresses of `host` to connect to, in the resolver's order.

        Raises ForbiddenAddress if any of them is forbidden (a name that also points inside is an attack, not a
        choice), OSError if the name does not resolve.
        """
        found = self._resolve(host.strip("[]"), port)
        if not found:
            raise OSError(f"{host} has no address")
        for _, address, _ in found:
            if not _allows(self._policy, address):
                is_spelt_out = host.strip("[]") == address
                subject = address if is_spelt_out else f"{host} leads to {address}, which"
                raise ForbiddenAddress(f"{subject} is not a public address{_way_out(address)}")
        return found

    def is_for_proxy(self, host: str, port: int) -> bool:
        """Where there is an egress proxy: whether `host` is asked through it (public) or straight (allowed inside).

        Names that cannot be resolved here are the proxy's to resolve, unless they only mean something inside.
        Raises ForbiddenAddress.
        """
        try:
            found = self.addresses(host, port)
        except OSError:
            if is_inside_name(host):
                raise ForbiddenAddress(
                    f"{host} is a name of an inside network and is not looked up through the proxy"
                ) from None
            return True
        return all(_allows(PUBLIC_ONLY, address) for _, address, _ in found)


def is_inside_name(host: str) -> bool:
    """Whether `host` is a name that only means something inside a network."""
    name = host.casefold().rstrip(".")
    return "." not in name or name.endswith(tuple(f".{suffix}" for suffix in INSIDE_SUFFIXES))


def _allows(policy: AntiSSRFPolicy, address: str) -> bool:
    # A scope ("fe80::1%eth0") is no part of the address that the policy knows.
    return bool(policy._is_network_connection_allowed([address.partition("%")[0]]))


def _way_out(address: str) -> str:
    """What to do where the address may be a newsroom's own; no source is at any of the others."""
    ip = ip_address(address.partition("%")[0])
    if not any(ip in network for network in OWN_NETWORKS):
        return ""
    network = f"{ip}/{ip.max_prefixlen}"
    return f"; if this is a source of your own, add its network ({network}) to {WAY_IN} in sources.yaml"


def _policy(allow_internal: Iterable[str]) -> AntiSSRFPolicy:
    policy = AntiSSRFPolicy(PolicyConfigOptions.EXTERNAL_ONLY_LATEST)
    allowed = list(allow_internal)
    if allowed:
        policy.add_allowed_addresses(allowed)
    return policy


def resolve_by_dns(host: str, port: int) -> list[SocketAddress]:
    """The system's resolver, which also understands numbers in all their spellings (octal, one integer, hex)."""
    found: list[SocketAddress] = []
    try:
        answers = socket.getaddrinfo(host, port, socket.AF_UNSPEC, socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host[:80]!r} is not a host name: {error}") from None
    for family, _, _, _, address in answers:
        found.append((family, str(address[0]), port))
    return found


PUBLIC_ONLY = _policy(())
