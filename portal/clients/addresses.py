"""Keeps requests to an address that somebody else has given away from our own network (SSRF), and within their time.

The name is looked up once and the connection goes to the address that was checked: a name that leads elsewhere at the
second look-up gains nothing.
"""

import ipaddress
import socket
import ssl
from functools import cache
from time import monotonic
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


class _TimedStream(httpcore.NetworkStream):
    """A connection that ends at a moment of the monotonic clock, also for who sends a byte now and then."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream, self._until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, left(self._until, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, left(self._until, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        timeout = left(self._until, timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def left(until: float, timeout: float | None, error: type[Exception]) -> float:
    """Return the seconds that a step may take, at most `timeout`. Raises `error` when the time is over."""
    remaining = until - monotonic()
    if remaining <= 0:
        raise error("the time is over")
    return remaining if timeout is None else min(timeout, remaining)


class _Backend(httpcore.SyncBackend):
    def __init__(self, *, until: float, only_public: bool, allow_own: bool) -> None:
        super().__init__()
        self.until, self.only_public, self.allow_own = until, only_public, allow_own

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *arguments: Any, **options: Any
    ) -> httpcore.NetworkStream:
        # TLS still names and checks the host itself.
        address = checked(host, port, allow_own=self.allow_own) if self.only_public else host
        timeout = left(self.until, timeout, httpcore.ConnectTimeout)
        return _TimedStream(super().connect_tcp(address, port, timeout, *arguments, **options), self.until)

    def connect_unix_socket(self, path: str, *arguments: Any, **options: Any) -> httpcore.NetworkStream:
        raise Forbidden(path)


@cache
def tls() -> ssl.SSLContext:
    """Return what connections are encrypted with; reading the authorities' certificates takes a while, so once."""
    return httpx.create_ssl_context(trust_env=False)


class GuardedTransport(httpx.HTTPTransport):
    """httpx' own transport for one request, over at `until`; with `only_public` to public addresses only."""

    def __init__(self, *, until: float, only_public: bool, allow_own: bool) -> None:
        super().__init__(verify=tls(), trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls(),
            http1=True,
            http2=False,
            network_backend=_Backend(until=until, only_public=only_public, allow_own=allow_own),
        )
