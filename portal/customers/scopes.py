"""What an authorization can be limited to: a domain's things of a customer, such as its metering points.

A domain registers a `Scope` in its AppConfig.ready(). Authorizations hold its references as they are; the domain's
own queries keep to `customer.scope`, and a page shows itself to somebody with a limited authorization only where its
guard says that it does (`customer_required(scoped=True)`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portal import registry
from portal.customers.models import Customer
from portal.tenancy.models import current_tenant


@dataclass(frozen=True, kw_only=True)
class Scope:
    """`app` owns the references, which begin with "<app>:"; `choices` returns a customer's (reference, label)."""

    app: str
    choices: Callable[[Customer], Iterable[tuple[str, str]]]


_scopes: dict[str, Scope] = {}


def register(scope: Scope) -> None:
    """Add a scope; the same app again replaces it."""
    _scopes[scope.app] = scope


def app_of(reference: str) -> str:
    return reference.partition(":")[0]


def choices_of(customer: Customer) -> list[tuple[str, str]]:
    """Return what access to a customer can be limited to, in the modules that the tenant has."""
    tenant = current_tenant()
    offered = [scope for scope in _scopes.values() if registry.is_offered(scope.app, tenant)]
    return [choice for scope in offered for choice in scope.choices(customer)]


class Labels:
    """How people know the things an authorization is limited to; asks once for each customer."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, str]] = {}

    def of(self, customer: Customer, references: Iterable[str]) -> list[str]:
        """Return the labels; one that is no longer the customer's is called by what stands after the colon."""
        wanted = list(references)
        if wanted and customer.pk not in self._known:
            self._known[customer.pk] = dict(choices_of(customer))
        known = self._known.get(customer.pk, {})
        return [str(known.get(reference, reference.partition(":")[2])) for reference in wanted]


def labels_of(customer: Customer) -> list[str]:
    """Return what a person's access to a customer is limited to; [] for all of it."""
    return Labels().of(customer, sorted(customer.scope)) if customer.scope else []


def opens(scope: frozenset[str] | None, app: str) -> bool:
    """Tell whether the pages of an app are within a scope (None: everything); what is no module's is everybody's."""
    if scope is None or registry.module_of_app(app) is None:
        return True
    return app in {app_of(reference) for reference in scope}
