"""How often people who are not signed in may write: counted in Redis, by the hour and by address."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

AN_HOUR = 60 * 60
TRIES_PER_ADDRESS = 30
HOUSEHOLD = 64


def is_flooding(request: HttpRequest, what: str) -> bool:
    """Count a try, before anything of it is looked at: reading pictures is work."""
    try:
        return count(request, f"{what}-tries") > TRIES_PER_ADDRESS
    except RedisError:
        return False


def network_of(address: str) -> str:
    """Return what one subscriber has: an IPv4 address, or the /64 that any device in it picks addresses from."""
    found = ip_address(address)
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found.packed[:8] + bytes(8), HOUSEHOLD)))


def count(request: HttpRequest, what: str) -> int:
    """Count one more of `what` from this network; returns how many there are this hour. Raises RedisError."""
    key = f"{what}:{network_of(get_adapter(request).get_client_ip(request))}"
    cache.add(key, 0, AN_HOUR)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two
        return 1
