"""Keeps requests to an address that somebody else has given away from our own network (SSRF).

The name is looked up once and the connection goes to the address that was checked: a name that leads elsewhere at the
second look-up gains nothing.
"""

import ipaddress
import socket
import ssl
from functools import cache
from typing import Any

import httpcore
import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(httpx.ConnectError):
    """The address is in our own network, or nowhere."""


def is_public(address: Address) -> bool:
    """Tell whether an address is out on the internet, IPv4 inside IPv6 (mapped, 6to4, NAT64) included."""
    inner = embedded(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not address.is_multicast


def embedded(address: Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    return ipaddress.IPv4Address(address.packed[-4:]) if address in ipaddress.ip_network("64:ff9b::/96") else None


def checked(host: str, port: int, *, allow_own: bool) -> str:
    """Return an address of a host that may be connected to. Raises Forbidden when one of them may not.

    `allow_own` lets this machine through, for development and tests.
    """
    addresses = _addresses_of(host, port)
    for address in addresses:
        if not is_public(address) and not (allow_own and address.is_loopback):
            raise Forbidden(f"{host} is not out on the internet")
    return str(addresses[0])


def _addresses_of(host: str, port: int) -> list[Address]:
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpx.ConnectError(f"{host} was not found") from error
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


class _CheckedBackend(httpcore.SyncBackend):
    def __init__(self, *, allow_own: bool) -> None:
        super().__init__()
        self.allow_own = allow_own

    def connect_tcp(self, host: str, port: int, *arguments: Any, **options: Any) -> httpcore.NetworkStream:
        # TLS still names and checks the host itself.
        return super().connect_tcp(checked(host, port, allow_own=self.allow_own), port, *arguments, **options)

    def connect_unix_socket(self, path: str, *arguments: Any, **options: Any) -> httpcore.NetworkStream:
        raise Forbidden(path)


@cache
def tls() -> ssl.SSLContext:
    """Return what connections are encrypted with; reading the authorities' certificates takes a while, so once."""
    return httpx.create_ssl_context(trust_env=False)


class GuardedTransport(httpx.HTTPTransport):
    """httpx' own transport, which connects to public addresses only."""

    def __init__(self, *, allow_own: bool) -> None:
        super().__init__(verify=tls(), trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls(),
            http1=True,
            http2=False,
            network_backend=_CheckedBackend(allow_own=allow_own),
        )
