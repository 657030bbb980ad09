"""How many hazards strangers may report: enough for everybody who means it."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from redis.exceptions import RedisError

from outages.models import HazardReport

AN_HOUR = 60 * 60
# From one address: a neighbourhood may share it behind its provider.
PER_ADDRESS = 6
TRIES_PER_ADDRESS = 30
# To one company, from all strangers together; also what holds while the cache is away.
PER_COMPANY = 200


def is_flooding(request: HttpRequest) -> bool:
    """Count a try of somebody who is not signed in, before anything of it is looked at: reading pictures is work."""
    try:
        return _count(f"hazard-tries:{_client(request)}") > TRIES_PER_ADDRESS
    except RedisError:
        return False


def is_too_many(request: HttpRequest) -> bool:
    """Count a valid report of somebody who is not signed in; True when it is one too many for this hour."""
    hour_ago = timezone.now() - timedelta(seconds=AN_HOUR)
    if HazardReport.objects.filter(user=None, created_at__gt=hour_ago).count() >= PER_COMPANY:
        return True
    try:
        return _count(f"hazards:{_client(request)}") > PER_ADDRESS
    except RedisError:
        # Somebody may be in danger: what cannot be counted is taken in, up to the company's limit.
        return False


def _client(request: HttpRequest) -> str:
    return str(get_adapter(request).get_client_ip(request))


def _count(key: str) -> int:
    cache.add(key, 0, AN_HOUR)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two
        return 1
