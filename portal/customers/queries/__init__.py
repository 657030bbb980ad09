"""What is asked of customers: who reaches which, and who the people of one are."""

from portal.customers.queries.people import (
    Given,
    Reached,
    Review,
    authorizations_given,
    authorizations_held,
    may_be_ended_by,
    member_with,
    open_invitations,
    people_of,
    reached_by,
    removals,
    review_of,
)
from portal.customers.queries.reach import (
    Access,
    Choice,
    access_of,
    all_reached,
    as_choices,
    choices_for,
    still_acts,
    today,
)

__all__ = [
    "Access",
    "Choice",
    "Given",
    "Reached",
    "Review",
    "access_of",
    "all_reached",
    "as_choices",
    "authorizations_given",
    "authorizations_held",
    "choices_for",
    "may_be_ended_by",
    "member_with",
    "open_invitations",
    "people_of",
    "reached_by",
    "removals",
    "review_of",
    "still_acts",
    "today",
]
