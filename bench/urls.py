"""The portal's own addresses, and one page more: the floor, a signed-in page with nothing on it."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from portal import urls
from portal.accounts.access import signed_in

EMPTY = '{% extends "base.html" %}{% block title %}Empty{% endblock %}{% block content %}<h1>Empty</h1>{% endblock %}'
FLOOR = "/bench/empty/"


@signed_in
def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(EMPTY).render({}, request))


urlpatterns = [path(FLOOR.lstrip("/"), empty), path("", include(urls.urlpatterns))]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
