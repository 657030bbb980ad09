"""The forms that come along, in data/*.json: a definition (see rules.definition) with its name, module and audience."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from forms_catalog.actions.catalogue import install
from forms_catalog.models import ServiceForm
from forms_catalog.rules.definition import Definition, from_json
from portal.tenancy.models import Tenant

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Shipped:
    """A form for companies that have `module`; "" for all. `kinds`: of which customers, none for all."""

    slug: str
    module: str
    order: int
    kinds: tuple[str, ...]
    definition: Definition


def shipped() -> Iterator[Shipped]:
    for path in sorted(DATA.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        kinds = tuple(data.get("customer_kinds", ()))
        yield Shipped(data["slug"], data["module"], data["order"], kinds, from_json(data))


@cache
def modules() -> dict[str, str]:
    """Return to which module a shipped form belongs, by its short name."""
    return {one.slug: one.module for one in shipped()}


def ensure_forms(tenant: Tenant) -> list[ServiceForm]:
    """Give the tenant of the open scope the forms of its modules that it does not have. Returns the new ones."""
    wanted = [one for one in shipped() if not one.module or tenant.has_module(one.module)]
    made = [install(slug=one.slug, definition=one.definition, order=one.order, kinds=one.kinds) for one in wanted]
    return [form for form in made if form]
