"""Codes as people type them, as they are kept, and as pages show them."""

import re
import unicodedata

DECLARATION_MARKS = re.compile(r"[.\s\u00a0\u202f-]+")
EWC_IN_TEXT = re.compile(r"\b(\d{2})[ .](\d{2})[ .](\d{2})\b\*?")
WORD = re.compile(r"[^\W_]+")
# What people write in front of a code: it narrows nothing.
CODE_NAMES = frozenset({"art", "artikkel", "artikkelnr", "eal", "ewc", "ns", "nr", "stoffnr", "avfallsstoffnummer"})
# Shorter tails of a word say nothing: "je" of "olje".
SHORTEST_TAIL = 3
NAMED, EVERYDAY, TAIL = 2, 1, 0


def plain_declaration_no(written: str) -> str:
    """Strip dots, spaces and hyphens: "123.456 789" → "123456789". Anything else is left for the check to refuse."""
    return DECLARATION_MARKS.sub("", written)


def shown_declaration_no(number: str) -> str:
    """Group the digits in threes with dots, as the national declaration writes them; other text as it stands."""
    if not number.isdecimal():
        return number
    return ".".join(number[start : start + 3] for start in range(0, len(number), 3))


def shown_ewc(code: str, *, hazardous: bool) -> str:
    """Return "13 02 05*": pairs, and a star on entries that are hazardous waste."""
    pairs = "\u00a0".join(code[start : start + 2] for start in range(0, len(code), 2))
    return f"{pairs}*" if code and hazardous else pairs


def shown_number(number: int) -> str:
    """Return a call-off's number as people say it: "A-20418"."""
    return f"A-{number}"


def fold(text: str) -> str:
    """Lower the case and drop accents, keeping æ, ø and å, which are letters of their own."""
    kept = text.casefold().replace("å", "\0")
    bare = "".join(c for c in unicodedata.normalize("NFKD", kept) if not unicodedata.combining(c))
    return bare.replace("\0", "å")


def search_terms(query: str) -> list[str]:
    """Split what was typed into terms that must all be found: "EAL 13 02 05*" → ["130205"], "7012" → ["7012"].

    Every term is folded. Ten terms at the most: a pasted page is no search.
    """
    joined = EWC_IN_TEXT.sub(r"\1\2\3", fold(query))
    terms = list(dict.fromkeys(WORD.findall(joined)))
    return [term for term in terms if term not in CODE_NAMES][:10] or terms[:1]


def index_words(named: str, everyday: str = "") -> dict[str, int]:
    """Return the words a fraction is found by, each with its weight.

    NAMED for words of its name and its codes, EVERYDAY for what people call it, TAIL for tails of either. The tails
    let "olje" find "spillolje": Norwegian writes compounds as one word, and the database only searches by beginnings.
    """
    name_words, other_words = WORD.findall(fold(named)), WORD.findall(fold(everyday))
    tails = (tail for word in (*name_words, *other_words) for tail in _tails(word))
    return dict.fromkeys(tails, TAIL) | dict.fromkeys(other_words, EVERYDAY) | dict.fromkeys(name_words, NAMED)


def _tails(word: str) -> list[str]:
    """Return what a word ends in; the end of a code says nothing."""
    return [] if word.isdecimal() else [word[start:] for start in range(1, len(word) - SHORTEST_TAIL + 1)]


def after_prefix(prefix: str) -> str:
    """Return the first text that sorts, by code point, after everything beginning with `prefix`."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)
