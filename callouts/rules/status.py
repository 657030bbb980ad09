"""Which status may follow which once a call-off is sent in."""

DRAFT, RECEIVED, PLANNED = "draft", "received", "planned"
COLLECTED, DELIVERED, REJECTED, CANCELLED = "collected", "delivered", "rejected", "cancelled"

# Not carried out yet: the customer may still ask for a change, or to cancel.
OPEN = frozenset({RECEIVED, PLANNED})
# What is not carried out is explained to the customer.
NEEDS_REASON = frozenset({REJECTED, CANCELLED})

NEXT: dict[str, tuple[str, ...]] = {
    RECEIVED: (PLANNED, COLLECTED, DELIVERED, REJECTED, CANCELLED),
    PLANNED: (RECEIVED, COLLECTED, DELIVERED, REJECTED, CANCELLED),
    # A slip in the office can be put right; sending in cannot be undone, so nothing leads back to a draft.
    COLLECTED: (PLANNED, REJECTED),
    DELIVERED: (PLANNED, REJECTED),
    REJECTED: (RECEIVED,),
    CANCELLED: (RECEIVED,),
}


def may_follow(new: str, old: str) -> bool:
    """Whether staff may move a call-off from the status `old` to `new`."""
    return new in NEXT.get(old, ())
