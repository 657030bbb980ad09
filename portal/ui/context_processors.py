"""What the shell around every page needs: sections, menus, languages. Worked out only when a template asks."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext, pgettext

from portal import registry
from portal.tenancy import themes
from portal.tenancy.scope import once

if TYPE_CHECKING:
    from portal.tenancy.models import Tenant

# What the bottom bar of a phone has room for.
MOST_SECTIONS = 5

# In their own tongue, whatever the page's: a language nobody can read must still be found.
LANGUAGE_NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


@dataclass(frozen=True)
class Link:
    """A link of the shell. `badge` counts what waits there, None shows no number."""

    label: str
    url: str
    icon: str = ""
    short_label: str = ""
    current: bool = False
    badge: int | None = None


@dataclass(frozen=True)
class Language:
    code: str
    name: str
    current: bool


def url_or_none(name: str, *args: str) -> str | None:
    """Return the address of a named page, or None where this installation or host does not have it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


def _links(*candidates: tuple[str, str, str] | None) -> list[Link]:
    """Turn (label, URL name, icon) into links, leaving out what does not exist."""
    named = [(label, url_or_none(name), icon) for label, name, icon in filter(None, candidates)]
    return [Link(label, url, icon) for label, url, icon in named if url]


@dataclass(frozen=True)
class Navigation:
    """The main navigation; where it only has room for modules, below it the sections of the one we are in."""

    sections: list[Link]
    module: str = ""
    module_sections: tuple[Link, ...] = ()


def navigation(request: HttpRequest) -> Navigation:
    """Return the sections of the tenant's modules, for people who are signed in.

    Where there are more than fit, the bar holds the start page, one entry a module, and what belongs to no module.
    Worked out once a request: the menu asks what the bar has.
    """
    return once(("ui.navigation", request), lambda: _navigation(request))


def _navigation(request: HttpRequest) -> Navigation:
    tenant: Tenant | None = getattr(request, "tenant", None)
    if tenant is None or not request.user.is_authenticated or is_only_staff(request):
        return Navigation([])
    groups = [(group, _section_links(request, group.sections)) for group in registry.groups_of(tenant)]
    if sum(len(links) for _, links in groups) <= MOST_SECTIONS:
        return Navigation(_section_links(request, registry.sections_of(tenant)))
    groups = [(group, _section_links(request, _own_sections(group))) for group, _ in groups]
    return _grouped_navigation(request, [(group, links) for group, links in groups if links])


def is_only_staff(request: HttpRequest) -> bool:
    """Tell staff who act for nobody: they work in the administration, a customer's pages would only send them away."""
    acts = getattr(request, "customer", None) or getattr(request, "customer_count", 0)
    return bool(getattr(request.user, "is_staff", False)) and not acts


def _section_links(request: HttpRequest, sections: Iterable[registry.Section]) -> list[Link]:
    return [link for section in sections if (link := section_link(request, section))]


def _own_sections(group: registry.Group) -> list[registry.Section]:
    """Return a module's sections without what is everybody's: beside other modules, news is not the one's alone."""
    common = _common_pages() if group.name else set()
    return [section for section in group.sections if section.url_name not in common]


def _common_pages() -> set[str]:
    """Return the pages that apps of no module offer in the menu."""
    return {section.url_name for module in registry.modules() if not module.name for section in module.menu}


def _grouped_navigation(request: HttpRequest, groups: list[tuple[registry.Group, list[Link]]]) -> Navigation:
    here = next(((group, links) for group, links in groups if group.name and _is_in(request, group)), None)
    entries = _links((pgettext("navigation", "Home"), "home", "House"))
    is_common = here is None and request.resolver_match and request.resolver_match.view_name in _common_names()
    entries = [replace(link, current=link.url == request.path or bool(is_common)) for link in entries]
    for group, links in groups:
        entries += [_module_link(request, group, links)] if group.name else links
    if here is None:
        return Navigation(entries)
    return Navigation(entries, module=str(here[0].label), module_sections=tuple(here[1]))


def _is_in(request: HttpRequest, group: registry.Group) -> bool:
    match = request.resolver_match
    return bool(match and (group.apps & {*match.app_names} or match.view_name in _view_names(group)))


def _view_names(group: registry.Group) -> set[str]:
    """Return the pages its sections lead to: a section may be the page of an app that is no module's."""
    return {name for section in _own_sections(group) for name in (section.url_name, *section.match)}


def _common_names() -> set[str]:
    sections = [section for module in registry.modules() if not module.name for section in module.menu]
    return {name for section in sections for name in (section.url_name, *section.match)}


def _module_link(request: HttpRequest, group: registry.Group, links: list[Link]) -> Link:
    """Return the way into a module: its first section, with all that waits in it."""
    first, current = _own_sections(group)[0], _is_in(request, group)
    icon, active_icon = group.icons or (first.icon, first.active_icon)
    return Link(
        label=str(group.short_label),
        url=links[0].url,
        icon=active_icon if current and active_icon else icon,
        current=current,
        badge=sum(link.badge or 0 for link in links),
    )


