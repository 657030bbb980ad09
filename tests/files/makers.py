"""Files as people hand them in."""

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from PIL import Image

from portal.files.actions import CheckedUpload

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: Any) -> bytes:
    file = io.BytesIO()
    colour: Any = (200, 30, 30, 128) if mode == "RGBA" else (200, 30, 30)
    Image.new(mode, size, colour).save(file, kind, **options)
    return file.getvalue()


def zipped(**entries: bytes) -> bytes:
    """Return a zip file; __ stands for / in the names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def office(part: str, *more: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, "<xml/>")
    return file.getvalue()


def odt() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<xml/>")
    return file.getvalue()


def upload(name: str, content: bytes, media_type: str = "application/octet-stream") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, media_type)


def posted(*uploads: SimpleUploadedFile) -> "MultiValueDict[str, SimpleUploadedFile]":
    return MultiValueDict({"files": list(uploads)})


def checked(name: str = "map.pdf", content: bytes = PDF, media_type: str = "application/pdf") -> CheckedUpload:
    return CheckedUpload(file=io.BytesIO(content), name=name, media_type=media_type, size=len(content))
