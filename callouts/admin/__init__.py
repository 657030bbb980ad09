"""What staff see: call-offs and all that is done with them, producers and what else they answer, and the catalogue."""

from callouts.admin import call_offs, catalogue, producers

__all__ = ["call_offs", "catalogue", "producers"]