def _is_current(request: HttpRequest, section: registry.Section) -> bool:
    """Tell whether the page is the section's own, or stands under it and is no other section's."""
    view_name = request.resolver_match.view_name if request.resolver_match else ""
    if view_name in _pages(section):
        return True
    if registry.section_over(view_name.partition(":")[0]) != section.url_name:
        return False
    tenant = getattr(request, "tenant", None)
    return tenant is None or not any(view_name in _pages(other) for other in registry.sections_of(tenant))


def _pages(section: registry.Section) -> tuple[str, ...]:
    return section.match or (section.url_name,)


def _app_of(section: registry.Section) -> str:
    return section.url_name.partition(":")[0]


def _is_public(request: HttpRequest, section: registry.Section) -> bool:
    """Tell whether anybody may open its page, so that a limited authorization does not close it."""
    tenant = getattr(request, "tenant", None)
    return tenant is not None and section.url_name in {one.url_name for one in registry.public_sections_of(tenant)}


def section_link(request: HttpRequest, section: registry.Section) -> Link | None:
    """Return the link of a section, or None while its page does not exist or is closed to the person.

    It counts what waits for a customer only.
    """
    url = url_or_none(section.url_name)
    may_open = getattr(request, "may_open", None)
    if url is None or not (_is_public(request, section) or not may_open or may_open(_app_of(section))):
        return None
    current = _is_current(request, section)
    return Link(
        label=str(section.label),
        url=url,
        icon=section.active_icon if current and section.active_icon else section.icon,
        short_label=str(section.short_label),
        current=current,
        badge=_badge(request, section),
    )


def _badge(request: HttpRequest, section: registry.Section) -> int | None:
    """Return the number at a section, counted once a request: the bar, its module and the menu ask for it."""
    count = section.badge
    if count is None or getattr(request, "customer", None) is None:
        return None
    return once(("ui.badge", request, section.url_name), lambda: count(request))


def menu(request: HttpRequest) -> list[Link]:
    """Return the entries of the signed-in person's menu, signing out excepted."""
    if not request.user.is_authenticated:
        return []
    staff = getattr(request.user, "is_staff", False)
    manages = getattr(request, "manages_customer", False)
    return _menu_sections(request) + _links(
        (gettext("Change customer"), "customers:choose", "Buildings3") if can_switch_customer(request) else None,
        (pgettext("of a customer", "Users"), "customers:people", "PersonGroup") if manages else None,
        (gettext("My page"), "accounts:my_page", "PersonCircle"),
        (pgettext("menu", "Notices"), "accounts:notices", "Bell"),
        (gettext("Devices and sessions"), "accounts:sessions", "Mobile"),
        (gettext("Administration"), "admin:index", "Cog") if staff else None,
    )


def _menu_sections(request: HttpRequest) -> list[Link]:
    """Return what apps bring to the menu, unless the bar has it already."""
    tenant: Tenant | None = getattr(request, "tenant", None)
    if tenant is None:
        return []
    bar = navigation(request)
    in_bar = {link.url for link in (*bar.sections, *bar.module_sections)}
    offered = [section for module in registry.modules_of(tenant) for section in module.menu]
    return [link for link in _section_links(request, offered) if link.url not in in_bar]


def footer_links(request: HttpRequest) -> list[Link]:
    """Return the links to the tenant's static pages."""
    if getattr(request, "tenant", None) is None:
        return []
    pages = {
        "privacy": gettext("Privacy"),
        "accessibility": gettext("Accessibility statement"),
        "terms": gettext("Terms"),
    }
    found = [(label, url_or_none("content:page", slug)) for slug, label in pages.items()]
    return [Link(label, url, current=request.path == url) for label, url in found if url]


def languages() -> list[Language]:
    current = get_language()
    return [Language(code, LANGUAGE_NAMES.get(code, code), code == current) for code, _ in settings.LANGUAGES]


def language_name() -> str:
    """Return the name of the page's language as the menu writes it in a sentence."""
    names = {
        "nb": pgettext("language in a sentence", "Bokmål"),
        "nn": pgettext("language in a sentence", "Nynorsk"),
        "en": pgettext("language in a sentence", "English"),
    }
    return names.get(get_language() or "", "")


def can_switch_customer(request: HttpRequest) -> bool:
    """Tell whether the person may act for more than one customer."""
    return getattr(request, "customer_count", 0) > 1


def base_context(tenant: "Tenant | None") -> dict[str, object]:
    """Return what a page needs at the least, without asking the database: the error pages use it."""
    return {"tenant": tenant, "theme": themes.theme_of(tenant), "current_language": get_language()}


def shell(request: HttpRequest) -> dict[str, object]:
    """Give every template what the shell around it shows, each worked out when it is asked for, once a render."""
    return base_context(getattr(request, "tenant", None)) | {
        "navigation": cache(lambda: navigation(request)),
        "menu": cache(lambda: menu(request)),
        "footer_links": cache(lambda: footer_links(request)),
        "languages": cache(languages),
        "language_name": cache(language_name),
        "can_switch_customer": cache(lambda: can_switch_customer(request)),
    }
