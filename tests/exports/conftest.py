"""An exporter of the tests' own, and a storage that goes with the test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import gettext_lazy as _

from portal.documents import jobs
from portal.documents.jobs import Progress, Table, exporter
from portal.documents.tables import Column
from portal.exports.models import ExportJob
from portal.files.models import StoredFile
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests.factories import CommittedAs

NAME = "test.numbers"


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


@pytest.fixture(autouse=True)
def numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    # What is registered meanwhile goes with the test.
    monkeypatch.setattr(jobs, "_exporters", jobs._exporters.copy())
    monkeypatch.setattr(jobs, "_still_theirs", jobs._still_theirs.copy())

    @exporter(NAME)
    def rows(params: dict[str, Any], progress: Progress) -> Table:
        def each() -> Iterator[list[int]]:
            for number in range(params["count"]):
                progress(number, params["count"])
                if number == params.get("fails_at"):
                    raise RuntimeError("a fault of the exporter's")
                yield [number]

        return [Column(_("customer"), "integer")], each()


@pytest.fixture
def committed_tenant(committed_as: CommittedAs) -> Iterator[Tenant]:
    """The worker takes and finishes a job in transactions of its own."""
    with committed_as("exporting", ExportJob, StoredFile, Message) as tenant:
        yield tenant
