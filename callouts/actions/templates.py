"""Templates: named call-offs to start from."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from callouts.actions.errors import NameTaken
from callouts.content import DraftContent
from callouts.models import CallOffTemplate
from callouts.renewal import renewed
from callouts.stored_content import dumped
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer


@transaction.atomic
def save_template(*, customer: Customer, name: str, content: DraftContent, by: User) -> CallOffTemplate:
    """Keep a call-off's content under a name. Raises NameTaken."""
    template = CallOffTemplate(
        customer=customer, name=name, content=dumped(renewed(content).content), saved_by=by, saved_at=timezone.now()
    )
    _save(template)
    audit.record(verb="callouts.template_saved", by=by, obj=template, customer=customer)
    return template


@transaction.atomic
def rename_template(*, template: CallOffTemplate, name: str, by: User) -> CallOffTemplate:
    """Give it another name. Raises NameTaken, and DoesNotExist where it is deleted meanwhile."""
    locked = CallOffTemplate.objects.select_for_update().get(pk=template.pk)
    locked.name = name
    _save(locked, update_fields=["name"])
    audit.record(verb="callouts.template_renamed", by=by, obj=locked, customer=locked.customer)
    return locked


def _save(template: CallOffTemplate, update_fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            template.save(update_fields=update_fields)
    except IntegrityError as error:
        if "one_template_per_name" in str(error):
            raise NameTaken from error
        raise


@transaction.atomic
def delete_template(*, template: CallOffTemplate, by: User) -> None:
    """Delete it; what was made from it stays."""
    audit.record(verb="callouts.template_deleted", by=by, obj=template, customer=template.customer)
    template.delete()
