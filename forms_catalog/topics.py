"""The topics every company begins with; staff change them in admin."""

from typing import Any

from forms_catalog.models import Topic

# By module ("" for everyone): short name, then the label in Bokmål, Nynorsk and English.
DEFAULTS: dict[str, list[tuple[str, str, str, str]]] = {
    "": [("general", "Generelt", "Generelt", "General")],
    "grid": [
        ("power-cut", "Strømbrudd", "Straumbrot", "Power cut"),
        ("grid-rent", "Nettleie og faktura", "Nettleige og faktura", "Grid rent and invoice"),
        ("inspection", "Tilsyn (DLE)", "Tilsyn (DLE)", "Inspection"),
        ("open-cabinet", "Åpent kabelskap", "Ope kabelskap", "Open cable cabinet"),
        ("damaged-mast", "Skadet mast", "Skadd mast", "Damaged mast"),
    ],
    "orders": [
        ("order", "Bestilling eller henting", "Bestilling eller henting", "Order or collection"),
        (
            "new-project",
            "Nytt kunde- eller prosjektnummer",
            "Nytt kunde- eller prosjektnummer",
            "New customer or project",
        ),
    ],
    "callouts": [("declaration", "Avrop og deklarasjon", "Avrop og deklarasjon", "Call-off and declaration")],
}
# What should have been a call: the duty is alerted.
URGENT = {"power-cut", "open-cabinet", "damaged-mast"}
LAST = [("transparency", "Åpenhetsloven", "Openheitslova", "Transparency Act")]


def ensure_topics(tenant: Any) -> None:
    """Add the topics of the tenant's modules that are not there yet."""
    wanted = [row for module, rows in DEFAULTS.items() if not module or tenant.has_module(module) for row in rows]
    for order, (slug, nb, nn, en) in enumerate([*wanted, *LAST]):
        label = {"nb": nb, "nn": nn, "en": en}
        defaults = {"label": label, "order": order * 10, "is_urgent": slug in URGENT}
        Topic.objects.get_or_create(slug=slug, defaults=defaults)
