"""How often somebody may try what could be abused: counted in Redis, per address and per what is tried."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest

LIMITS = {
    # Asking for access: staff read every one, and one invitation may go to each.
    "ask": "10/h/ip,3/h/key",
    # The register is open to all, but not through us.
    "register": "20/h/ip",
    # A secret has 256 bits; whoever tries many is no guest.
    "invitation": "60/h/ip",
    "code": "10/h/ip,5/h/key",
    # Invitations cost SMS and land with strangers.
    "invite": "30/h/key",
    # The one form that tells whether a customer has a number: with its name.
    "firm": "10/h/key",
}


def is_within(request: HttpRequest, action: str, key: str = "") -> bool:
    """Count a try and tell whether it is allowed. Raises RedisError when it cannot be counted."""
    used = ratelimit.consume(
        request, app="portal.customers", action=action, config=LIMITS, key=key or "-", limit_get=True
    )
    return used is not None
