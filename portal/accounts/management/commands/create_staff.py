"""manage.py create_staff: somebody who may sign in to a tenant's admin."""

import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.core.validators import validate_email

from portal.accounts import actions
from portal.accounts.models import StaffRole, User
from portal.tenancy.commands import TenantCommand, in_words, wrong_usage
from portal.tenancy.models import Tenant


class Command(TenantCommand):
    help = (
        "Make a user who may sign in to a tenant's admin, at /admin/ on the tenant's address.\n\n"
        "Without a password they sign in with a code sent to the e-mail address, or ask for a password on the sign-in\n"
        "page. At the first sign-in they set up a second factor: an authenticator app or a passkey."
    )
    epilog = (
        "Examples:\n"
        "  manage.py create_staff --tenant fjord --email kari@fjord.example --name 'Kari Nes'\n"
        "  manage.py create_staff --tenant fjord --email ola@fjord.example --role agent --password-stdin <file\n\n"
        "Exit code: 0 when they were made, 2 when something about them is wrong or taken."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--email", required=True, help="the address they sign in with")
        parser.add_argument("--name", default="", help="(default: the e-mail address)")
        parser.add_argument(
            "--role",
            choices=StaffRole.values,
            default=StaffRole.ADMINISTRATOR.value,
            help="administrator: everything; agent: all but users and settings (default: %(default)s)",
        )
        parser.add_argument("--password-stdin", action="store_true", help="read a password from standard input")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        email = options["email"].strip().lower()
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        try:
            refuse(email, password)
        except ValidationError as error:
            wrong_usage(in_words(error))
        name = options["name"] or email
        actions.create_user(email=email, name=name, staff_role=options["role"], password=password, by=None)
        self.stdout.write(f"{email} may sign in at {tenant.absolute_url('/admin/')}")
        return False


def refuse(email: str, password: str | None) -> None:
    """Raise ValidationError when the address is none or taken, or the password is too weak."""
    validate_email(email)
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError(f"{email} is a user of this tenant already. An administrator can give a role in admin.")
    if password is not None:
        validate_password(password, User(email=email))
