"""How jobs and orders are named on pages and in messages. Pure."""

NBSP = "\u00a0"


def title_of(service: str, equipment: str, quantity: int = 1) -> str:
    """Return "Tøm, åpen container 22 m³" or "Ny enhet, 2 × beholder med hjul 660 l"."""
    return f"{service}, {counted(equipment, quantity)}"


def counted(equipment: str, quantity: int = 1) -> str:
    """Return "åpen container 22 m³" or "2 × beholder med hjul 660 l", as it stands within a sentence."""
    times = f"{quantity}{NBSP}×{NBSP}" if quantity > 1 else ""
    return f"{times}{in_sentence(equipment)}"


def in_sentence(name: str) -> str:
    """Return a name as it stands within a sentence: a small first letter, unless it begins with an abbreviation."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def number_text(number: int) -> str:
    """Return an order number as "118 204", in every language."""
    return f"{number:,}".replace(",", NBSP)
