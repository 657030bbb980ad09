"""How much people who are not signed in may write from one address: enough for everybody who means it."""

from django.http import HttpRequest
from redis.exceptions import RedisError

from portal.accounts import flooding

# A neighbourhood may share it behind its provider. What holds for all addresses together is in actions.enquiries.
PER_ADDRESS = 5


def is_too_many(request: HttpRequest) -> bool:
    """Count a valid enquiry; True when it is one too many for this hour."""
    try:
        return flooding.count(request, "enquiries") > PER_ADDRESS
    except RedisError:
        # Unlike a hazard, an enquiry can wait until it can be counted.
        return True
