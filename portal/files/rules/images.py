"""Making a picture anew: what is kept is what can be seen. Place, camera and time go, and so does what hides in it."""

import io
import threading
from dataclasses import dataclass
from typing import IO

import pillow_heif
from PIL import Image, ImageCms, ImageOps

from portal.files.rules.problems import Problem

pillow_heif.register_heif_opener()

LONGEST_SIDE = 2560
# A small file can hold a picture that takes gigabytes to unpack. Phones take 48 and 50 million, as plain JPEG.
MEGAPIXELS = 64
# What must be unpacked whole: at ten bytes a pixel, a WebP at eighteen. The HEIC pictures of phones have 24 million.
MEGAPIXELS_WHOLE = 25
MEGAPIXELS_WEBP = 16
MAX_PIXELS = MEGAPIXELS * 1_000_000
JPEG_QUALITY = 85
# A screenshot stays a PNG, in which text stays sharp; a photo of that size becomes a JPEG.
LARGEST_PNG = 3_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# Pillow looks at this when it opens a file, before anything is unpacked.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
# One picture at a time in a process: its threads together must not need more memory than one of them.
ONE_AT_A_TIME = threading.Semaphore()


@dataclass(frozen=True)
class Redrawn:
    content: bytes
    media_type: str
    extension: str


def redraw(file: IO[bytes], name: str) -> Redrawn:
    """Return the picture as a JPEG (a PNG when it is see-through or was one), turned upright, at most 2560 pixels a
    side, without EXIF or anything else around it. Raises Problem for one that is too large or cannot be read.
    """
    try:
        with ONE_AT_A_TIME, Image.open(file, formats=FORMATS) as opened:
            return _redrawn(opened, name)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Problem("pixels", name, {"limit": MEGAPIXELS}) from error
    except Problem:
        raise
    except Exception as error:
        # The decoders raise what they like for a damaged file: OSError, SyntaxError, ValueError, struct.error…
        raise Problem("broken", name) from error


def _redrawn(opened: Image.Image, name: str) -> Redrawn:
    megapixels = _most_megapixels(opened)
    if opened.width * opened.height > megapixels * 1_000_000:
        raise Problem("pixels", name, {"limit": megapixels})
    was_png = opened.format == "PNG"
    # A JPEG can be unpacked at a fraction of its size. Smaller first: turning copies it.
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture = ImageOps.exif_transpose(opened)
    if _is_see_through(picture):
        return _saved(_to_srgb(picture, "RGBA"), "PNG")
    picture = _to_srgb(picture, "RGB")
    if was_png and len((png := _saved(picture, "PNG")).content) <= LARGEST_PNG:
        return png
    return _saved(picture, "JPEG")


def _most_megapixels(opened: Image.Image) -> int:
    """A progressive JPEG is kept whole while it is read."""
    if opened.format == "JPEG" and "progressive" not in opened.info:
        return MEGAPIXELS
    return MEGAPIXELS_WEBP if opened.format == "WEBP" else MEGAPIXELS_WHOLE


def _is_see_through(picture: Image.Image) -> bool:
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return False
    lowest, _highest = picture.convert("RGBA").getchannel("A").getextrema()
    return isinstance(lowest, int | float) and lowest < 255


def _to_srgb(picture: Image.Image, mode: str) -> Image.Image:
    """Phones write wider colours than sRGB and say so in a profile, which is not kept."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "RGBA"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        picture = converted or picture
    return picture.convert(mode)


def _saved(picture: Image.Image, kind: str) -> Redrawn:
    # A new picture takes nothing over but the pixels.
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    file = io.BytesIO()
    if kind == "PNG":
        bare.save(file, "PNG", optimize=True)
        return Redrawn(file.getvalue(), "image/png", "png")
    bare.save(file, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return Redrawn(file.getvalue(), "image/jpeg", "jpg")
