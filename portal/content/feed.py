"""The news as an Atom feed: what everybody may read, in the company's language or another.

What XML cannot say is left out here, too: texts may be older than the forms that refuse it.
"""

from django.urls import reverse
from django.utils import feedgenerator
from django.utils.html import escape
from django.utils.translation import gettext as _

from portal.content import richtext
from portal.content.queries import public_news
from portal.tenancy.models import Tenant
from portal.tenancy.text import without_controls

MOST = 20


def atom(tenant: Tenant, language: str) -> str:
    """Return the feed in the active language."""
    page = tenant.absolute_url(reverse("content:news"))
    feed = feedgenerator.Atom1Feed(
        title=without_controls(_("News from %(company)s") % {"company": tenant.name}),
        link=page,
        description="",
        language=language,
        feed_url=tenant.absolute_url(reverse("content:news_feed")),
        author_name=without_controls(tenant.legal_name),
    )
    for news in public_news(tenant, []).order_by("-published_from", "-pk")[:MOST]:
        link = tenant.absolute_url(reverse("content:news_item", args=[news.pk]))
        feed.add_item(
            title=without_controls(news.title_text),
            link=link,
            unique_id=link,
            description=without_controls(f"<p>{escape(news.lead_text)}</p>{richtext.render(news.body_text)}"),
            pubdate=news.published_from,
            updateddate=max(news.changed_at, news.published_from),
        )
    return str(feed.writeString("utf-8"))
