"""Rich text of staff: the little markup of information pages, a few HTML elements, or both; nothing that could run.

`render` sanitises whatever it is given, every time: what lies in the database may be older than the rules.
"""

import re

import nh3
from django.utils.safestring import SafeString, mark_safe

from portal.content import markup

# No h1: a page has one of its own. No pictures: they would come from elsewhere, and the policy refuses them.
TAGS = {"p", "br", "h2", "h3", "strong", "b", "em", "i", "ul", "ol", "li", "a", "blockquote"}
SCHEMES = {"http", "https", "mailto", "tel"}
CLASSES = {
    "a": {"class": "ds-link"},
    "ul": {"class": "ds-list"},
    "ol": {"class": "ds-list ds-list--numbers"},
    "h2": {"class": "ds-heading", "data-size": "2xs"},
    "h3": {"class": "ds-heading", "data-size": "2xs"},
}
IS_HTML = re.compile(
    r"<(?:p|br|h[1-6]|ul|ol|li|a|strong|b|em|i|blockquote|div|span|table|script|style)\b", re.IGNORECASE
)


def render(text: str) -> SafeString:
    """Return rich text as HTML for a page."""
    if not IS_HTML.search(text):
        return markup.render(text)
    cleaned = nh3.clean(
        markup.render_within_html(text),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        set_tag_attribute_values=CLASSES,
    )
    return mark_safe(cleaned)  # by nh3, with the lists above
