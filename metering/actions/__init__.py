"""What changes metering's data. Each module is about one kind of thing."""

from metering.actions.adding_up import add_up_holders
from metering.actions.choosing import name_installation, prefer_installation
from metering.actions.folder import read_folder
from metering.actions.imports import MAX_KEPT, Origin, Progress, import_all, import_file
from metering.actions.month_sums import prove_sums
from metering.actions.parked import take_in_parked
from metering.actions.points import PointsReport, upsert_points
from metering.actions.upkeep import check_missing_values, forget_parked, keep_months, thin
from metering.actions.uploads import forget_uploads, give_up_lost_uploads, hand_in, read_again, read_upload

__all__ = [
    "MAX_KEPT",
    "Origin",
    "PointsReport",
    "Progress",
    "add_up_holders",
    "check_missing_values",
    "forget_parked",
    "forget_uploads",
    "give_up_lost_uploads",
    "hand_in",
    "import_all",
    "import_file",
    "keep_months",
    "name_installation",
    "prefer_installation",
    "prove_sums",
    "read_again",
    "read_folder",
    "read_upload",
    "take_in_parked",
    "thin",
    "upsert_points",
]
