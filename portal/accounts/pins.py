"""Which PINs anyone would try first. Pure."""

DIGITS = 4
UP = "0123456789012"
DOWN = UP[::-1]


def is_weak(pin: str, *, phone: str = "") -> bool:
    """Tell whether a PIN of four digits is one of those that thieves try: 0000, 1234, 4321, 1212, a year of birth, or
    the end of the person's own number.
    """
    is_row = pin in UP or pin in DOWN
    is_year = "1930" <= pin <= "2029"
    return len(set(pin)) == 1 or pin[:2] == pin[2:] or is_row or is_year or (bool(phone) and phone.endswith(pin))
