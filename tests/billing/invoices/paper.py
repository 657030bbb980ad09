"""Reading PDFs as people and as screen readers do."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from portal.files.models import StoredFile


def text_of(stored: StoredFile) -> str:
    """Return a PDF's text as it is laid out; the test is skipped where there is no pdftotext (poppler-utils)."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed: apt-get install poppler-utils")
    with default_storage.open(stored.location) as file:
        content = file.read()
    done = subprocess.run([program, "-layout", "-", "-"], input=content, capture_output=True, check=True, timeout=60)
    return done.stdout.decode().replace("\N{NO-BREAK SPACE}", " ")


def pages_of(content: bytes) -> int:
    program = shutil.which("pdfinfo")
    if program is None:
        pytest.skip("pdfinfo is not installed: apt-get install poppler-utils")
    done = subprocess.run([program, "-"], input=content, capture_output=True, check=True, timeout=60)
    line = next(line for line in done.stdout.decode().splitlines() if line.startswith("Pages:"))
    return int(line.split()[1])


def save(stored: StoredFile, path: Path) -> None:
    """Write a PDF to a file, to be looked at."""
    with default_storage.open(stored.location) as file:
        path.write_bytes(file.read())
