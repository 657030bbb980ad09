"""How jobs and orders are named on pages and in messages. Pure."""

NBSP = "\u00a0"


def title_of(service: str, equipment: str) -> str:
    """Return "Tøm, åpen container 22 m³"."""
    return f"{service}, {in_sentence(equipment)}"


def in_sentence(name: str) -> str:
    """Return a name as it stands within a sentence: a small first letter, unless it begins with an abbreviation."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def number_text(number: int) -> str:
    """Return an order number as "118 204", in every language."""
    return f"{number:,}".replace(",", NBSP)
