"""Corrections after a call-off is sent in, and the papers that come back: beside the locked original."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from callouts.actions.drafts import copy_producer, refuse_foreign
from callouts.actions.errors import NothingChanged, NotReady, RevisedMeanwhile
from callouts.actions.files import not_among
from callouts.actions.submission import search_text_of
from callouts.actions.telling import tell_customer, tell_systems
from callouts.content import CALL_OFF_FIELDS, OF_FRACTION, DraftContent, LineContent, content_with, line_of, problems_of
from callouts.models import CallOff, CallOffDocument, CallOffLine, ChangeRequest, Revision
from callouts.revisions import changes_between
from callouts.rules.problems import Problem
from callouts.standing import as_of, snapshot, standing
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.queries import today
from portal.files.actions import CheckedUpload, store


def revision_key(revision: Revision) -> str:
    return f"callouts.revised:{revision.pk}"


@transaction.atomic
def revise(*, call_off: CallOff, content: DraftContent, reason: str, seen: int, by: User) -> Revision:
    """Correct a submitted call-off by a new row beside it, and tell the customer what changed and why.

    `seen` is the number of the last revision that was looked at, 0 for none. Names and codes of what stays the same
    stay too. Raises RevisedMeanwhile, NothingChanged, NotReady for what stood right before and would not now, and
    ValueError for a draft or another customer's producer.
    """
    locked = CallOff.objects.select_for_update().get(pk=call_off.pk)
    if locked.is_draft:
        raise ValueError("a draft is changed by saving it")
    refuse_foreign(locked.customer, content.producer)
    now = standing(locked)
    if locked.revisions.count() != seen:
        raise RevisedMeanwhile
    if problems := new_problems(now, content):
        raise NotReady(problems)
    revised = corrected(now, content)
    lines = list(revised.lines.all())
    if not (changes := changes_between(now, revised)):
        raise NothingChanged
    revision = Revision.objects.create(
        call_off=locked,
        number=seen + 1,
        content=snapshot(revised, lines),
        reason=reason,
        at=timezone.now(),
        by=by,
        by_name=str(by),
        search_text=search_text_of(revised, lines),
    )
    # Whoever asked for a change has it with this.
    asked = ChangeRequest.objects.waiting().filter(call_off=locked, kind=ChangeRequest.Kind.CHANGE)
    asked.update(state=ChangeRequest.State.ACCEPTED, answer=reason, answered_by=by, answered_at=revision.at)
    data = {"number": revision.number, "changed": [change.label for change in changes]}
    audit.record(verb="callouts.revised", by=by, obj=locked, customer=locked.customer, data=data)
    locked = CallOff.objects.get(pk=locked.pk)
    tell_customer(
        locked,
        event="callouts.revised",
        key=revision_key(revision),
        # Called by the template: in the language of the message, not of the page.
        context={"revision": revision, "changes": lambda: changes_between(now, revised)},
    )
    tell_systems(locked, event="callouts.revised", key=revision_key(revision), revision_reason=reason)
    return revision


def new_problems(now: CallOff, content: DraftContent) -> list[Problem]:
    """Return what would stand in the way of sending the new content in, save what stood in its way already: a date has
    passed, a fraction is offered no more.
    """
    before = problems_of(content_with(now, now.lines.all()), on=today())
    known = {(problem.field, problem.message) for problem in before}
    return [problem for problem in problems_of(content, on=today()) if (problem.field, problem.message) not in known]


def corrected(now: CallOff, content: DraftContent) -> CallOff:
    """Return a call-off, not to be saved, that says what the content says."""
    found = as_of(now, Revision(content=snapshot(now, [])))
    for name in CALL_OFF_FIELDS:
        setattr(found, name, getattr(content, name))
    if found.producer_id != now.producer_id:
        copy_producer(found)
    before = {line.key: line for line in now.lines.all()}
    lines = [_line(found, position, line, before.get(line.key)) for position, line in enumerate(content.lines, start=1)]
    return as_of(found, Revision(content=snapshot(found, lines)))


def _line(call_off: CallOff, position: int, content: LineContent, before: CallOffLine | None) -> CallOffLine:
    """Return a line with names and codes of today, where they are not those it had."""
    line = line_of(call_off, position, content)
    if before is None:
        return line
    kept: list[str] = []
    if line.fraction_id == before.fraction_id:
        kept += ["fraction_name", *OF_FRACTION]
    if line.unit_id == before.unit_id:
        kept.append("unit_name")
    if line.container_unit_id == before.container_unit_id:
        kept.append("container_unit_name")
    if (line.package_type_id, line.package_count) == (before.package_type_id, before.package_count):
        kept.append("package_name")
    for name in kept:
        setattr(line, name, getattr(before, name))
    return line


def document_key(document: CallOffDocument) -> str:
    return f"callouts.document_added:{document.pk}"


@transaction.atomic
def add_documents(
    *, call_off: CallOff, uploads: Sequence[CheckedUpload], kind: str, note: str, by: User
) -> list[CallOffDocument]:
    """Give papers back to the customer, and tell of them in one message. What is there already, by name and content, is
    left out; when nothing else came, nobody is told. Raises ValueError for a draft, or without an upload.
    """
    locked = CallOff.objects.select_for_update().get(pk=call_off.pk)
    if locked.is_draft or not uploads:
        raise ValueError("documents belong to a call-off that is sent in")
    there = locked.documents.given().values_list("stored__name", "stored__sha256")
    added: list[CallOffDocument] = []
    for upload in not_among(set(there), uploads):
        stored = store(upload, by=by)
        added.append(
            CallOffDocument.objects.create(
                call_off=locked,
                stored=stored,
                kind=kind,
                name=stored.name,
                size=stored.size,
                note=note,
                added_by=by,
                added_at=timezone.now(),
            )
        )
    if not added:
        return added
    data = {"kind": kind, "names": [document.name for document in added]}
    audit.record(verb="callouts.documents_added", by=by, obj=locked, customer=locked.customer, data=data)
    key = document_key(added[0])
    tell_customer(locked, event="callouts.document_added", key=key, context={"documents": added, "note": note})
    tell_systems(locked, event="callouts.document_added", key=key, documents=data)
    return added


@transaction.atomic
def withdraw_document(*, document: CallOffDocument, by: User) -> CallOffDocument:
    """Take a paper back that does not belong here: the customer does not see it any more. Twice is once."""
    locked = (
        CallOffDocument.objects.select_for_update(of=("self",)).select_related("call_off__customer").get(pk=document.pk)
    )
    if locked.withdrawn_at is None:
        locked.withdrawn_by, locked.withdrawn_at = by, timezone.now()
        locked.save(update_fields=["withdrawn_by", "withdrawn_at"])
        call_off, data = locked.call_off, {"name": locked.name}
        audit.record(verb="callouts.document_withdrawn", by=by, obj=call_off, customer=call_off.customer, data=data)
        key = f"callouts.document_withdrawn:{locked.pk}"
        papers = {"kind": locked.kind, "names": [locked.name]}
        tell_systems(call_off, event="callouts.document_withdrawn", key=key, documents=papers)
    return locked
