"""Metering as staff see it: metering points and who holds them, meter files and what came of them."""

from metering.admin.files import ImportBatchAdmin, ImportIssueAdmin, ParkedSeriesAdmin
from metering.admin.points import MeteringPointAdmin
from metering.admin.settings import ImportSettingsAdmin, MissingValuesCheckAdmin
from metering.admin.uploads import ImportUploadAdmin

__all__ = [
    "ImportBatchAdmin",
    "ImportIssueAdmin",
    "ImportSettingsAdmin",
    "ImportUploadAdmin",
    "MeteringPointAdmin",
    "MissingValuesCheckAdmin",
    "ParkedSeriesAdmin",
]
