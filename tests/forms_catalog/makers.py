"""Makers of service forms, and what people send to them."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from forms_catalog.actions.catalogue import install, publish
from forms_catalog.models import Enquiry, FormField, FormVersion, ServiceForm
from forms_catalog.rules.definition import Definition, FieldSpec, Kind


def spec(name: str, kind: Kind = Kind.TEXT, **more: Any) -> FieldSpec:
    return FieldSpec(name=name, kind=kind, label={"nb": name.title(), "en": name.title()}, **more)


def form(*fields: FieldSpec, slug: str = "trees", **texts: Any) -> ServiceForm:
    """Return a published form."""
    made = install(slug=slug, definition=Definition(title={"nb": "Trær", "en": "Trees"}, fields=fields, **texts))
    assert made
    return made


def trees(**texts: Any) -> ServiceForm:
    """A form of two pages: whose tree, then where, with a picture."""
    return form(
        spec("own", Kind.YES_NO),
        spec("owner", show_if="own = no"),
        spec("place", Kind.STEP),
        spec("address", Kind.ADDRESS),
        spec("height", Kind.NUMBER, is_required=False),
        spec("pictures", Kind.PICTURES, is_required=False),
        **texts,
    )


def change(made: ServiceForm, name: str, **fields: Any) -> FormVersion:
    """Change a question, and publish."""
    FormField.objects.filter(form=made, name=name).update(**fields)
    return publish(form=made, by=None)


def photo(name: str = "tree.jpg", kind: str = "JPEG") -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(content, kind)
    return SimpleUploadedFile(name, content.getvalue())


def at(slug: str = "trees", rest: str = "") -> str:
    return f"/contact/forms/{slug}/{rest}"


def fill_in(client: Client, **changes: Any) -> Any:
    """Answer both pages of `trees`, and return the page that looks them over."""
    client.post(at(), {"own": "no", "owner": "Ola"})
    client.post(at(rest="2/"), {"address": "Bygata 1", "height": "12,5", **changes})
    return client.get(at(rest="check/"))


def send(client: Client, looked_over: Any) -> Any:
    draft = looked_over.context["draft"]
    return client.post(at(rest="check/"), {"submission_key": draft.submission_key, "revision": draft.revision})


def shown_to_staff(desk: Client, enquiry: Enquiry) -> dict[str, Any]:
    """Return what the page of an enquiry in admin posts besides what is written in it."""
    form = desk.get(f"/admin/forms_catalog/enquiry/{enquiry.pk}/change/").context["adminform"].form
    return {name: form[name].value() for name in ("answer_key", "last_message")}


def answer_in_admin(desk: Client, enquiry: Enquiry, text: str, **more: Any) -> Any:
    shown = shown_to_staff(desk, enquiry)
    return desk.post(f"/admin/forms_catalog/enquiry/{enquiry.pk}/change/", {**shown, "answer": text, **more})
