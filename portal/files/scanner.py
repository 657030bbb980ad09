"""The virus scanner, where the installation has one (CLAMD_URL)."""

from typing import IO

from django.conf import settings

from portal.files.clients import clamd
from portal.files.clients.clamd import ScannerUnavailable


def is_configured() -> bool:
    return bool(settings.CLAMD_URL)


def answers() -> bool:
    return is_configured() and clamd.ping(settings.CLAMD_URL)


def finding_in(file: IO[bytes]) -> str:
    """Return what the scanner found, "" for nothing. Raises ScannerUnavailable when nobody knows."""
    if not is_configured():
        raise ScannerUnavailable("No scanner is set up.")
    return clamd.scan(settings.CLAMD_URL, file)
