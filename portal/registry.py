"""What the domains bring to the shell. Each registers in its AppConfig.ready(); the shell names no domain.

Where a page shows what a floor above it knows, it offers a named slot (`{% slot "metering.month" month=month %}`), and
the upper floor fills it. What an app holds of a person it registers as personal data.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path


class Company(Protocol):
    """A tenant, as far as the registry needs to know it."""

    def has_module(self, name: str) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class Section:
    """An entry of the main navigation. `match` lists the URL names at which it is the current one."""

    label: Any
    url_name: str
    icon: str
    order: int
    active_icon: str = ""
    # Where the label is too long for the bottom bar of a phone.
    short_label: Any = ""
    match: tuple[str, ...] = ()
    badge: Callable[[HttpRequest], int | None] | None = None


@dataclass(frozen=True, kw_only=True)
class Module:
    """A domain app as the shell sees it.

    `name` is what a tenant switches on ("" for what every tenant has), `app` the app_name of its URLs, `home_card`
    renders a card for the start page (HTML, or "" for nothing), `demo` builds a demo tenant's data.
    """

    app: str
    name: str = ""
    label: Any = ""
    # How the main navigation names the module where there are several of them.
    short_label: Any = ""
    # Its icon there, and while one is in it; else its first section's.
    icon: str = ""
    active_icon: str = ""
    url_prefix: str = ""
    urlconf: str = ""
    sections: tuple[Section, ...] = ()
    # Pages for the person's menu, where no module has them among its sections.
    menu: tuple[Section, ...] = ()
    # Pages that need no signing in: linked from the sign-in page.
    public_sections: tuple[Section, ...] = ()
    home_card: Callable[[HttpRequest], str] | None = None
    demo: Callable[..., None] | None = None
    # Whether a customer has anything to do with it; None: nobody can tell, so yes.
    is_used_by: Callable[[Any], bool] | None = None
    # Whether something is ordered in it: without one, the customers' role in the middle is called otherwise.
    takes_orders: bool = False
    # Whether its pages go by the grid area the customer is in.
    has_areas: bool = False
    # Called in the new tenant's scope, by the command that makes tenants.
    on_tenant_created: Callable[[Any], object] | None = None
    order: int = 50


# Gets the page's request and what the slot gives along; returns HTML, "" for nothing.
Renderer = Callable[[HttpRequest, dict[str, Any]], str]


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """What an app holds of a user.

    `export` returns plain values for JSON. `forget`, called when the account is closed, removes or anonymises what no
    law keeps. `hinders` returns, in words, what must be settled before the account can be closed; `warns`, what else
    its holder should know. `lock`, called in the closing's transaction first of all, holds on to what `hinders` looks
    at, so that of two who close their accounts at once the second sees the first gone.
    """

    name: str
    export: Callable[[Any], Any]
    forget: Callable[[Any], object] | None = None
    hinders: Callable[[Any], Iterable[str]] | None = None
    warns: Callable[[Any], Iterable[str]] | None = None
    lock: Callable[[Any], object] | None = None


# Gets the customer who asks and the app's own reference; returns what the thing is called on the customer's pages
# ("Invoice 1234"), or None when it is not that customer's.
Subject = Callable[[Any, str], str | None]


class Alert(Protocol):
    """Wakes whoever is on duty, in the caller's transaction: `key` makes it once, `text` is one line, `url` where."""

    def __call__(self, *, key: str, text: str, url: str) -> object: ...


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A figure for monitoring, `skranke_<name>` at /metrics. `read` is called in each tenant's scope, and is cheap."""

    name: str
    text: str
    read: Callable[[], float]


@dataclass
class _Registry:
    modules: dict[str, Module] = field(default_factory=dict)
    slots: dict[str, list[tuple[int, Renderer]]] = field(default_factory=dict)
    personal_data: dict[str, PersonalData] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)
    subject_links: dict[str, Subject] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    under: dict[str, str] = field(default_factory=dict)
    duties: list[Alert] = field(default_factory=list)
    keyed: list[str] = field(default_factory=list)


_registry = _Registry()


def register(module: Module) -> None:
    """Add a module; its app may be registered once."""
    if module.app in _registry.modules:
        raise ValueError(f"{module.app} is registered already")
    _registry.modules[module.app] = module


def modules() -> list[Module]:
    return sorted(_registry.modules.values(), key=lambda module: (module.order, module.app))


def module_names() -> list[str]:
    """Return what a tenant can switch on."""
    return list(dict.fromkeys(module.name for module in modules() if module.name))


def module_of_app(app: str) -> Module | None:
    """Return the switchable module whose URLs have this app_name, or None."""
    module = _registry.modules.get(app)
    return module if module and module.name else None


def is_offered(app: str, tenant: Company) -> bool:
    """Tell whether a tenant has the module of an app; what is no module's is everybody's."""
    module = module_of_app(app)
    return module is None or tenant.has_module(module.name)


def modules_of(tenant: Company) -> list[Module]:
    return [module for module in modules() if not module.name or tenant.has_module(module.name)]


