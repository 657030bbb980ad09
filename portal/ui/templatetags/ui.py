"""The components as template tags, and the formatting as filters. Load with {% load ui %}."""

import logging
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from portal import registry
from portal.tenancy import themes
from portal.ui import charts, drawing, formatting
from portal.ui.field_drawing import field_html
from portal.ui.form_fields import CHIPS, DrawnField, messages_of, target_id
from portal.ui.icons import paths_by_name

register = template.Library()
logger = logging.getLogger(__name__)


@register.simple_tag
def icon(name: str, *, small: bool = False, extra: str = "") -> SafeString:
    """Inline an icon. `small` is 20 px instead of 24, `extra` are classes such as "is-success".

    Raises TemplateSyntaxError for an unknown name; in production it is left out and logged.
    """
    if name not in paths_by_name():
        if not settings.PRODUCTION:
            raise template.TemplateSyntaxError(f"There is no icon {name!r} in portal/ui/icons.")
        logger.error("Unknown icon %s", name)
        return SafeString("")
    return _drawn_icon(name, small, extra)


# Some hundred, in a few sizes and colours: a page has thirty of them.
@lru_cache(maxsize=1000)
def _drawn_icon(name: str, small: bool, extra: str) -> SafeString:  # noqa: FBT001  (a key)
    classes = " ".join(filter(None, ["icon", "icon--sm" if small else "", extra]))
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true" focusable="false">{}</svg>',
        classes,
        mark_safe(paths_by_name()[name]),  # our own vendored file
    )


@register.simple_tag(takes_context=True)
def slot(context: template.Context, name: str, **given: Any) -> SafeString:
    """Show what the floors above bring to this place of a page; nothing when they bring nothing."""
    request = context["request"]
    return mark_safe("".join(render(request, given) for render in registry.fillings_of(name)))  # templates of ours


@register.simple_tag(takes_context=True)
def brand_mark(context: template.Context) -> SafeString:
    """Draw the mark of the page's theme, or the company's initial where the theme has none."""
    return themes.draw_mark(context.get("theme") or themes.NEUTRAL, context.get("tenant"))


@register.simple_tag
def theme_url(theme: str = themes.NEUTRAL) -> str:
    """Return the address of a theme's stylesheet."""
    return static(f"themes/{theme or themes.NEUTRAL}.css")


@register.simple_tag
def touch_icon_url(theme: str = themes.NEUTRAL) -> str:
    """Return the address of a theme's mark for the home screen of a phone."""
    return static(f"icons/{theme or themes.NEUTRAL}-180.png")


@register.simple_tag
def favicon_url(theme: str = themes.NEUTRAL) -> str:
    """Return the address of a theme's mark for the browser's tab."""
    return static(f"icons/{theme or themes.NEUTRAL}.svg")


@register.simple_tag
def status(label: object, color: str = "neutral") -> SafeString:
    """Draw a status as a word in a tag: info, success, warning, danger, neutral."""
    return format_html('<span class="ds-tag" data-color="{}">{}</span>', color, label)


@register.filter
def tel(value: str) -> str:
    """Return a phone number as a link dials it."""
    return "".join(character for character in value if character.isdigit() or character == "+")


@register.filter
def breakable(email: str) -> SafeString:
    """Let a long e-mail address break after the @ rather than in a word."""
    return mark_safe(conditional_escape(email).replace("@", "@<wbr>"))


@register.filter
def initials(name: str) -> str:
    """Return the first letters of the first and the last name."""
    words = name.split()
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()


# Forms ---------------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField, *, style: str = CHIPS, suffix: str = "", mark: bool = True) -> SafeString:
    """Draw a form field with its label, help, "Optional" mark and error.

    `style`: how radios and several checkboxes look: "chips", "options" (outlined) or "plain". `suffix`: a unit after
    the input. `mark=False` leaves "Optional" out, for filters.
    """
    return field_html(DrawnField(bound, style, suffix, mark))


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, object]:
    """List what is wrong in one or several forms, each with a link to its field; nothing when all is right."""
    errors = [
        {"target": target_id(form[name]) if name in form.fields else "", "message": message}
        for form in forms
        for name, messages in form.errors.items()
        for message in (messages_of(form[name]) if name in form.fields else messages)
    ]
    return {"errors": errors}


# Lists ---------------------------------------------------------------------------------------------


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any], parameter: str = "page") -> dict[str, object]:
    """Draw links to the pages of a list, keeping the rest of the query string; nothing for a single page."""
    request = context["request"]

    def url(number: int) -> str:
        query = request.GET.copy()
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    paginator = page.paginator
    shown = paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    pages = [
        {"number": number, "url": url(number), "is_edge": number in (1, paginator.num_pages)}
        if isinstance(number, int)
        else None
        for number in shown
    ]
    return {
        "page": page,
        "pages": pages,
        "previous_url": url(page.previous_page_number()) if page.has_previous() else "",
        "next_url": url(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("components/chart.html")
def chart(chart: charts.BarChart) -> dict[str, object]:
    """Draw a bar chart with its key and its table."""
    plot = charts.draw(chart)
    return {"chart": chart, "plot": plot, "parts": drawing.parts_of(chart, plot)}


register.simple_tag(drawing.spark_bars)


# Formatting ----------------------------------------------------------------------------------------


def _or_missing(function: Callable[..., str]) -> Callable[..., str]:
    """Let a filter show a dash for a value that is not there."""

    def shown(value: Any, *arguments: Any) -> str:
        return formatting.MISSING if value in (None, "") else function(value, *arguments)

    return shown


def _as_day(function: Callable[[date], str]) -> Callable[[Any], str]:
    """Let a filter of days take an aware moment too: its day in the tenant's zone."""

    def shown(value: date | datetime) -> str:
        return function(formatting.local_day(value) if isinstance(value, datetime) else value)

    return shown


for _function in (
    formatting.day,
    formatting.short_day,
    formatting.long_day,
    formatting.weekday_day,
    formatting.month,
    formatting.month_name,
):
    register.filter(_function.__name__, _or_missing(_as_day(_function)))

register.filter("clock", _or_missing(formatting.clock))
register.filter("moment", _or_missing(lambda value: formatting.moment(value, now=timezone.now())))
register.filter("kw", _or_missing(formatting.kw))
register.filter("kroner", _or_missing(formatting.kroner))
register.filter("file_size", _or_missing(formatting.file_size))
register.filter("phone", _or_missing(formatting.phone))
register.filter("org_no", _or_missing(formatting.org_no))
register.filter("gsrn", _or_missing(formatting.gsrn))


@register.filter
def number(value: Decimal | float | None, decimals: int = 0) -> str:
    """Show a quantity: {{ tonnes|number:1 }}."""
    return formatting.number_or_missing(value, decimals)


@register.filter
def amount(value: Decimal | None) -> str:
    """Show kroner without the unit: {{ total|amount }} → "779,76"."""
    return formatting.number_or_missing(value)
