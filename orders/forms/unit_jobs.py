"""A job for a unit that stands somewhere."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.actions import Wish
from orders.forms.jobs import ELSEWHERE, HERE, OFFERED_DAYS, WishForm
from orders.jobs import Service
from orders.models import Location, Placement, WasteType
from orders.models.wanted import DESTINATION_LENGTH
from orders.problems import Problem
from orders.queries import schedule_problem, schedule_remark, waste_problem
from orders.rules.conflicts import Schedule
from portal.customers.models import Customer
from portal.ui.fields import TextField

NOTHING_ELSE = Schedule()


class UnitJobForm(WishForm):
    """A job for a unit that stands somewhere: empty, move or collect it. `customer` is who orders it, `schedule` what
    else happens to the unit.
    """

    where = forms.ChoiceField(
        label=gettext_lazy("Where to"),
        choices=[(HERE, gettext_lazy("Another spot here")), (ELSEWHERE, gettext_lazy("Another of your addresses"))],
        widget=forms.RadioSelect,
        initial=HERE,
        required=False,
    )
    destination_location = forms.ModelChoiceField(
        Location.objects.none(),
        label=gettext_lazy("Address it is moved to"),
        required=False,
        empty_label=gettext_lazy("Choose an address"),
        error_messages={"invalid_choice": gettext_lazy("That is not one of your addresses. Choose another.")},
    )
    destination = TextField(
        label=gettext_lazy("Describe the new spot"),
        help_text=gettext_lazy("So that the driver finds it: by the goods entrance, ten metres from the crane."),
        max_length=DESTINATION_LENGTH,
        required=False,
    )

    field_order = ["waste_type", "where", "destination_location", "destination"]

    def __init__(
        self,
        *args: Any,
        placement: Placement,
        service: Service,
        customer: Customer,
        can_mark: bool = True,
        schedule: Schedule = NOTHING_ELSE,
        **kwargs: Any,
    ) -> None:
        self.schedule = schedule
        self.placement, self.service, self.can_mark = placement, service, can_mark
        self.customer = customer
        super().__init__(*args, **kwargs)
        self._offer_waste_types()
        self._offer_destinations()

    @cached_property
    def offered_days(self) -> list[date]:
        """The next days on which it can be done with the unit; fewer when it soon leaves."""
        days = self.terms.next_days(self.now)
        return [day for day in days if self.schedule.can_be(self.service, day)][:OFFERED_DAYS]

    @property
    def _preselected(self) -> date | None:
        return self.schedule.first_free(self.service, self.offered_days)

    def _day_problem(self, day: date) -> Problem | None:
        return super()._day_problem(day) or schedule_problem(self.schedule, self.service, day, self.placement.number)

    @property
    def notices(self) -> list[str]:
        """What should be known of the days: what is ordered near them, and why there are so few."""
        days = self.offered_days
        found = [schedule_remark(self.schedule, self.service, day) for day in days]
        if len(days) < OFFERED_DAYS:
            next_days = self.terms.next_days(self.now)
            found += [schedule_problem(self.schedule, self.service, day, self.placement.number) for day in next_days]
        return list(dict.fromkeys(problem.message for problem in found if problem))

    @property
    def remark(self) -> Problem | None:
        """What should be known of the day that a valid form asks for."""
        day = self.wish.wanted_on
        return schedule_remark(self.schedule.without_same(self.service, day), self.service, day)

    def _offer_waste_types(self) -> None:
        if self.service == Service.RELOCATE or self.placement.is_periodic:
            del self.fields["waste_type"]
            return
        field: Any = self.fields["waste_type"]
        field.help_text = _("Change it if the unit was used for something else this time.")
        kinds = WasteType.objects.orderable()
        own = WasteType.objects.filter(pk=self.placement.waste_type_id, is_active=True)
        own |= WasteType.objects.filter(pk=self.kept_waste_id or 0)
        field.queryset = (kinds.for_equipment(self.placement.equipment_type) | own).order_by("position", "code")
        field.initial = self.placement.waste_type_id

    def _offer_destinations(self) -> None:
        if self.service != Service.RELOCATE:
            for name in ("where", "destination_location", "destination"):
                del self.fields[name]
            return
        # The unit may have come to another customer since it was ordered for: their addresses are theirs.
        others = Location.objects.of(self.customer).exclude(pk=self.placement.location_id).by_project()
        if others.exists():
            field: Any = self.fields["destination_location"]
            field.queryset = others
        else:
            del self.fields["where"], self.fields["destination_location"]

    def clean_waste_type(self) -> WasteType:
        waste_type: WasteType = self.cleaned_data["waste_type"]
        if waste_type.pk == self.kept_waste_id:
            return waste_type
        if problem := waste_problem(self.placement, self.placement.equipment_type, waste_type):
            raise ValidationError(problem.message)
        return waste_type

    def clean(self) -> None:
        if self.service == Service.RELOCATE:
            self._check_destination()

    def _check_destination(self) -> None:
        """A move leads to another address, or to a spot here that is described."""
        data = self.cleaned_data
        if data.get("where") == ELSEWHERE:
            if not data.get("destination_location") and "destination_location" not in self.errors:
                self.add_error("destination_location", _("Choose the address the unit shall be moved to."))
            return
        data["destination_location"] = None
        is_told = data.get("destination") or self._shows_the_spot
        if not is_told and "destination" not in self.errors:
            said = _("Write where the unit shall be moved to, or add a photo of the spot.")
            self.add_error("destination", said if self.can_mark else _("Write where the unit shall be moved to."))

    @property
    def _shows_the_spot(self) -> bool:
        """A photo on which the spot is marked, or, as long as it lies in the basket, can be marked."""
        if self.can_mark and self.cleaned_data.get("photos"):
            return True
        return any(self.can_mark or self.had_photos[pk].is_marked for pk in self._kept)

    @property
    def wish(self) -> Wish:
        data = self.cleaned_data
        chosen: WasteType | None = data.get("waste_type")
        return Wish(
            placement=self.placement,
            service=self.service,
            waste_type=chosen or self.placement.waste_type,
            keeps_waste=chosen is None or chosen.pk == self.kept_waste_id,
            destination=data.get("destination", ""),
            destination_location=data.get("destination_location"),
            **self.common,
        )
