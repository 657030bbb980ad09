"""Everything that writes information pages."""

from django.db import transaction

from portal.accounts.models import User
from portal.audit import actions as audit
from portal.content import defaults
from portal.content.models import Page
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope


@transaction.atomic
def ensure_pages(tenant: Tenant) -> list[Page]:
    """Give a tenant the shipped pages it does not have; those it has are left alone. Returns the new ones."""
    with tenant_scope(tenant):
        present = set(Page.objects.values_list("slug", flat=True))
        return [_create(slug) for slug in defaults.SLUGS if slug not in present]


def _create(slug: str) -> Page:
    title, body = defaults.texts_of(slug)
    return Page.objects.create(slug=slug, title=title, body=body)


@transaction.atomic
def change_page(*, page: Page, title: dict[str, str], body: dict[str, str], by: User) -> None:
    """Save a page's texts, each by language."""
    page.title, page.body = title, body
    page.save(update_fields=["title", "body"])
    audit.record(verb="content.page_changed", by=by, obj=page, data={"slug": page.slug})
