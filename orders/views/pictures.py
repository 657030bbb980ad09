"""How large a photo is shown where it is tapped."""

from django.core.files.storage import default_storage
from PIL import Image

from orders.models import Photo

# What a phone of 320 px has room for; a script makes it as wide as the page and says how wide that is.
WIDTH = 256


def shown_size(photo: Photo) -> tuple[int, int] | None:
    """Return width and height in pixels of the page; None for a photo that cannot be shown (yet)."""
    if not photo.file.is_clean:
        return None
    try:
        with default_storage.open(photo.file.location) as file, Image.open(file) as picture:
            width, height = picture.size
    except OSError:
        return None
    return WIDTH, max(1, round(WIDTH * height / width))
