"""Every write about customers and who may act for them."""

from portal.customers.actions.authorizations import give_back, give_to_firm, give_to_person, revoke
from portal.customers.actions.customers import (
    begin_with_preferred_customer,
    choose_customer,
    create_customer,
    save_preferences,
    upsert_customers,
)
from portal.customers.actions.identities import store_identities
from portal.customers.actions.invitations import (
    InvitationClosed,
    MemberAlready,
    Person,
    accept,
    invite,
    send_again,
    state_of,
    withdraw,
)
from portal.customers.actions.members import (
    LastOwner,
    add_member,
    add_proved_owner,
    change_role,
    leave,
    remove_member,
    withdraw_offer,
    withdraw_offers,
)
from portal.customers.actions.on_behalf import start_acting, stop_acting
from portal.customers.actions.requests import (
    AlreadyDecided,
    AskedAgain,
    OwnerNeedsAdministrator,
    approve,
    ask,
    may_approve_owner,
    refuse,
)
from portal.customers.actions.retention import forget_old

__all__ = [
    "AlreadyDecided",
    "AskedAgain",
    "InvitationClosed",
    "LastOwner",
    "MemberAlready",
    "OwnerNeedsAdministrator",
    "Person",
    "accept",
    "add_member",
    "add_proved_owner",
    "approve",
    "ask",
    "begin_with_preferred_customer",
    "change_role",
    "choose_customer",
    "create_customer",
    "forget_old",
    "give_back",
    "give_to_firm",
    "give_to_person",
    "invite",
    "leave",
    "may_approve_owner",
    "refuse",
    "remove_member",
    "revoke",
    "save_preferences",
    "send_again",
    "start_acting",
    "state_of",
    "stop_acting",
    "store_identities",
    "upsert_customers",
    "withdraw",
    "withdraw_offer",
    "withdraw_offers",
]
