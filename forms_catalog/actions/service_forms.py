"""Filling in a service form and sending it: every write of the customer's side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from forms_catalog import answers
from forms_catalog.actions import enquiries
from forms_catalog.actions.telling import address_of, alert_duty, still_acts, tell_colleagues
from forms_catalog.models import AnswerFile, Enquiry, FormDraft, FormVersion, Submission
from forms_catalog.rules.definition import WITH_FILES
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer
from portal.files.actions import CheckedUpload
from portal.files.actions import delete as delete_file
from portal.files.actions import store as store_file
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.webhooks.actions import tell

SUBMITTED = "forms.submitted"
# How long a draft is kept after the last change.
KEPT_FOR = timedelta(days=90)
MOST_AT_ONCE = 1000


class Changed(Exception):
    """The draft, or the form, is another than what was looked over."""


@dataclass(frozen=True)
class Page:
    """What one page of a form was answered with; `fields` are all its questions, asked or not."""

    fields: Sequence[str]
    answers: Mapping[str, str]
    files: Mapping[str, Sequence[CheckedUpload]]


@transaction.atomic
def save_page(*, version: FormVersion, customer: Customer, page: Page, by: User) -> FormDraft:
    """Keep a page that was answered. The draft is made with the first one."""
    draft = _draft_for(version, customer, by)
    others = {name: value for name, value in draft.answers.items() if name not in page.fields}
    draft.answers = {**others, **page.answers}
    specs = {spec.name: spec for spec in version.definition.questions}
    for name, uploads in page.files.items():
        # What came at once with this page may have filled the question already: the form counted before the lock.
        room = max(specs[name].most_files - draft.files.filter(field=name).count(), 0)
        for upload in uploads[:room]:
            AnswerFile.objects.create(draft=draft, field=name, file=store_file(upload, by=by))
    _touch(draft)
    return draft


def _draft_for(version: FormVersion, customer: Customer, by: User) -> FormDraft:
    draft, _ = FormDraft.objects.get_or_create(
        form=version.form, customer=customer, user=by, defaults={"version": version, "changed_at": timezone.now()}
    )
    return _locked(draft)


def _locked(draft: FormDraft) -> FormDraft:
    return FormDraft.objects.select_for_update().get(pk=draft.pk)


def _touch(draft: FormDraft) -> None:
    draft.revision, draft.changed_at = draft.revision + 1, timezone.now()
    draft.save(update_fields=["answers", "version", "revision", "changed_at"])


@transaction.atomic
def bring_up_to_date(*, draft: FormDraft, version: FormVersion, by: User) -> FormDraft:
    """Move a draft to the form's new version; the answers to questions that are still there stay."""
    draft = _locked(draft)
    old = {spec.name: spec for spec in draft.version.definition.questions}
    new = {spec.name: spec for spec in version.definition.questions}
    same = {name for name, spec in new.items() if name in old and old[name].kind == spec.kind}
    draft.answers = {
        name: value
        for name, value in draft.answers.items()
        if name in same and (not new[name].values or value in new[name].values)
    }
    for gone in draft.files.exclude(field__in=same):
        _remove(gone, by=by)
    draft.version = version
    _touch(draft)
    return draft


@transaction.atomic
def remove_file(*, draft: FormDraft, pk: int, by: User) -> bool:
    """Take a file out of a draft; False when it is gone already."""
    draft = _locked(draft)
    found = draft.files.filter(pk=pk).first()
    if found is None:
        return False
    _remove(found, by=by)
    _touch(draft)
    return True


def _remove(answer: AnswerFile, *, by: User | None) -> None:
    stored = answer.file
    answer.delete()
    delete_file(stored=stored, by=by)


@transaction.atomic
def discard(*, draft: FormDraft, by: User | None) -> None:
    """Throw away what was filled in."""
    for answer in draft.files.select_related("file"):
        _remove(answer, by=by)
    draft.delete()


@transaction.atomic
def discard_old() -> int:
    """Throw away what was begun and not touched for long; nobody waits for it, and it may hold much about a person."""
    old = FormDraft.objects.filter(changed_at__lt=timezone.now() - KEPT_FOR).order_by("pk")[:MOST_AT_ONCE]
    for draft in old:
        discard(draft=draft, by=None)
    return len(old)


@transaction.atomic
def submit(*, draft: FormDraft, revision: int, by: User, on_behalf: bool = False) -> Enquiry:
    """Send a draft that was looked over in this revision and is complete. The same draft again returns the first one's
    thread. Raises Changed when it is another by now, or when there is a newer version of the form. `on_behalf`: `by` is
    staff, and what is sent is the customer's.
    """
    locked = FormDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if locked is None:
        if found := enquiries.sent_before(draft.submission_key):
            return found
        raise Changed
    version = FormVersion.objects.offered().filter(pk=locked.version_id).first()
    if locked.revision != revision or version is None:
        raise Changed
    enquiry = enquiries.begin_form(
        customer=locked.customer,
        subject=version.title_text,
        submission_key=locked.submission_key,
        by=by,
        on_behalf=on_behalf,
        is_urgent=version.definition.is_urgent(locked.answers),
    )
    definition = version.definition
    submission = Submission.objects.create(enquiry=enquiry, version=version, answers=definition.kept(locked.answers))
    asked = {spec.name for spec in definition.asked(locked.answers) if spec.kind in WITH_FILES}
    for answer in locked.files.select_related("file"):
        if answer.field in asked:
            answer.draft, answer.submission = None, submission
            answer.save(update_fields=["draft", "submission"])
        else:
            _remove(answer, by=by)
    locked.delete()
    audit.record(
        verb="forms.submitted",
        by=by,
        obj=enquiry,
        customer=enquiry.customer,
        data={"form": version.form.slug, "version": version.number},
    )
    _hand_over(submission)
    return enquiry


def _hand_over(submission: Submission) -> None:
    """Tell the colleagues of the form, the systems that want to know, and the one who sent it."""
    enquiry, version = submission.enquiry, submission.version
    tell_colleagues(enquiry, answers.as_text(submission), about="form", recipients=version.form.recipients)
    if enquiry.is_urgent:
        alert_duty(enquiry)
    tell(event=SUBMITTED, key=f"{SUBMITTED}:{enquiry.number}", data=answers.as_data(submission))
    user = still_acts(enquiry.asked_by, enquiry.customer, on_behalf=enquiry.on_behalf)
    notify(
        event=SUBMITTED,
        key=f"form-{enquiry.pk}",
        context={"number": enquiry.number, "title": enquiry.subject, "url": address_of(enquiry)},
        user=user,
        customer=None if user else enquiry.customer,
        channels=(Channel.EMAIL,),
    )
