"""How often people who are not signed in may write: counted in Redis, by the hour and by address."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

AN_HOUR = 60 * 60
TRIES_PER_ADDRESS = 30


def is_flooding(request: HttpRequest, what: str) -> bool:
    """Count a try, before anything of it is looked at: reading pictures is work."""
    try:
        return count(request, f"{what}-tries") > TRIES_PER_ADDRESS
    except RedisError:
        return False


def count(request: HttpRequest, what: str) -> int:
    """Count one more of `what` from this address; returns how many there are this hour. Raises RedisError."""
    key = f"{what}:{get_adapter(request).get_client_ip(request)}"
    cache.add(key, 0, AN_HOUR)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two
        return 1
