"""Reading PDFs as people and as screen readers do."""

import re
import shutil
import subprocess

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


def facts_of(content: bytes) -> dict[str, str]:
    """Return what pdfinfo says of a PDF: "Pages", "Tagged", "Title" and more."""
    program = shutil.which("pdfinfo")
    if program is None:
        pytest.skip("pdfinfo is not installed: apt-get install poppler-utils")
    done = subprocess.run([program, "-"], input=content, capture_output=True, check=True, timeout=60)
    text = done.stdout.decode().replace("\N{NO-BREAK SPACE}", " ")
    pairs = (line.partition(":") for line in text.splitlines())
    return {name: value.strip() for name, _, value in pairs}


def pages_of(content: bytes) -> int:
    return int(facts_of(content)["Pages"])


def place_of(content: bytes, word: str) -> tuple[float, float, float, float]:
    """Return where a word stands on the first page: left, top, right, bottom, in mm from its upper left corner."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed: apt-get install poppler-utils")
    command = [program, "-bbox", "-l", "1", "-", "-"]
    done = subprocess.run(command, input=content, capture_output=True, check=True, timeout=60)
    found = re.search(
        rf'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">{re.escape(word)}</word>',
        done.stdout.decode(),
    )
    assert found, word
    left, top, right, bottom = (float(points) * 25.4 / 72 for points in found.groups())
    return left, top, right, bottom
