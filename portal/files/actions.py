"""Storing and removing files."""

import hashlib
import io
import logging
from dataclasses import dataclass
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone

from portal.audit import actions as audit
from portal.files import scanner
from portal.files.models import FileSettings, State, StoredFile, storage_name
from portal.files.rules.names import clean_name
from portal.leaving import actions as leaving
from portal.tenancy.tasks import send_on_commit

logger = logging.getLogger(__name__)
BLOCK = 64 * 1024


@dataclass(frozen=True)
class CheckedUpload:
    """A file that FilesField let through: its type is what its content is."""

    file: IO[bytes]
    name: str
    media_type: str
    size: int


def fingerprint(upload: CheckedUpload) -> tuple[str, str]:
    """Return the name and checksum it would be stored with: what has both alike is the same file again."""
    upload.file.seek(0)
    digest = hashlib.file_digest(upload.file, "sha256").hexdigest()  # type: ignore[arg-type]
    upload.file.seek(0)
    return upload.name, digest


@transaction.atomic
def store(upload: CheckedUpload, *, by: models.Model | None) -> StoredFile:
    """Keep what somebody handed in, and have it scanned once the transaction commits.

    Until then it waits; without a scanner it can be opened at once, unless the tenant wants files to wait.
    """
    stored = _keep(upload.file, name=upload.name, media_type=upload.media_type, by=by, state=first_state())
    if scanner.is_configured():
        send_on_commit("portal.files.tasks.scan", stored.pk)
    return stored


@transaction.atomic
def store_bytes(*, name: str, content: bytes, media_type: str, by: models.Model | None) -> StoredFile:
    """Keep what the program itself has made (a receipt, an export): it can be opened at once."""
    return _keep(io.BytesIO(content), name=clean_name(name), media_type=media_type, by=by, state=State.CLEAN)


@transaction.atomic
def store_file(file: IO[bytes], *, name: str, media_type: str, by: models.Model | None) -> StoredFile:
    """As `store_bytes`, for what is too large to hold in memory; the file is read from its beginning."""
    return _keep(file, name=clean_name(name), media_type=media_type, by=by, state=State.CLEAN)


def first_state() -> State:
    """Return what a file that comes from outside is before anybody has scanned it."""
    must_wait = scanner.is_configured() or FileSettings.current().wait_without_scanner
    return State.WAITING if must_wait else State.CLEAN


def _keep(file: IO[bytes], *, name: str, media_type: str, by: models.Model | None, state: State) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while block := file.read(BLOCK):
        digest.update(block)
        size += len(block)
    file.seek(0)
    # The content goes first: a row without content would be a broken link, content without a row is swept away.
    location = default_storage.save(storage_name(), File(file, name=name))
    return StoredFile.objects.create(
        name=name,
        location=location,
        media_type=media_type,
        size=size,
        sha256=digest.hexdigest(),
        state=state,
        created_by_id=by.pk if by else None,
    )


@transaction.atomic
def delete(*, stored: StoredFile, by: models.Model | None) -> None:
    """Remove a file: its row now, its content when the transaction commits.

    Raises ProtectedError while something points at it; remove that first.
    """
    data = {"name": stored.name, "size": stored.size}
    audit.record(verb="files.deleted", by=by, obj=stored, data=data)
    location = stored.location
    stored.delete()
    transaction.on_commit(lambda: remove_content(location), robust=True)


def remove_content(location: str) -> None:
    """Remove content from the storage. What fails here is found again by the sweep."""
    try:
        default_storage.delete(location)
    except OSError:
        logger.exception("The content %s could not be removed", location)


def remove_all_content() -> None:
    """Remove the content of all the current tenant's files when the transaction commits; their rows go another way."""
    locations = list(StoredFile.objects.values_list("location", flat=True))

    def remove() -> None:
        for location in locations:
            remove_content(location)

    transaction.on_commit(remove, robust=True)


@transaction.atomic
def record_scan(*, stored: StoredFile, finding: str) -> StoredFile:
    """Take in what the scanner says: "" for nothing found, else what it is, and then the content goes."""
    stored = StoredFile.objects.select_for_update().get(pk=stored.pk)
    stored.state = State.INFECTED if finding else State.CLEAN
    stored.finding, stored.scanned_at = finding[:200], timezone.now()
    stored.save(update_fields=["state", "finding", "scanned_at"])
    if finding:
        audit.record(verb="files.infected", by=None, obj=stored, data={"name": stored.name, "finding": finding})
        location = stored.location
        transaction.on_commit(lambda: remove_content(location), robust=True)
    return stored


@transaction.atomic
def record_lost(*, stored: StoredFile) -> None:
    """Write down that a waiting file has no content."""
    StoredFile.objects.waiting().filter(pk=stored.pk).update(state=State.LOST)


@transaction.atomic
def find_again(*, stored: StoredFile) -> bool:
    """Let a lost file wait for the scan again where its content is back, from a back-up or a disk that was away. Who
    left it left what was lost: what the scan finds is for staff again.
    """
    if not default_storage.exists(stored.location):
        return False
    lost = StoredFile.objects.lost().filter(pk=stored.pk)
    return bool(lost.update(state=State.WAITING, left_at=None, left_by=None))


@transaction.atomic
def release_waiting() -> int:
    """Let files through that wait for a scanner there is none of, when the tenant does not want them to wait."""
    if first_state() is not State.CLEAN:
        return 0
    return StoredFile.objects.waiting().update(state=State.CLEAN)


def leave(*, stored: StoredFile, by: models.Model) -> bool:
    """Let a file that was stopped be: staff have seen it. Returns False where it waits for nobody."""
    return leaving.leave(stored, by=by, verb="files.left")
