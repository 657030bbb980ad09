"""Call-offs of made-up customers: drafts, and fourteen months of history in every state."""

from callouts.demo.build import build
from callouts.demo.history import LAST_NUMBER

__all__ = ["LAST_NUMBER", "build"]
