"""A fresh proof asked of staff, before the administration changes what leads in: the page says so and keeps what was
filled in, as many fields of many kinds would not fit into a session.
"""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.accounts.proof import is_fresh


def needed(request: Any) -> SafeString | None:
    """Return what a form says to somebody whose sign-in is no fresh proof any more, None where it is."""
    if is_fresh(request, request.user):
        return None
    url = f"{reverse('accounts:prove')}?{urlencode({'next': reverse('accounts:my_page')})}"
    text = _(
        "This changes how somebody gets in. What you have filled in is kept: prove it in a new tab, and save again."
    )
    link = _("Show that it is you")
    return format_html('{} <a href="{}" target="_blank" rel="noopener">{}</a>', text, url, link)


def is_asked(request: Any) -> bool:
    """Tell whether the proof is needed for what is only a button, and say so on the page that follows."""
    if is_fresh(request, request.user):
        return False
    url = f"{reverse('accounts:prove')}?{urlencode({'next': request.get_full_path()})}"
    text = _("This changes how somebody gets in. Nothing has been done yet: prove that it is you, and do it again.")
    link = _("Show that it is you")
    messages.warning(request, format_html('{} <a href="{}">{}</a>', text, url, link))
    return True
