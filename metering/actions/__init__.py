"""What changes metering's data. Each module is about one kind of thing."""

from metering.actions.imports import MAX_KEPT, Origin, Progress, import_all, import_file
from metering.actions.parked import take_in_parked
from metering.actions.points import PointsReport, upsert_points

__all__ = [
    "MAX_KEPT",
    "Origin",
    "PointsReport",
    "Progress",
    "import_all",
    "import_file",
    "take_in_parked",
    "upsert_points",
]
