"""Made-up grid areas and news of the made-up companies."""

from datetime import timedelta
from random import Random

from django.utils import timezone

from portal.accounts.models import User
from portal.content.demo_news import AREAS, NEWS, Story
from portal.content.demo_pictures import PALETTES, draw
from portal.content.models import GridArea, News
from portal.files.actions import store_bytes
from portal.tenancy.models import Tenant


def build(tenant: Tenant, *, rng: Random) -> None:
    """Fill a new tenant. Its scope and a transaction must be open."""
    for order, (slug, name, price_area, codes) in enumerate(AREAS.get(tenant.slug, [])):
        GridArea.objects.create(slug=slug, name=name, price_area=price_area, postal_codes=codes, order=order)
    for story in NEWS.get(tenant.slug, []):
        _write(story, rng)
    # What is older than an account is no news to it: these people have been here for a while.
    User.objects.update(date_joined=timezone.now() - timedelta(days=8))


def _write(story: Story, rng: Random) -> None:
    at = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=story.days_ago, hours=2)
    picture = None
    if story.palette:
        content = draw(PALETTES[story.palette], rng, story.scene)
        picture = store_bytes(
            name=f"{story.scene}-{story.palette}.png", content=content, media_type="image/png", by=None
        )
    News.objects.create(
        title=story.title,
        lead=story.lead,
        body=story.body,
        picture=picture,
        picture_text=story.shows if picture else {},
        is_published=True,
        published_from=at,
        is_pinned=story.is_pinned,
        areas=list(story.areas),
        customer_kinds=list(story.kinds),
    )
