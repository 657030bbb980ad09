"""Putting service forms together: what staff and the shipped data do."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from forms_catalog.models import FormField, FormVersion, ServiceForm
from forms_catalog.rules.definition import TEXTS, Definition
from forms_catalog.rules.problems import Problem, problems_of
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.tenancy.models import current_tenant


class NotReady(Exception):
    """The form cannot be published yet; `problems` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(*map(str, problems))
        self.problems = problems


@transaction.atomic
def publish(*, form: ServiceForm, by: User | None) -> FormVersion:
    """Let customers see the working copy; unchanged since the last time it is no new version. Raises NotReady."""
    form = ServiceForm.objects.select_for_update().get(pk=form.pk)
    definition = form.definition
    if problems := problems_of(definition, current_tenant().language):
        raise NotReady(problems)
    content = definition.to_json()
    version = form.versions.order_by("-number").first()
    if version is None or version.content != content:
        last = form.versions.aggregate(last=Max("number"))["last"] or 0
        version = FormVersion.objects.create(
            form=form, number=last + 1, content=content, published_at=timezone.now(), published_by=by
        )
    form.state, form.published_number = ServiceForm.State.PUBLISHED, version.number
    form.save(update_fields=["state", "published_number"])
    audit.record(verb="forms.published", by=by, obj=form, data={"version": version.number})
    return version


@transaction.atomic
def retire(*, form: ServiceForm, by: User) -> bool:
    """Offer a form no more; what was sent stays. False when it is not offered anyway."""
    form = ServiceForm.objects.select_for_update().get(pk=form.pk)
    if form.state != ServiceForm.State.PUBLISHED:
        return False
    form.state = ServiceForm.State.RETIRED
    form.save(update_fields=["state"])
    audit.record(verb="forms.retired", by=by, obj=form)
    return True


@transaction.atomic
def install(*, slug: str, definition: Definition, order: int = 100, kinds: Sequence[str] = ()) -> ServiceForm | None:
    """Add a form and publish it; None when there is one of this name: staff may have made it their own."""
    texts: dict[str, Any] = {name: getattr(definition, name) for name in TEXTS}
    form, is_new = ServiceForm.objects.get_or_create(
        slug=slug, defaults={**texts, "order": order, "customer_kinds": list(kinds), "urgent_if": definition.urgent_if}
    )
    if not is_new:
        return None
    for number, spec in enumerate(definition.fields, start=1):
        FormField.objects.create(
            form=form,
            order=number * 10,
            name=spec.name,
            kind=spec.kind,
            label=spec.label,
            help=spec.help,
            is_required=spec.is_required,
            choices=[[value, label] for value, label in spec.choices],
            show_if=spec.show_if,
            minimum=spec.minimum,
            maximum=spec.maximum,
            shape=spec.shape,
        )
    publish(form=form, by=None)
    return form