def takes_orders(tenant: Company) -> bool:
    return any(module.takes_orders for module in modules_of(tenant))


def has_areas(tenant: Company) -> bool:
    return any(module.has_areas for module in modules_of(tenant))


@dataclass(frozen=True)
class Group:
    """The apps of one switchable module as the shell shows them: as one. An app that is no module's is by itself."""

    modules: tuple[Module, ...]

    @property
    def name(self) -> str:
        return self.modules[0].name

    @property
    def label(self) -> Any:
        return next((module.label for module in self.modules if module.label), "")

    @property
    def short_label(self) -> Any:
        return next((module.short_label for module in self.modules if module.short_label), "") or self.label

    @property
    def icons(self) -> tuple[str, str] | None:
        """Return the module's own icon, and the one while the page is the module's; None where it has none."""
        return next(((module.icon, module.active_icon) for module in self.modules if module.icon), None)

    @property
    def apps(self) -> set[str]:
        return {module.app for module in self.modules}

    def is_used_by(self, customer: Any) -> bool:
        """Tell whether a customer has anything to do with the module."""
        asked = [module.is_used_by for module in self.modules if module.is_used_by]
        return not asked or any(ask(customer) for ask in asked)

    @property
    def sections(self) -> tuple[Section, ...]:
        return tuple(_in_order(section for module in self.modules for section in module.sections))


def groups_of(tenant: Company) -> list[Group]:
    """Return the tenant's modules, the apps of each together, in the order of their first."""
    apps: dict[str, list[Module]] = {}
    for module in modules_of(tenant):
        apps.setdefault(module.name or f"app:{module.app}", []).append(module)
    return [Group(tuple(modules)) for modules in apps.values()]


def sections_of(tenant: Company) -> list[Section]:
    return _in_order(section for module in modules_of(tenant) for section in module.sections)


def public_sections_of(tenant: Company) -> list[Section]:
    return _in_order(section for module in modules_of(tenant) for section in module.public_sections)


def _in_order(sections: Iterable[Section]) -> list[Section]:
    return sorted(sections, key=lambda section: section.order)


def url_patterns() -> list[URLPattern | URLResolver]:
    return [path(module.url_prefix, include(module.urlconf)) for module in modules() if module.urlconf]


def fill(slot: str, render: Renderer, *, order: int = 50) -> None:
    """Show something of an upper floor in a slot of a page below."""
    _registry.slots.setdefault(slot, []).append((order, render))


def fillings_of(slot: str) -> list[Renderer]:
    return [render for _, render in sorted(_registry.slots.get(slot, []), key=lambda filling: filling[0])]


def keep_personal_data(entry: PersonalData) -> None:
    """Let people take along what an app holds of them, and have it deleted with their account."""
    _registry.personal_data[entry.name] = entry


def personal_data() -> list[PersonalData]:
    return [_registry.personal_data[name] for name in sorted(_registry.personal_data)]


def offer_subject(app: str, find: Subject) -> None:
    """Let people ask about a thing of an app's: its pages link to `forms_catalog:ask` with `?about=<app>:<ref>`."""
    _registry.subjects[app] = find


def subject_of(customer: Any, about: str) -> str:
    """Return what "<app>:<ref>" is called, "" when there is no such thing or it is another customer's."""
    app, _, ref = about.partition(":")
    find = _registry.subjects.get(app)
    return (find(customer, ref) or "") if find and ref else ""


def offer_subject_link(app: str, find: Subject) -> None:
    """Let staff open what an enquiry is about: `find` takes the customer and the words of `subject_of`, and returns an
    address in admin, None for what is not the app's or the customer's.
    """
    _registry.subject_links[app] = find


def subject_link(customer: Any, words: str) -> str:
    """Return where staff look at what is called so, "" for nothing."""
    return next((link for find in _registry.subject_links.values() if (link := find(customer, words))), "")


def stand_under(app: str, section: str) -> None:
    """Let the pages of an app that are no section's own belong to one: `section` is its URL name."""
    _registry.under[app] = section


def section_over(app: str) -> str:
    """Return the URL name of the section an app's pages belong to, "" for none."""
    return _registry.under.get(app, "")


def keep_duty(alert: Alert) -> None:
    """Let others wake the duty that an app knows of."""
    _registry.duties.append(alert)


def alert_duty(*, key: str, text: str, url: str) -> None:
    """Wake whoever is on duty; where there is no duty, nobody."""
    for alert in _registry.duties:
        alert(key=key, text=text, url=url)


def keep_out_of_logs(*addresses: str) -> None:
    """Name addresses ("/account/start/") behind which a key stands: whoever reads it in a log is let in by it."""
    _registry.keyed.extend(addresses)


def keyed_addresses() -> list[str]:
    return sorted(_registry.keyed)


def measure(entry: Measure) -> None:
    """Add a figure for monitoring."""
    _registry.measures[entry.name] = entry


def measures() -> list[Measure]:
    return [_registry.measures[name] for name in sorted(_registry.measures)]
