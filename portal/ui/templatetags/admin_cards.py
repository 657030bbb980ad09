"""Rows of an admin list as cards, where the screen is too narrow for a table: every cell tells its column."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()

CELL = re.compile(r"<t[dh]\b")
# What Django shows where there is nothing.
NOTHING = re.compile(r"<t[dh][^>]*>\s*(-|–|&nbsp;|\u00a0|)\s*</t[dh]>")


@register.filter
def labelled(cells: Iterable[str], heads: Iterable[Mapping[str, Any]]) -> list[SafeString]:
    """Return the cells of a row with the heads of their columns.

    The first says what the row is and needs no label; one with nothing in it is marked, to be left out of a card.
    """
    names = [_name(head) for head in heads]
    first = next((place for place, name in enumerate(names) if name), 0)
    labels = ["" if place == first else name for place, name in enumerate(names)]
    return [_with(cell, labels[place] if place < len(labels) else "") for place, cell in enumerate(cells)]


def _name(head: Mapping[str, Any]) -> str:
    """Return the words of a head, none for that of the boxes to tick."""
    text = str(head["text"])
    return "" if "<" in text else str(capfirst(text))


def _with(cell: str, label: str) -> SafeString:
    told = f' data-label="{escape(label)}"' if label else ""
    told += " data-empty" if label and NOTHING.fullmatch(cell.strip()) else ""
    # Django has made the cell, and the label is escaped.
    return mark_safe(CELL.sub(lambda begin: begin.group() + told, str(conditional_escape(cell)), count=1))
