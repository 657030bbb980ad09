"""What is kept of a person who hands in files: which. The files themselves belong to what they were handed in for."""

from typing import Any

from portal import registry
from portal.files.models import StoredFile


def export(user: Any) -> list[dict[str, Any]]:
    files = StoredFile.objects.filter(created_by_id=user.pk).order_by("created_at")
    return [{"name": file.name, "size": file.size, "handed_in": file.created_at.isoformat()} for file in files]


PERSONAL_DATA = registry.PersonalData(name="files", export=export)
