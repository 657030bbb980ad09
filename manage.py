#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL it starts the embedded PostgreSQL and Valkey by itself."""

import os
import signal
import sys

# Run as the owner of the tables: they change the schema, or write what the program itself may only read.
OWNER_COMMANDS = {"migrate", "create_tenant", "load_demo"}
# Need settings but neither database nor broker.
OFFLINE_COMMANDS = {
    *("help", "version", "--version", "collectstatic", "diffsettings", "findstatic"),
    *("collect_messages", "check_catalogues", "compile_catalogues"),
}


def mode() -> str:
    """Return production unless the environment says otherwise or gives no database at all."""
    from portal.runtime.services import given

    return os.environ.get("SKRANKE_MODE") or ("production" if given("DATABASE_URL") else "development")


def use_services(arguments: list[str]) -> None:
    """Put the addresses of the database and the broker into the environment, starting what is needed and missing."""
    from portal.runtime import demo, place, services

    offline = not arguments or arguments[0] in OFFLINE_COMMANDS or {"-h", "--help"} & set(arguments)
    try:
        found = services.addresses() if offline else services.ensure()
    except place.CannotStart as error:
        sys.exit(str(error))
    # Told to stop, leave as one should, so that the servers stop too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    os.environ.setdefault("SKRANKE_MODE", "development")
    os.environ["DATABASE_URL"] = found.database_url
    os.environ["DATABASE_OWNER_URL"] = found.owner_url
    os.environ["REDIS_URL"] = found.redis_url
    if port := demo.running_at(found.data_dir):
        os.environ.setdefault("PUBLIC_ORIGIN", f"http://{{host}}:{port}")


def use_owner(arguments: list[str]) -> None:
    """Let a command that needs the owner's rights have them, when the owner's address is given."""
    from portal.runtime.services import given

    if arguments and arguments[0] in OWNER_COMMANDS and (owner := given("DATABASE_OWNER_URL")):
        os.environ["DATABASE_URL"] = owner
        # It would win.
        os.environ.pop("DATABASE_URL_FILE", None)


def main() -> None:
    from portal.runtime.place import CannotStart

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    arguments = sys.argv[1:]
    try:
        if mode() == "development":
            use_services(arguments)
        use_owner(arguments)
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if "--traceback" in arguments:
            raise
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
