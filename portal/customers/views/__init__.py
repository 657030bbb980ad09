"""The customers' pages."""

from portal.customers.views.access import ask_for_access, asked, find_company, register_company
from portal.customers.views.authorizations import authorizations, give_authorization, revoke_authorization
from portal.customers.views.choosing import choose, home
from portal.customers.views.invitations import (
    accept_invitation,
    invitation,
    invitation_code,
    sign_out_for_invitation,
)
from portal.customers.views.my_access import give_back, my_access
from portal.customers.views.on_behalf import stop_acting
from portal.customers.views.people import (
    invite_person,
    people,
    person,
    remove_person,
    send_invitation_again,
    withdraw_invitation,
)

__all__ = [
    "accept_invitation",
    "ask_for_access",
    "asked",
    "authorizations",
    "choose",
    "find_company",
    "give_authorization",
    "give_back",
    "home",
    "invitation",
    "invitation_code",
    "invite_person",
    "my_access",
    "people",
    "person",
    "register_company",
    "remove_person",
    "revoke_authorization",
    "send_invitation_again",
    "sign_out_for_invitation",
    "stop_acting",
    "withdraw_invitation",
]
