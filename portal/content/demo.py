"""Made-up grid areas and news of the made-up companies, with pictures drawn here."""

import io
import itertools
import math
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.utils import timezone
from PIL import Image, ImageDraw

from portal.accounts.models import User
from portal.content.demo_news import AREAS, NEWS, Story
from portal.content.models import GridArea, News
from portal.files.actions import store_bytes
from portal.tenancy.models import Tenant

SIZE = (960, 540)


@dataclass(frozen=True)
class Palette:
    """Sky above and below, the hills from far to near, and what stands on them."""

    sky: tuple[str, str]
    hills: tuple[str, ...]
    ink: str
    sun: str


PALETTES = {
    "autumn": Palette(("#f7d9b5", "#f2b07b"), ("#b98b6a", "#8d6a57", "#5e4a45"), "#2f2a33", "#fff1d6"),
    "winter": Palette(("#d9e6f5", "#b3c9e6"), ("#93a9cc", "#6c84ad", "#465c86"), "#22304d", "#ffffff"),
    "summer": Palette(("#cfeaf5", "#f3f6df"), ("#9dc4a1", "#6da078", "#417556"), "#1f3b30", "#fff3b8"),
    "night": Palette(("#1d2547", "#3f4a7d"), ("#2b3359", "#20274a", "#151a36"), "#0b0e20", "#f4efd2"),
}


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
        content = draw(PALETTES[story.palette], rng)
        picture = store_bytes(name=f"{story.palette}.png", content=content, media_type="image/png", by=None)
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


def draw(palette: Palette, rng: Random) -> bytes:
    """Return a landscape with a power line as PNG."""
    width, height = SIZE
    image = Image.new("RGB", SIZE, palette.sky[0])
    canvas = ImageDraw.Draw(image)
    top, bottom = _rgb(palette.sky[0]), _rgb(palette.sky[1])
    for y in range(height):
        share = y / height
        canvas.line(
            [(0, y), (width, y)], fill=tuple(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))
        )
    x = rng.randrange(width // 5, width * 4 // 5)
    canvas.ellipse([x - 44, 76, x + 44, 164], fill=palette.sun)
    for number, color in enumerate(palette.hills):
        _hill(canvas, color, height * (0.5 + 0.13 * number), rng)
    _line(canvas, palette.ink)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _hill(canvas: ImageDraw.ImageDraw, color: str, level: float, rng: Random) -> None:
    width, height = SIZE
    phase, length = rng.uniform(0, 6), rng.uniform(180, 320)
    ridge = [
        (x, level + 34 * math.sin(x / length + phase) + 9 * math.sin(x / 41 + phase)) for x in range(0, width + 8, 8)
    ]
    canvas.polygon([*ridge, (width, height), (0, height)], fill=color)


def _line(canvas: ImageDraw.ImageDraw, ink: str) -> None:
    """Poles from left to right, growing as they come nearer, with wires that hang between them."""
    xs = [60, 250, 500, 850]
    poles = [(x, 250 - number * 22, 360 + number * 34) for number, x in enumerate(xs)]
    tops = []
    for x, top, foot in poles:
        thick = 5 + (foot - top) // 60
        canvas.line([(x, top), (x, foot)], fill=ink, width=thick)
        arm = (foot - top) // 4
        canvas.line([(x - arm, top + 18), (x + arm, top + 18)], fill=ink, width=thick - 1)
        tops.append([(x - arm, top + 18), (x, top), (x + arm, top + 18)])
    for left, right in itertools.pairwise(tops):
        for (x1, y1), (x2, y2) in zip(left, right, strict=True):
            steps = [
                (x1 + (x2 - x1) * t / 20, y1 + (y2 - y1) * t / 20 + 26 * math.sin(math.pi * t / 20)) for t in range(21)
            ]
            canvas.line(steps, fill=ink, width=2)
