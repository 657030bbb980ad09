"""Text that comes from outside."""

import re

# What XML cannot say, and no person writes: control characters but tabs and line ends, and what is no character.
CONTROLS = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\ufffe\\uffff]")


def without_controls(text: str) -> str:
    """Return the text without control characters; pasted text may hold some that nobody sees."""
    return CONTROLS.sub("", text)


def is_unicode(text: str) -> bool:
    """Tell whether text can be written down: JSON can name half a character (a lone surrogate), which nothing keeps."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def key_in(text: str) -> int:
    """Return the key, or the number, of a row that somebody names; 0, which no row has, for what can be none."""
    # The largest that a column holds has 19 digits.
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
