"""How much people who are not signed in may write: enough for everybody who means it."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from redis.exceptions import RedisError

from forms_catalog.models import Enquiry

AN_HOUR = 60 * 60
TRIES_PER_ADDRESS = 30
# From one address: a neighbourhood may share it behind its provider.
PER_ADDRESS = 5
# In the name of one e-mail address: nobody floods it with our answers.
PER_EMAIL = 3
# To one company, from all strangers together; also what holds while the cache is away.
PER_COMPANY = 100


def is_flooding(request: HttpRequest) -> bool:
    """Count a try, before anything of it is looked at: reading pictures is work."""
    try:
        return _count(f"enquiry-tries:{_client(request)}") > TRIES_PER_ADDRESS
    except RedisError:
        return False


def is_too_many(request: HttpRequest, email: str) -> bool:
    """Count a valid enquiry; True when it is one too many for this hour."""
    recent = Enquiry.objects.filter(customer=None, asked_at__gt=timezone.now() - timedelta(seconds=AN_HOUR))
    if recent.count() >= PER_COMPANY or recent.filter(contact_email__iexact=email).count() >= PER_EMAIL:
        return True
    try:
        return _count(f"enquiries:{_client(request)}") > PER_ADDRESS
    except RedisError:
        # Unlike a hazard, an enquiry can wait until it can be counted.
        return True


def _client(request: HttpRequest) -> str:
    return str(get_adapter(request).get_client_ip(request))


def _count(key: str) -> int:
    cache.add(key, 0, AN_HOUR)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two
        return 1
