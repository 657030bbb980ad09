"""Driver slips: a job on a sheet of A5, with what the driver has to know and room for what became of it."""

import io
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import segno
from django.core.files.storage import default_storage
from django.db.models import prefetch_related_objects
from django.urls import reverse
from PIL import Image, ImageDraw

from orders.jobs import EXPLANATIONS, JobType
from orders.models import OrderLine, Photo
from portal.documents.pdf import render_pdf
from portal.tenancy.models import current_tenant

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Drawn while somebody waits for them, at five a second on a busy machine.
MOST_SLIPS = 80
LONGEST_SIDE = 700


@dataclass(frozen=True)
class Slip:
    """A job with what is drawn for it. `qr` and `photos` are data: addresses; the explanation is in whichever language
    is on when it is written out, the company's.
    """

    job: OrderLine
    explanation: "StrOrPromise"
    qr: str
    photos: Sequence[str]


def slips_pdf(jobs: Sequence[OrderLine]) -> bytes:
    """Return the slips of the jobs, which have their orders; of several, a list of them comes first.

    They are in the company's language: a driver is not asked for another.
    """
    prefetch_related_objects(jobs, "photos__file", "order__customer", "location__depot")
    tenant = current_tenant()
    context = {"slips": [_slip(job) for job in jobs], "jobs": jobs, "is_list": len(jobs) > 1}
    return render_pdf("orders/slips_pdf.html", context, language=tenant.language)


def _slip(job: OrderLine) -> Slip:
    url = current_tenant().absolute_url(reverse("admin:orders_orderline_change", args=[job.pk]))
    qr = segno.make(url, error="m").svg_data_uri(border=0, scale=2)
    return Slip(job, EXPLANATIONS[JobType(job.job_type)], qr, list(_pictures(job.photos.all())))


def _pictures(photos: Iterable[Photo]) -> Iterable[str]:
    """Yield the photos as small JPEGs, with the marked spot drawn in; those that cannot be shown are left out."""
    for photo in photos:
        if not photo.file.is_clean:
            continue
        try:
            with default_storage.open(photo.file.location) as file, Image.open(file) as opened:
                picture = opened.convert("RGB")
        except OSError:
            continue
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        if photo.spot_x is not None and photo.spot_y is not None:
            _mark(picture, float(photo.spot_x), float(photo.spot_y))
        content = io.BytesIO()
        picture.save(content, "JPEG", quality=80)
        yield f"data:image/jpeg;base64,{b64encode(content.getvalue()).decode()}"


def _mark(picture: Image.Image, left: float, top: float) -> None:
    """Draw a ring around a spot, white within black, so that it is seen on every ground and in black and white."""
    x, y, radius = picture.width * left / 100, picture.height * top / 100, max(picture.size) / 16
    draw = ImageDraw.Draw(picture)
    for more, width, colour in ((2, 10, "black"), (0, 5, "white")):
        box = (x - radius - more, y - radius - more, x + radius + more, y + radius + more)
        draw.ellipse(box, outline=colour, width=width)
    draw.ellipse((x - 5, y - 5, x + 5, y + 5), fill="white", outline="black", width=2)
