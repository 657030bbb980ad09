"""The little markup of information pages: what is not markup is text, and HTML never gets through.

A block is set off by an empty line. `## ` makes a heading, lines that begin with `- ` a list, anything else a
paragraph. `[words](address)` is a link to http(s), mailto, tel (digits may be in groups), or a page of our own; with
another address it stays text.
"""

import re

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

LINK = re.compile(r"\[(?P<words>[^\[\]]+)\]\((?P<address>[^()\n]*)\)")
SAFE_ADDRESS = re.compile(r"(https?://|mailto:|tel:|/(?!/))[^\s\"'<>]*\Z")


def render(text: str, *, level: int = 2) -> SafeString:
    """Return the text as HTML; its headings are of that level."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    parts = [part for block in blocks if block.strip() for part in _parts(block, level)]
    return mark_safe("\n".join(parts))


def _parts(block: str, level: int) -> list[SafeString]:
    """Return the elements of a block. A heading may stand right above its text."""
    first, *rest = block.strip().splitlines()
    if first.startswith("## "):
        words = first.removeprefix("## ").strip()
        heading = format_html('<h{} class="ds-heading" data-size="2xs">{}</h{}>', level, words, level)
        return [heading, *(_parts("\n".join(rest), level) if rest else [])]
    lines = [first, *rest]
    if all(line.startswith("- ") for line in lines):
        items = format_html_join("", "<li>{}</li>", ((_linked(line.removeprefix("- ")),) for line in lines))
        return [format_html('<ul class="ds-list">{}</ul>', items)]
    return [format_html("<p>{}</p>", _linked(" ".join(lines)))]


def _linked(text: str) -> SafeString:
    pieces, end = [], 0
    for match in LINK.finditer(text):
        pieces += [conditional_escape(text[end : match.start()]), _link(match)]
        end = match.end()
    return mark_safe("".join([*pieces, conditional_escape(text[end:])]))


def _link(match: re.Match[str]) -> SafeString:
    address = match["address"]
    if address.startswith("tel:"):
        address = "tel:" + "".join(sign for sign in address if sign.isdigit() or sign == "+")
    if not SAFE_ADDRESS.match(address):
        return conditional_escape(match[0])
    return format_html('<a class="ds-link" href="{}">{}</a>', address, match["words"])
