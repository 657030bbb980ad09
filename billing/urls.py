from django.urls import path

from billing.views import spot

app_name = "billing"
urlpatterns = [
    path("spot/", spot.spot, name="spot"),
]
