"""Pictures are made anew: upright, of a reasonable size, and with nothing in them but what can be seen."""

import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django import forms
from PIL import Image

from portal.files.actions import CheckedUpload
from portal.files.fields import FilesField
from portal.files.rules import IMAGES, images
from portal.tenancy.models import Tenant
from tests.files.makers import picture, posted, upload


class Pictures(forms.Form):
    files = FilesField(rules=IMAGES)


def taken(name: str, content: bytes) -> CheckedUpload:
    form = Pictures({}, posted(upload(name, content)))
    assert form.is_valid(), form.errors
    (found,) = form.cleaned_data["files"]
    assert isinstance(found, CheckedUpload)
    return found


def opened(found: CheckedUpload) -> Image.Image:
    return Image.open(io.BytesIO(found.file.read()))


def with_exif(**options: Any) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Camera maker"
    exif[0x0112] = 6  # turned a quarter
    exif.get_ifd(0x8825)[1] = "N"
    return picture(size=(40, 20), exif=exif, **options)


@pytest.mark.parametrize(
    ("name", "kind", "kept_name", "media_type"),
    [
        ("a.jpg", "JPEG", "a.jpg", "image/jpeg"),
        ("a.jpeg", "JPEG", "a.jpg", "image/jpeg"),
        ("a.png", "PNG", "a.png", "image/png"),
        ("a.webp", "WEBP", "a.jpg", "image/jpeg"),
        ("IMG_1.HEIC", "HEIF", "IMG_1.jpg", "image/jpeg"),
        # Phones and browsers call them by each other's names.
        ("a.jpg", "HEIF", "a.jpg", "image/jpeg"),
        ("a.png", "WEBP", "a.jpg", "image/jpeg"),
    ],
)
def test_pictures_become_jpeg_or_stay_png(
    tenant: Tenant, name: str, kind: str, kept_name: str, media_type: str
) -> None:
    found = taken(name, picture(kind))
    assert (found.name, found.media_type) == (kept_name, media_type)
    assert opened(found).size == (40, 30)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_place_and_camera_are_gone_and_the_picture_is_upright(tenant: Tenant, kind: str) -> None:
    content = with_exif(kind=kind)
    assert b"Camera maker" in content
    found = taken(f"a.{kind.lower()}".replace("heif", "heic"), content)
    redrawn = opened(found)
    # HEIF has its own way to turn a picture, by which it is unpacked; what EXIF says of it does not count.
    assert redrawn.size == ((40, 20) if kind == "HEIF" else (20, 40))
    assert not redrawn.getexif()
    assert not {"exif", "icc_profile", "comment", "xmp"} & redrawn.info.keys()


def test_what_hides_behind_a_picture_is_gone(tenant: Tenant) -> None:
    found = taken("a.jpg", picture() + b"<script>alert(1)</script>PK\x03\x04")
    assert b"script" not in found.file.read()


def test_a_large_picture_is_made_smaller(tenant: Tenant) -> None:
    assert opened(taken("a.jpg", picture(size=(4000, 1000)))).size == (2560, 640)


def test_a_see_through_picture_stays_so(tenant: Tenant) -> None:
    found = taken("a.webp", picture("WEBP", mode="RGBA"))
    assert (found.name, opened(found).mode) == ("a.png", "RGBA")


def test_a_photo_saved_as_png_becomes_a_jpeg(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "LARGEST_PNG", 10)
    assert taken("a.png", picture("PNG")).name == "a.jpg"


def problem(name: str, content: bytes) -> str:
    form = Pictures({}, posted(upload(name, content)))
    assert not form.is_valid()
    return form.errors.as_data()["files"][0].code or ""


def test_a_picture_of_too_many_pixels_is_not_unpacked(tenant: Tenant) -> None:
    """A PNG of a few kilobytes that would take 400 MB of memory."""
    bomb = picture("PNG", size=(10_000, 10_000))
    assert len(bomb) < 400_000
    assert problem("a.png", bomb) == "pixels"
    assert problem("b.png", picture("PNG", size=(14_000, 14_000))) == "pixels"


@pytest.mark.parametrize(
    ("name", "kind", "size", "options"),
    [
        ("a.png", "PNG", (8000, 8000), {"mode": "RGBA"}),
        ("a.png", "PNG", (5100, 5000), {}),
        ("a.webp", "WEBP", (4100, 4000), {"method": 0}),
        ("a.heic", "HEIF", (5100, 5000), {}),
        ("a.jpg", "JPEG", (5100, 5000), {"progressive": True}),
    ],
    ids=["see-through", "png", "webp", "heic", "progressive"],
)
def test_what_must_be_unpacked_whole_may_have_fewer_pixels(
    tenant: Tenant, name: str, kind: str, size: tuple[int, int], options: dict[str, Any]
) -> None:
    content = picture(kind, size, **options)
    assert len(content) < 1_000_000
    form = Pictures({}, posted(upload(name, content)))
    (error,) = form.errors.as_data()["files"]
    assert error.code == "pixels"
    assert f"{16 if name == 'a.webp' else 25} megapiksler" in str(error.message)


def test_a_photo_of_a_phone_is_taken(tenant: Tenant) -> None:
    assert opened(taken("a.jpg", picture(size=(8064, 6048)))).size == (2560, 1920)
    assert opened(taken("a.heic", picture("HEIF", size=(5712, 4284)))).size == (2560, 1920)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_picture_is_turned_upright_too(tenant: Tenant, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    assert opened(taken("a.jpg", picture(kind, size=(4000, 1000), exif=exif))).size == (640, 2560)


def test_pictures_are_unpacked_one_at_a_time(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    redrawn, busy, most = images._redrawn, threading.Semaphore(4), []

    def watched(opened: Image.Image, name: str) -> images.Redrawn:
        with busy:
            most.append(4 - busy._value)
            time.sleep(0.02)
            return redrawn(opened, name)

    monkeypatch.setattr(images, "_redrawn", watched)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda content: images.redraw(io.BytesIO(content), "a.jpg"), [picture()] * 4))
    assert most == [1, 1, 1, 1]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_damaged_picture_is_refused(tenant: Tenant, kind: str) -> None:
    content = picture(kind, size=(400, 300))
    assert problem(f"a.{kind.lower()}", content[: len(content) // 3]) == "broken"


def test_a_picture_over_15_mb_is_refused(tenant: Tenant) -> None:
    assert problem("a.jpg", picture() + b"\0" * 15_000_000) == "too_large"
