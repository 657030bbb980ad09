"""File names as people gave them, fit to be shown and to be downloaded under."""

import unicodedata

LONGEST = 120
# What turns the reading direction round (so that "photo[RLO]gpj.exe" reads "photoexe.jpg"), and what cannot be seen.
INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
FORBIDDEN = '<>:"|?*\\/'


def clean_name(name: str, extension: str = "") -> str:
    """Return the last part of a path without signs that deceive or that systems refuse, at most 120 characters.

    `extension` replaces the name's own ("jpg"), for a file that was made anew in another type.
    """
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    kept = "".join(sign for sign in last if unicodedata.category(sign) not in INVISIBLE and sign not in FORBIDDEN)
    stem, dot, own = " ".join(kept.split()).rpartition(".")
    if not dot:
        stem, own = own, ""
    ending = f".{extension or own}" if extension or own else ""
    stem = stem.strip(" .")[: LONGEST - len(ending)].rstrip(" .") or "file"
    return f"{stem}{ending}"
