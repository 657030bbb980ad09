"""Numbers with check digits, and shapes that a text must have. Pure."""

from stdnum.no import kontonr, orgnr

from portal.customers import gsrn

DIGIT, LETTER = "#", "@"


def account_number(text: str) -> str:
    """Return the 11 digits of a Norwegian account number. Raises ValueError when the check digit is wrong."""
    return _compact(kontonr.validate, text, 11)


def organisation_number(text: str) -> str:
    """Return the 9 digits of an organisation number. Raises ValueError when the check digit is wrong."""
    return _compact(orgnr.validate, text, 9)


def _compact(validate: object, text: str, length: int) -> str:
    digits = "".join(text.replace(".", " ").split())
    # The library takes account numbers of other lengths, and digits of other alphabets.
    if not (len(digits) == length and digits.isascii() and digits.isdigit()) or set(digits) == {"0"}:
        raise ValueError(text)
    return str(validate(digits))  # type: ignore[operator]  # its errors are ValueErrors


def metering_point(text: str) -> str:
    """Return the 18 digits of a metering point's number. Raises ValueError when GS1's check digit is wrong."""
    digits = "".join(text.split())
    if not gsrn.is_valid(digits):
        raise ValueError(text)
    return digits


def has_shape(text: str, shape: str) -> bool:
    """Tell whether a text is written as the shape says: # is a digit, @ a letter, all else itself."""
    return len(text) == len(shape) and all(map(_fits, text, shape))


def _fits(character: str, wanted: str) -> bool:
    if wanted == DIGIT:
        return character.isascii() and character.isdigit()
    return character.isalpha() if wanted == LETTER else character == wanted
