"""Everything that writes information pages and news."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from portal.accounts.models import User
from portal.audit import actions as audit
from portal.content import defaults
from portal.content.models import News, NewsRead, Page
from portal.files.actions import CheckedUpload, delete, store
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope


@transaction.atomic
def ensure_pages(tenant: Tenant) -> list[Page]:
    """Give a tenant the shipped pages it does not have; those it has are left alone. Returns the new ones."""
    with tenant_scope(tenant):
        present = set(Page.objects.values_list("slug", flat=True))
        return [_create(slug) for slug in defaults.slugs_for(tenant.modules) if slug not in present]


def _create(slug: str) -> Page:
    title, body = defaults.texts_of(slug)
    return Page.objects.create(slug=slug, title=title, body=body)


@transaction.atomic
def change_page(*, page: Page, title: dict[str, str], body: dict[str, str], by: User) -> None:
    """Save a page's texts, each by language; a page that is new is made."""
    page.title, page.body = title, body
    is_new = page.pk is None
    page.save()
    audit.record(
        verb="content.page_added" if is_new else "content.page_changed", by=by, obj=page, data={"slug": page.slug}
    )


@transaction.atomic
def save_news(
    *, news: News, fields: dict[str, Any], picture: CheckedUpload | None, remove_picture: bool, by: User
) -> News:
    """Write a piece of news, new or old. A new picture takes the place of the old one, which is deleted."""
    old = news.picture
    for name, value in fields.items():
        setattr(news, name, value)
    if picture or remove_picture:
        news.picture = store(picture, by=by) if picture else None
    is_new = news.pk is None
    news.save()
    if old and old != news.picture:
        delete(stored=old, by=by)
    audit.record(
        verb="content.news_written" if is_new else "content.news_changed",
        by=by,
        obj=news,
        data={"published": news.is_published},
    )
    return news


@transaction.atomic
def mark_read(*, news: Iterable[News], user: User) -> None:
    """Remember that a user has opened these."""
    NewsRead.objects.bulk_create([NewsRead(news=one, user=user) for one in news], ignore_conflicts=True)
