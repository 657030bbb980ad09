"""How much people who are not signed in may write: enough for everybody who means it."""

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from redis.exceptions import RedisError

from forms_catalog.models import Enquiry
from portal.accounts import flooding

# From one address: a neighbourhood may share it behind its provider.
PER_ADDRESS = 5
# In the name of one e-mail address: nobody floods it with our answers.
PER_EMAIL = 3
# To one company, from all strangers together; also what holds while the cache is away.
PER_COMPANY = 100


def is_too_many(request: HttpRequest, email: str) -> bool:
    """Count a valid enquiry; True when it is one too many for this hour."""
    recent = Enquiry.objects.filter(customer=None, asked_at__gt=timezone.now() - timedelta(hours=1))
    if recent.count() >= PER_COMPANY or recent.filter(contact_email__iexact=email).count() >= PER_EMAIL:
        return True
    try:
        return flooding.count(request, "enquiries") > PER_ADDRESS
    except RedisError:
        # Unlike a hazard, an enquiry can wait until it can be counted.
        return True
