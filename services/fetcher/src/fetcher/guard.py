"""The guard in front of every connection: no request may reach inside the newsroom's own network.

The judgement on addresses is microsoft-antissrf's list. It is applied where it cannot be tricked: on the very
socket address that is connected to, after name resolution, for every hop. So neither a redirect nor a name that
resolves differently the second time (DNS rebinding) gets past it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable

from AntiSSRF import AntiSSRFPolicy, PolicyConfigOptions  # type: ignore[import-untyped]

SocketAddress = tuple[socket.AddressFamily, str, int]
Resolve = Callable[[str, int], list[SocketAddress]]


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
            # A scope ("fe80::1%eth0") is no part of the address that the policy knows.
            if not self._policy._is_network_connection_allowed([address.partition("%")[0]]):
                raise ForbiddenAddress(
                    f"{host} leads to {address}, which is not a public address; if this is a source of your own,"
                    f" add it to allow_internal in sources.yaml"
                )
        return found


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
