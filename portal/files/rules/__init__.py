"""What may be handed in, and what a file really is. Pure: bytes in, findings out."""

from portal.files.rules.kinds import DOCUMENTS, IMAGES, Kind, Rules
from portal.files.rules.problems import Problem

__all__ = ["DOCUMENTS", "IMAGES", "Kind", "Problem", "Rules"]
