"""Metering points, who holds them when, their readings (a day is a row), and what was imported from where."""

from metering.models.choices import InstallationName, PreferredInstallation
from metering.models.imports import (
    DIRECTIONS,
    LONGEST_IMPORT,
    UPLOAD_KEPT,
    ImportBatch,
    ImportBatchQuerySet,
    ImportIssue,
    ImportSettings,
    ImportUpload,
    MissingValuesCheck,
    ParkedSeries,
)
from metering.models.points import Holding, HoldingQuerySet, MeteringPoint
from metering.models.readings import (
    HOURS_A_DAY,
    HolderMonth,
    ReadingDay,
    ReadingDayRevision,
    ReadingMonth,
    StaleSums,
)

__all__ = [
    "DIRECTIONS",
    "HOURS_A_DAY",
    "LONGEST_IMPORT",
    "UPLOAD_KEPT",
    "HolderMonth",
    "Holding",
    "HoldingQuerySet",
    "ImportBatch",
    "ImportBatchQuerySet",
    "ImportIssue",
    "ImportSettings",
    "ImportUpload",
    "InstallationName",
    "MeteringPoint",
    "MissingValuesCheck",
    "ParkedSeries",
    "PreferredInstallation",
    "ReadingDay",
    "ReadingDayRevision",
    "ReadingMonth",
    "StaleSums",
]
