"""What can be wrong with a tariff file, and the words for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Level(StrEnum):
    """An error refuses the file, a doubt too unless somebody has looked at it and accepts it; a note only tells."""

    ERROR = "error"
    DOUBT = "doubt"
    NOTE = "note"


LEVELS: Mapping[str, Level] = {
    "negative_energy": Level.DOUBT,
    "taxes_left_in": Level.DOUBT,
    "vat_left_in": Level.DOUBT,
    "lowest_tier": Level.DOUBT,
    "gap": Level.NOTE,
    "nothing_after": Level.NOTE,
    "unsorted_tiers": Level.NOTE,
    "method_unknown": Level.NOTE,
    "side_of_bound_unknown": Level.NOTE,
    "grid_areas": Level.NOTE,
    "bad_gln": Level.NOTE,
}

TEXTS: Mapping[str, _StrPromise] = {
    # the file as text
    "not_text": _("The file is not text in UTF-8."),
    "too_large": _("The file is larger than %(limit)s kB. A tariff file is some pages of text."),
    "empty": _("The file is empty."),
    "tab": _("The line is indented with a tab. YAML allows only spaces there."),
    "not_yaml": _("The line cannot be read as YAML: %(error)s."),
    "too_deep": _("The file is nested too deep to be a tariff file."),
    "alias": _("The line refers to another part of the file (%(name)s). Write the value out."),
    "bad_character": _("The text holds a character that is none people write: %(code)s."),
    "duplicate_key": _("“%(key)s” is given twice; the first time on line %(first)s."),
    # its parts
    "not_mapping": _("Here should be names with values, such as “grunnpris: 12.5”."),
    "not_list": _("Here should be a list: lines that begin with a dash."),
    "empty_list": _("The list is empty."),
    "missing_key": _("“%(key)s” is missing."),
    "unknown_key": _("“%(key)s” is no part of the format. Known here: %(known)s."),
    "not_text_value": _("Here should be a text."),
    "too_long": _("The text has %(length)s characters. There is room for %(limit)s."),
    "not_number": _("“%(value)s” is not a number."),
    "comma": _("“%(value)s” has a decimal comma. Write %(better)s."),
    "negative": _("%(value)s is negative."),
    "negative_energy": _("The energy price %(value)s is negative: customers would be paid for using more."),
    "not_date": _("“%(value)s” is not a date. Write it as 2026-07-01."),
    "not_yes_or_no": _("“%(value)s” is neither true nor false."),
    "unknown_word": _("“%(value)s” is not one of %(known)s."),
    "unknown_method": _("The method “%(value)s” is not known. Known methods: %(known)s."),
    "bad_hours": _("“%(value)s” are no hours. Write 6-21 for 06:00 to 22:00, or a list; the hours are 0 to 23."),
    # what it says
    "ends_before_it_begins": _("The price list ends %(end)s, which is not after %(begin)s."),
    "overlap": _("Two price lists hold for %(group)s from %(first)s; the other one is on line %(other)s."),
    "gap": _("No price list holds for %(group)s from %(first)s until %(last)s."),
    "same_tier_twice": _("The tier from %(lower)s is given twice."),
    "falling_tiers": _("The tier from %(lower)s costs %(price)s, less than the one below it (%(below)s)."),
    "lowest_tier": _("The lowest tier begins at %(lower)s. Those below would pay its price too."),
    "unsorted_tiers": _("The tiers are not in rising order. They are read as if they were."),
    "method_unknown": _("The method is unknown: the capacity charge will be shown as unknown."),
    "side_of_bound_unknown": _("It is unknown which tier a bound belongs to: exactly on it, the tier is unknown."),
    "grid_areas": _("The file is for some grid areas only. Give its lists a name (navn) if others hold elsewhere."),
    "bad_gln": _("“%(value)s” is not a Norwegian grid company's GLN."),
    "conflict": _(
        "“%(one)s” and “%(other)s” both hold in %(month)s on a %(day)s at %(hour)s, at other prices: "
        "%(price)s and %(other_price)s øre."
    ),
    "taxes_left_in": _(
        "From %(first)s the energy prices differ by exactly %(difference)s øre from those before: the electricity tax. "
        "Are taxes left in?"
    ),
    "vat_left_in": _(
        "From %(first)s all prices are exactly 25 %% more or less than before. Is value added tax left in?"
    ),
    # against what is stored
    "changed": _("A price list for %(group)s from %(first)s is stored with other contents."),
    "nothing_after": _(
        "No price list holds for %(group)s from %(first)s: the list ends then, and the stored one before it held only "
        "until further notice."
    ),
    "later_version": _("A price list for %(group)s from %(first)s is stored already, within the time of this one."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` is 0 for the whole file; `where` names the place, as in "tariffer[2].energiledd.grunnpris"."""

    code: str
    line: int = 0
    where: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        return LEVELS.get(self.code, Level.ERROR)

    @property
    def text(self) -> str:
        """The sentence in the active language."""
        template = TEXTS.get(self.code)
        return str(template) % self.params if template else gettext("Unknown reason: %(code)s") % {"code": self.code}


def refuses(problems: list[Problem], *, accept_doubts: bool = False) -> bool:
    levels = {problem.level for problem in problems}
    return Level.ERROR in levels or (Level.DOUBT in levels and not accept_doubts)
