import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

from portal.tenancy.checks import refuse_unsafe_role  # noqa: E402  (needs the app registry)

try:
    refuse_unsafe_role()
except SystemExit as error:
    # gunicorn starts a process that exits again and again; after an error at the start it gives up.
    raise RuntimeError(error) from None
