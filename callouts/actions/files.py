"""Files of a draft. What nothing points at any more, portal.files clears away by itself."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from callouts.actions.drafts import lock_draft
from callouts.actions.errors import TooManyFiles
from callouts.models import CallOff, CallOffFile
from callouts.rules.files import MOST_FILES, guessed_kind
from portal.accounts.models import User
from portal.files.actions import CheckedUpload, fingerprint, store


@transaction.atomic
def attach(*, call_off: CallOff, uploads: Sequence[CheckedUpload], kind: str, by: User) -> CallOff:
    """Add checked uploads (of a FilesField) to a draft, and return it with its new version: what was looked over
    without them is not what would be sent in. With "" as kind each gets the one its name and content tell.

    What is there already, by name and content, is left out: a form sent twice attaches once. Raises TooManyFiles when
    there would be more than MOST_FILES, and AlreadySubmitted.
    """
    draft = lock_draft(call_off)
    new = new_files(draft, uploads)
    if draft.files.count() + len(new) > MOST_FILES:
        raise TooManyFiles
    if not new:
        return draft
    for upload in new:
        stored = store(upload, by=by)
        CallOffFile.objects.create(
            call_off=draft,
            stored=stored,
            kind=kind or guessed_kind(stored.name, is_picture=stored.is_image),
            name=stored.name,
            size=stored.size,
            sha256=stored.sha256,
            added_by=by,
            added_at=timezone.now(),
        )
    return _touched(draft, by)


def new_files(draft: CallOff, uploads: Sequence[CheckedUpload]) -> list[CheckedUpload]:
    """Return the uploads that the draft does not have."""
    return not_among(set(draft.files.values_list("name", "sha256")), uploads)


def not_among(there: set[tuple[str, str]], uploads: Sequence[CheckedUpload]) -> list[CheckedUpload]:
    """Return the uploads whose name and checksum are not there, each once."""
    found = {fingerprint(upload): upload for upload in reversed(uploads)}
    return [upload for upload in uploads if (key := fingerprint(upload)) not in there and found[key] is upload]


@transaction.atomic
def detach(*, call_off: CallOff, file_id: int, by: User) -> CallOff:
    """Take a file off a draft; one that is gone already is no error. Raises AlreadySubmitted."""
    draft = lock_draft(call_off)
    gone, _ = draft.files.filter(pk=file_id).delete()
    return _touched(draft, by) if gone else draft


@transaction.atomic
def set_kinds(*, call_off: CallOff, kinds: Mapping[int, str], by: User) -> CallOff:
    """Say what a draft's files (ids) are; those that are gone are passed over. Raises AlreadySubmitted."""
    draft = lock_draft(call_off)
    changed = [file for file in draft.files.filter(pk__in=kinds) if file.kind != kinds[file.pk]]
    for file in changed:
        file.kind = kinds[file.pk]
    CallOffFile.objects.bulk_update(changed, ["kind"])
    return _touched(draft, by) if changed else draft


def _touched(draft: CallOff, by: User) -> CallOff:
    draft.changed_by, draft.changed_at, draft.version = by, timezone.now(), draft.version + 1
    draft.save(update_fields=["changed_by", "changed_at", "version"])
    return draft
