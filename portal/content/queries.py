"""Which news somebody may read, and what of it is new to them."""

import contextlib

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from redis.exceptions import RedisError

from portal import registry
from portal.accounts.models import User
from portal.content import areas
from portal.content.models import News
from portal.content.models.news import NewsQuerySet
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from portal.tenancy.scope import once

# The badge stands on every page; it may be so old.
UNREAD_SECONDS = 60


def news_for(request: HttpRequest) -> NewsQuerySet:
    """Return the news that the person on this page may read, pinned ones first."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]  # TenantMiddleware
    customer: Customer | None = getattr(request, "customer", None)
    found = public_news(tenant, [area.slug for area in areas.areas_of_request(request)], only_open=customer is None)
    if customer is None:
        return found
    return found.for_kind(customer.kind).for_modules(_modules_used(tenant, customer))


def _modules_used(tenant: Tenant, customer: Customer) -> list[str]:
    """Return the modules a customer has anything to do with, asked for once a request: cards, badge and page ask."""
    groups = [group for group in registry.groups_of(tenant) if group.name]
    key = ("content.modules_used", customer.pk, customer.scope)
    return once(key, lambda: [group.name for group in groups if group.is_used_by(customer)])


def marked_for(user: object, found: NewsQuerySet) -> NewsQuerySet:
    """Let each piece of news know whether it `is_unread`; to a visitor nothing is."""
    added = {"is_unread": News.is_unread_by(user)} if isinstance(user, User) else {}
    return found.annotate(**added)


def public_news(tenant: Tenant, area_slugs: list[str], *, only_open: bool = True) -> NewsQuerySet:
    """Return what is out now for these areas, for visitors only what is meant for every group of customers."""
    found = News.objects.out_at(timezone.now()).for_areas(area_slugs).for_modules(tenant.modules)
    return (found.for_everybody() if only_open else found).pinned_first().select_related("picture")


def unread_count(request: HttpRequest) -> int | None:
    """Return how many pieces of news the signed-in person has not opened; None for a visitor."""
    user, customer = request.user, getattr(request, "customer", None)
    if not isinstance(user, User) or customer is None:
        return None
    key = _key(user, customer)
    try:
        count = cache.get(key)
        if count is None:
            count = news_for(request).unread_by(user).count()
            cache.set(key, count, UNREAD_SECONDS)
    except RedisError:
        count = news_for(request).unread_by(user).count()
    return int(count)


def forget_unread_count(user: User, customer: Customer | None) -> None:
    """Let the badge be counted anew."""
    if customer is None:
        return
    with contextlib.suppress(RedisError):  # then it is counted anew within a minute
        cache.delete(_key(user, customer))


def _key(user: User, customer: Customer) -> str:
    return f"news:unread:{user.pk}:{customer.pk}"
