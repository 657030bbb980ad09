"""The form page (Foreta avrop): what it shows, and how it is drawn."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from callouts import conflicts
from callouts.content import DraftContent, LineContent, facts_of
from callouts.forms.call_off import CallOffForm
from callouts.models import CallOff, CallOffFile, CallOffSettings, FractionRequest, WasteFraction
from callouts.parts import parts_of
from callouts.queries import (
    MOST_HITS,
    STILL_MORE,
    Hits,
    Search,
    find_fractions,
    known_carriers,
    recent_fractions,
)
from callouts.rules import facts
from callouts.rules.declaration import Answer, DeclarationFacts, answers_of
from callouts.rules.files import MOST_FILES
from callouts.rules.problems import Problem, problems_with
from callouts.wording import completeness_of, line_name, with_unit
from portal.customers.access import CustomerRequest
from portal.customers.models import Role
from portal.customers.queries import today


@dataclass(frozen=True)
class Sheet:
    """What the form page shows: the draft it belongs to (None before the first save), the form, what it holds, and
    which of its lines is on the page.
    """

    form: CallOffForm
    content: DraftContent
    line_key: uuid.UUID | None = None
    draft: CallOff | None = None
    problems: Sequence[Problem] | None = None
    differences: Sequence[conflicts.Difference] = ()
    shows_more: bool = False

    @property
    def line(self) -> LineContent:
        return self.content.line_at(self.line_key)


@dataclass(frozen=True)
class LineRow:
    """A line as the list of lines shows it."""

    number: int
    key: uuid.UUID
    title: str
    detail: str
    lacks: str
    is_current: bool


def draw(request: CustomerRequest, sheet: Sheet, *, status: int = 200) -> HttpResponse:
    """Draw the form page, or, for htmx, the fractions found."""
    form, content, draft = sheet.form, sheet.content, sheet.draft
    categories = WasteFraction.objects.offered().for_service(form.chosen_service).categories()
    context: dict[str, Any] = {
        "form": form,
        "categories": categories,
        "hits": hits_of(request, sheet, categories),
        "draft": draft,
        "action": reverse("callouts:draft", args=[draft.pk]) if draft else reverse("callouts:new"),
    }
    if request.htmx:
        return render(request, "callouts/_hits.html", context)
    form.narrow(sheet.line.fraction)
    files = list(draft.files.select_related("stored")) if draft else []
    known = facts_of(content, on=today())
    problems = problems_with(known) if sheet.problems is None else list(sheet.problems)
    checked = sheet.problems is not None
    context |= progress_of(sheet, problems) | {
        "lines": lines_of(content, sheet.line, problems if checked else ()),
        "line_number": content.position_of(sheet.line) + 1,
        "producer": content.producer,
        "may_declare": known.supplier_may_declare,
        "is_owner": request.role.includes(Role.OWNER),
        "carriers": known_carriers(request.customer),
        "delivery_place": CallOffSettings.current().delivery_place,
        "files": files,
        "file_kinds": CallOffFile.Kind.choices,
        "room_for_files": max(MOST_FILES - len(files), 0),
        "questions": FractionRequest.objects.filter(draft=draft).select_related("fraction") if draft else (),
        "differences": sheet.differences,
        "is_conflict": status == 409,
    }
    return render(request, "callouts/form.html", context, status=status)


def progress_of(sheet: Sheet, problems: list[Problem]) -> dict[str, Any]:
    """Return how far the parts of the form have come, and how much of the declaration is answered."""
    wrong = sheet.form.errors.keys() if sheet.form.is_bound else ()
    return {
        "parts": parts_of(sheet.content, sheet.line, problems, wrong, checked=sheet.problems is not None),
        "declaration": completeness_of(answers_for(sheet.content, sheet.line)),
    }


def hits_of(request: CustomerRequest, sheet: Sheet, categories: list[str]) -> Hits:
    """Search as the page asks; with nothing asked for, what the customer used last."""
    form = sheet.form
    service = form.chosen_service or facts.WASTE
    category = str(form["category"].value() or "")
    search = Search(
        query=str(form["q"].value() or ""),
        # The one that was chosen may belong to another kind of service.
        category=category if category in categories else "",
        service=service,
        recent=recent_fractions(request.customer, service),
        limit=STILL_MORE if sheet.shows_more else MOST_HITS,
    )
    return find_fractions(search, sheet.line.fraction)


def lines_of(content: DraftContent, current: LineContent, problems: Sequence[Problem]) -> list[LineRow]:
    """Return the lines where there are several."""
    if len(content.lines) < 2:
        return []
    first_problem: dict[int | None, str] = {}
    for problem in problems:
        first_problem.setdefault(problem.line, problem.brief)
    return [
        LineRow(
            number=place + 1,
            key=line.key,
            title=line_name(content, place),
            detail=with_unit(line.quantity, line.unit.name if line.unit else {}),
            lacks=first_problem.get(place, ""),
            is_current=line.key == current.key,
        )
        for place, line in enumerate(content.lines)
    ]


def answers_for(content: DraftContent, line: LineContent) -> list[Answer]:
    """Return what the national declaration asks of a line in the making; empty for waste that needs none."""
    fraction = line.fraction
    if fraction is None or not fraction.needs_declaration or content.service not in facts.MOVES_WASTE:
        return []
    return answers_of(
        DeclarationFacts(
            producer_org_no=content.producer.org_no if content.producer else "",
            waste_substance_no=fraction.waste_substance_no,
            ewc_code=fraction.ewc_code,
            unit=line.unit.code if line.unit else "",
            has_quantity=line.quantity is not None,
            has_packages=bool(line.package_count or line.load_carrier_no),
            un_number=line.un_number,
            packing_group=line.packing_group,
            consistency=line.consistency,
            is_radioactive=fraction.is_radioactive,
        )
    )
