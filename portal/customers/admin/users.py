"""Adding a user: also for which customer, so that the way in leads somewhere."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.accounts import admin as accounts
from portal.accounts.models import User
from portal.customers import actions
from portal.customers.forms.access import CustomerNumberField, role_choices
from portal.customers.models import Customer, Role

admin.site.unregister(User)


class NewUserForm(accounts.UserForm):
    """`customer` is the one with the number, None without."""

    customer: Customer | None = None
    customer_number = CustomerNumberField(
        required=False, help_text=_("Whom the person acts for. Empty for nobody yet, and for staff.")
    )
    customer_role = forms.ChoiceField(label=_("Role"), choices=role_choices, initial=Role.ORDERER, required=False)

    def clean_customer_number(self) -> str:
        number = str(self.cleaned_data["customer_number"])
        self.customer = Customer.objects.filter(number=number).first() if number else None
        if number and self.customer is None:
            raise ValidationError(_("There is no customer with this number."))
        return number


@admin.register(User)
class UserAdmin(accounts.UserAdmin):
    add_fieldsets = [
        *accounts.UserAdmin.add_fieldsets[:1],
        (_("Customer"), {"fields": ["customer_number", "customer_role"]}),
        *accounts.UserAdmin.add_fieldsets[1:],
    ]

    def get_form(self, request: Any, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002  (Django's signature)
        return super().get_form(request, obj, change, **({} if obj else {"form": NewUserForm}) | kwargs)

    def was_added(self, user: User, *, form: Any, by: User) -> None:
        """The way in tells the person; a message of the role besides would be one too many."""
        if customer := form.customer:
            role = Role(form.cleaned_data["customer_role"] or Role.ORDERER)
            actions.add_member(user=user, customer=customer, role=role, by=by, is_new=True)
