"""Puts the demo's call-offs together."""

from datetime import date
from random import Random

from django.db.models import Count

from callouts.actions import catalogue
from callouts.demo import afterwards, extras, history
from callouts.models import CallOffSettings, PackageType, Unit
from portal.accounts.models import User
from portal.customers.models import Customer, Role
from portal.tenancy.models import Tenant

PLACES = {
    "nb": "Mottaket, Kaigata 2. Mandag til fredag kl. 7–15.",
    "nn": "Mottaket, Kaigata 2. Måndag til fredag kl. 7–15.",
}


def build(tenant: Tenant, *, rng: Random, today: date) -> None:
    """Fill the open tenant's call-offs. Customers and their members must be there; the one with most is the busiest."""
    fractions = {fraction.article_no: fraction for fraction in catalogue.load_starter_catalogue()}
    units = {unit.code: unit for unit in Unit.objects.all()}
    packages = {package.code: package for package in PackageType.objects.all()}
    books = history.Books(rng, today, tenant, fractions, units, packages)
    place = PLACES.get(tenant.language, PLACES["nb"])
    CallOffSettings.objects.update_or_create(defaults={"delivery_place": place})
    made: list[history.Made] = []
    busiest: Customer | None = None
    for position, customer in enumerate(_customers()):
        people = _writers(customer)
        producers = history.producers_of(books, customer)
        if people and producers:
            busiest = busiest or customer
            made += history.history(books, customer, producers, people, 160 if position == 0 else rng.randint(6, 18))
            made += history.drafts(books, customer, producers, people, 3 if position == 0 else position % 2)
    history.store(made)
    extras.attach_files(made)
    history.send_in(made)
    if busiest:
        extras.add_extras(books, busiest, _writers(busiest)[0])
        afterwards.add_what_followed(busiest, _writers(busiest)[0])


def _customers() -> list[Customer]:
    found = Customer.objects.filter(kind=Customer.Kind.BUSINESS).annotate(people=Count("memberships"))
    return list(found.order_by("-people", "pk")[:12])


def _writers(customer: Customer) -> list[User]:
    return [each.user for each in customer.memberships.exclude(role=Role.READER).select_related("user").order_by("pk")]
