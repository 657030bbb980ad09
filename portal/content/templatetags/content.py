"""What staff have written, on pages of other apps."""

from django import template
from django.utils.safestring import SafeString

from portal.content import defaults, markup
from portal.content.models import Page
from portal.tenancy.models import current_tenant

register = template.Library()


@register.simple_tag
def information(slug: str) -> SafeString:
    """Show the text of an information page within a card; as it is shipped where the company has no such page."""
    page = Page.objects.filter(slug=slug).first() or _shipped(slug)
    return markup.render(page.body_text, level=3)


def _shipped(slug: str) -> Page:
    title, body = defaults.texts_of(slug)
    return Page(tenant=current_tenant(), slug=slug, title=title, body=body)
