from django.urls import path

from metering.views import download, installations, overview

app_name = "metering"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("together/", overview.together, name="together"),
    path("installations/", installations.installations, name="installations"),
    path("download/", download.download, name="download"),
    path("<int:point_id>/", overview.overview, name="installation"),
    path("<int:point_id>/name/", installations.name, name="name"),
    path("<int:point_id>/prefer/", installations.prefer, name="prefer"),
]
