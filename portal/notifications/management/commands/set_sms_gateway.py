"""manage.py set_sms_gateway: a tenant's account at its SMS gateway."""

from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.management.base import CommandParser

from portal import environment
from portal.notifications import actions
from portal.tenancy.commands import TenantCommand, wrong_usage
from portal.tenancy.models import Tenant

SECRETS = ("SMS_GATEWAY_TOKEN", "SMS_GATEWAY_WEBHOOK_SECRET")


class Command(TenantCommand):
    help = (
        "Set a tenant's SMS gateway, or change it. Without one, SMS become e-mails in production.\n\n"
        "The secrets are read from the environment (or the files that SMS_GATEWAY_TOKEN_FILE and so on name), so that\n"
        "they stay out of the shell's history:\n"
        "  SMS_GATEWAY_TOKEN           token, or password when --username is given\n"
        "  SMS_GATEWAY_WEBHOOK_SECRET  signs the delivery receipts that the gateway posts to\n"
        "                              https://<host>/notifications/sms/receipt/\n\n"
        "How the gateway is spoken to, and how to give the secrets to a container: docs/operating.md, The SMS gateway."
    )
    epilog = "Exit code: 0 when it is set, 2 on wrong usage."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--url", required=True, help="where messages are posted")
        parser.add_argument("--sender", required=True, help="sender name, at most 11 letters and digits")
        parser.add_argument("--username", default="", help="for gateways that want a user name and a password")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        schemes = {"https"} if settings.PRODUCTION else {"https", "http"}
        url = parts_of(options["url"])
        if url is None or url.scheme not in schemes or not url.hostname:
            wrong_usage(f"url: must be an address that begins with {' or '.join(sorted(schemes))}://.")
        # What phone networks take as an alphanumeric sender (GSM 03.40).
        if not (options["sender"].isascii() and options["sender"].isalnum() and len(options["sender"]) <= 11):
            wrong_usage("sender: at most 11 letters and digits, without spaces.")
        token = environment.text("SMS_GATEWAY_TOKEN", "")
        secret = environment.text("SMS_GATEWAY_WEBHOOK_SECRET", "")
        if not token or not secret:
            wrong_usage(f"Set {' and '.join(SECRETS)} in the environment.")
        # A password is sent encoded, a token as it is.
        is_plain = token.isascii() and token.isprintable() and token == token.strip()
        if not options["username"] and not is_plain:
            wrong_usage(
                "SMS_GATEWAY_TOKEN: a token is one line of plain letters, digits and signs: no æ, ø or å, and no space "
                "before or after it."
            )
        actions.set_sms_gateway(
            url=options["url"],
            sender=options["sender"],
            username=options["username"],
            token=token,
            webhook_secret=secret,
            by=None,
        )
        self.stdout.write(f"{tenant.name} sends SMS through {url.hostname} as {options['sender']}.")
        return False


def parts_of(address: str) -> SplitResult | None:
    """Return an address in parts, or None for what is none."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts
