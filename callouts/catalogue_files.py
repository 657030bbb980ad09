"""The columns of the four files of a catalogue: fractions, EAL codes, types of package, units."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from callouts.models import Consistency, PackingGroup, WasteFraction
from portal.documents.csv_files import Column, Format, matching, number, one_of, text, whole, yes_or_no

LANGUAGES = [code for code, _name in settings.LANGUAGES]


def codes(value: str) -> list[str]:
    found = [code.upper() for code in re.split(r"[\s,]+", value) if code]
    if wrong := [code for code in found if not re.fullmatch(r"[0-9A-Z]{1,3}", code)]:
        raise ValidationError(_("Not a code: “%(value)s”."), params={"value": wrong[0][:40]})
    return list(dict.fromkeys(found))


def ewc(value: str) -> str:
    return str(matching(r"[0-9]{6}", lambda: _("An EAL code has six digits, not"))(value.rstrip("*")))


def code(value: str) -> str:
    return str(matching(r"[0-9A-Z]{1,3}", lambda: _("A code has one to three capital letters or digits, not"))(value))


FRACTIONS = Format(
    "waste fractions",
    "article_no",
    {
        "article_no": Column(text(20), "your article number; it tells the rows apart", required=True),
        "name": Column(text(120), "what the customer sees", required=True),
        "service": Column(one_of(WasteFraction.Service.values), "waste, rental or sale", empty="waste"),
        "category": Column(text(60), "the group customers filter by"),
        "ns_group": Column(matching(r"[0-9]{4}", lambda: _("A group has four digits, not")), "NS 9431, four digits"),
        "waste_substance_no": Column(text(10), "avfallsstoffnummer, or the code of radioactive waste"),
        "ewc_code": Column(ewc, "six digits; spaces, dots and a star are fine"),
        "hazardous": Column(yes_or_no, "yes or no", empty=False),
        "radioactive": Column(yes_or_no, "yes or no", empty=False),
        "declaration": Column(
            one_of(WasteFraction.Declaration.values),
            "by_kind (hazardous and radioactive waste need one), always or never",
            empty="by_kind",
        ),
        "units": Column(codes, "codes of the units it may be given in, with spaces between; empty: any", empty=[]),
        "packages": Column(codes, "codes of the packages it may come in; empty: any", empty=[]),
        "un_number": Column(matching(r"[0-9]{4}", lambda: _("A UN number has four digits, not")), "four digits"),
        "packing_group": Column(one_of(PackingGroup.values), "I, II, III, none or not_adr"),
        "consistency": Column(one_of(Consistency.values), ", ".join(Consistency.values)),
        "words": Column(text(300), "what people call it, with spaces between"),
        "offered": Column(yes_or_no, "yes or no; empty: yes", empty=True),
    },
)
EWC_CODES = Format(
    "EAL codes",
    "code",
    {
        "code": Column(ewc, "six digits; spaces, dots and a star are fine", required=True),
        "hazardous": Column(yes_or_no, "yes or no", required=True),
        **{language: Column(text(300), f"the name, {language}") for language in LANGUAGES},
    },
)
PACKAGES = Format(
    "types of package",
    "code",
    {
        "code": Column(code, "UN/ECE Recommendation 21, such as 1A, WA, 43", required=True),
        **{language: Column(text(60), f"the name of one, {language}") for language in LANGUAGES},
        **{f"{language}_plural": Column(text(60), f"the name of several, {language}") for language in LANGUAGES},
        "order": Column(whole(0, 32_767), "place in the list", empty=0),
    },
)
UNITS = Format(
    "units",
    "code",
    {
        "code": Column(code, "UN/ECE Recommendation 20, such as KGM, TNE, LTR", required=True),
        **{language: Column(text(30), f"the name, {language}") for language in LANGUAGES},
        "is_volume": Column(yes_or_no, "whether sizes of containers are given in it", empty=False),
        "most": Column(number, "the largest quantity in one call-off; empty: no limit", empty=None),
        "order": Column(whole(0, 32_767), "place in the list", empty=0),
    },
)
