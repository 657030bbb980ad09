"""What was answered in a form that is sent, in words: for pages, paper, e-mail and other systems."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, override

from forms_catalog.models import AnswerFile, Submission
from forms_catalog.rules.definition import WITH_FILES, YES, Definition, FieldSpec, Kind
from portal.customers.places import Place, places_of
from portal.tenancy.models import current_tenant
from portal.ui import formatting


@dataclass(frozen=True)
class Answer:
    """A question with what was answered; `files` instead of `text` where it asks for them."""

    name: str
    label: str
    text: str
    files: list[AnswerFile] = field(default_factory=list)


def shown(spec: FieldSpec, value: str, places: Sequence[Place] = ()) -> str:
    """Return an answer as pages write it; what is not answered is a dash. `places` give metering points an address."""
    if not value:
        return formatting.MISSING
    if spec.kind == Kind.YES_NO:
        return gettext("Yes") if value == YES else gettext("No")
    if spec.kind == Kind.CHOICE:
        return next((current_tenant().text(label) for known, label in spec.choices if known == value), value)
    words = WRITTEN.get(spec.kind, str)(value)
    at = next((one for one in places if one.gsrn == value), None) if spec.kind == Kind.METERING_POINT else None
    return ", ".join(filter(None, [at.full_address, words])) if at else words


def _account(value: str) -> str:
    return f"{value[:4]} {value[4:6]} {value[6:]}"


WRITTEN = {
    Kind.PHONE: formatting.phone,
    Kind.NUMBER: lambda value: formatting.exact(Decimal(value)),
    Kind.DATE: lambda value: formatting.day(date.fromisoformat(value)),
    Kind.ACCOUNT: _account,
    Kind.ORGANISATION: formatting.org_no,
    Kind.METERING_POINT: formatting.gsrn,
}


def listed(
    definition: Definition, given: dict[str, str], files: list[AnswerFile], places: Sequence[Place] = ()
) -> list[Answer]:
    """Return what was asked and answered, in the order of the form. `places` are the customer's own."""
    return [answer_to(spec, given, files, places) for spec in definition.asked(given)]


def answer_to(spec: FieldSpec, given: dict[str, str], files: list[AnswerFile], places: Sequence[Place] = ()) -> Answer:
    label = current_tenant().text(spec.label)
    if spec.kind in WITH_FILES:
        own = [one for one in files if one.field == spec.name]
        return Answer(spec.name, label, "" if own else formatting.MISSING, own)
    return Answer(spec.name, label, shown(spec, given.get(spec.name, ""), places))


def of(submission: Submission) -> list[Answer]:
    files = list(submission.files.select_related("file"))
    definition, customer = submission.version.definition, submission.enquiry.customer
    has_points = customer and any(spec.kind == Kind.METERING_POINT for spec in definition.questions)
    places = places_of(customer) if customer and has_points else ()
    return listed(definition, submission.answers, files, places)


def as_text(submission: Submission) -> str:
    """The answers for colleagues' e-mail, in the company's language."""
    with override(current_tenant().language):
        lines = [(one.label, one.text or ", ".join(file.file.name for file in one.files)) for one in of(submission)]
        return "\n".join(f"{label}: {text}" for label, text in lines)


def as_data(submission: Submission) -> dict[str, Any]:
    """The answers for other systems, as they were cleaned: dates ISO 8601, phones E.164, numbers with a point."""
    enquiry, version = submission.enquiry, submission.version
    return {
        "number": enquiry.number,
        "form": version.form.slug,
        "version": version.number,
        "customer": enquiry.customer.number if enquiry.customer else None,
        "sent_at": enquiry.asked_at,
        "answers": submission.answers,
        "files": [
            {"question": one.field, "name": one.file.name, "media_type": one.file.media_type, "size": one.file.size}
            for one in submission.files.select_related("file")
        ],
    }
