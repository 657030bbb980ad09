"""The little markup that staff type: what is not markup is text, and HTML never gets through.

A block is set off by an empty line. `## ` makes a heading, lines that begin with `- ` a list, lines numbered from `1. `
a numbered one, anything else a paragraph. `**words**` are bold, `*words*` italic. `[words](address)` is a link to
http(s), mailto, tel (digits may be in groups), or a page of our own; with another address it stays text.
"""

import html
import re
from collections.abc import Iterator
from itertools import groupby

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

LINK = re.compile(r"\[(?P<words>[^\[\]]+)\]\((?P<address>[^()\n]*)\)")
SAFE_ADDRESS = re.compile(r"(https?://|mailto:|tel:|/(?!/))[^\s\"'<>]*\Z")
BOLD = re.compile(r"\*\*(?=[^\s*])(.+?)(?<=[^\s*])\*\*")
ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=[^\s*])\*(?![\w*])")
NUMBERED = re.compile(r"(\d{1,3})[.)] ")
# Where HTML may stand, lines from the first of these to the last are left as they are.
BLOCK_TAG = re.compile(r"</?(?:p|h[1-6]|ul|ol|li|blockquote|div|table|script|style)\b", re.IGNORECASE)
# A link that is put back when the marks around it are done. No text holds a NUL.
KEPT = "\0%d\0"


def render(text: str, *, level: int = 2) -> SafeString:
    """Return the text as HTML; its headings are of that level."""
    return mark_safe("\n".join(part for block in _blocks(text) for part in _parts(block, level, is_html=False)))


def render_within_html(text: str, *, level: int = 2) -> str:
    """Return text in which marks and HTML stand side by side as HTML. It must be sanitised before it is shown."""
    return "\n".join(part for block in _blocks(text) for part in _around_html(block, level))


def _blocks(text: str) -> list[str]:
    blocks = re.split(r"\n\s*\n", text.replace("\0", "").replace("\r\n", "\n").strip())
    return [block.strip() for block in blocks if block.strip()]


def _around_html(block: str, level: int) -> Iterator[str]:
    lines = block.splitlines()
    tagged = [number for number, line in enumerate(lines) if BLOCK_TAG.search(line)]
    if not tagged:
        yield from _parts(block, level, is_html=True)
        return
    first, last = tagged[0], tagged[-1] + 1
    yield from _parts("\n".join(lines[:first]), level, is_html=True)
    yield "\n".join(lines[first:last])
    yield from _parts("\n".join(lines[last:]), level, is_html=True)


def _parts(block: str, level: int, *, is_html: bool) -> Iterator[str]:
    """Yield the elements of a block. A heading or a list may stand right above or below its text."""
    lines = block.splitlines()
    for kind, run in groupby(zip(_kinds(lines), lines, strict=True), key=lambda pair: pair[0]):
        texts = [line for _, line in run]
        if kind == "heading":
            for line in texts:
                words = _inline(line.removeprefix("## ").strip(), is_html=is_html)
                yield format_html('<h{} class="ds-heading" data-size="2xs">{}</h{}>', level, words, level)
        elif kind == "list":
            items = [_inline(line.removeprefix("- "), is_html=is_html) for line in texts]
            yield format_html('<ul class="ds-list">{}</ul>', _items(items))
        elif kind == "numbers":
            items = [_inline(NUMBERED.sub("", line, count=1), is_html=is_html) for line in texts]
            yield format_html('<ol class="ds-list ds-list--numbers">{}</ol>', _items(items))
        else:
            yield format_html("<p>{}</p>", _inline(" ".join(texts), is_html=is_html))


def _items(items: list[SafeString]) -> SafeString:
    return format_html_join("", "<li>{}</li>", ((item,) for item in items))


def _kinds(lines: list[str]) -> list[str]:
    """Tell what each line is. "1. desember" by itself begins a sentence: only lines that count from 1 are a list."""
    kinds = ["heading" if line.startswith("## ") else "list" if line.startswith("- ") else "" for line in lines]
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _number(lines[end]) == end - start + 1:
            end += 1
        if end - start > 1:
            kinds[start:end] = ["numbers"] * (end - start)
        start = max(end, start + 1)
    return kinds


def _number(line: str) -> int | None:
    found = NUMBERED.match(line)
    return int(found[1]) if found else None


def _inline(text: str, *, is_html: bool) -> SafeString:
    links: list[str] = []

    def keep(match: re.Match[str]) -> str:
        link = _link(match)
        if link is None:
            return match[0]
        links.append(link)
        return KEPT % (len(links) - 1)

    marked = _emphasised(LINK.sub(keep, text if is_html else conditional_escape(text)))
    return mark_safe(re.sub(KEPT.replace("%d", r"(\d+)"), lambda kept: links[int(kept[1])], marked))


def _emphasised(text: str) -> str:
    return ITALIC.sub(r"<em>\1</em>", BOLD.sub(r"<strong>\1</strong>", text))


def _link(match: re.Match[str]) -> str | None:
    """Return the link, or None for an address that is none of ours. The words are escaped already."""
    address = html.unescape(match["address"])
    if address.startswith("tel:"):
        address = "tel:" + "".join(sign for sign in address if sign.isdigit() or sign == "+")
    if not SAFE_ADDRESS.match(address):
        return None
    return format_html('<a class="ds-link" href="{}">{}</a>', address, mark_safe(_emphasised(match["words"])))
