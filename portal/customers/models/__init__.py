"""Customers (kundeforhold), who may act for them, and the way in for new people."""

from portal.customers.models.access import AccessRequest, Invitation
from portal.customers.models.authorization import Authorization
from portal.customers.models.customer import ChosenCustomer, Customer, CustomerIdentity, Membership, Preferences
from portal.customers.rules import Role

__all__ = [
    "AccessRequest",
    "Authorization",
    "ChosenCustomer",
    "Customer",
    "CustomerIdentity",
    "Invitation",
    "Membership",
    "Preferences",
    "Role",
]
