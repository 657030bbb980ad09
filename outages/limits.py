"""How many hazards strangers may report: enough for everybody who means it."""

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from redis.exceptions import RedisError

from outages.models import HazardReport
from portal.accounts import flooding

# From one address: a neighbourhood may share it behind its provider.
PER_ADDRESS = 6
# To one company, from all strangers together: then reports are taken in without pictures, which are what costs.
PER_COMPANY = 200


def takes_pictures() -> bool:
    """Tell whether strangers' pictures are taken in. Their words are: among many who play, somebody may mean it."""
    hour_ago = timezone.now() - timedelta(hours=1)
    return HazardReport.objects.filter(user=None, created_at__gt=hour_ago).count() < PER_COMPANY


def is_too_many(request: HttpRequest) -> bool:
    """Count a valid report of somebody who is not signed in; True when it is one too many for this hour."""
    try:
        return flooding.count(request, "hazards") > PER_ADDRESS
    except RedisError:
        # Somebody may be in danger: what cannot be counted is taken in, up to the company's limit.
        return not takes_pictures()
