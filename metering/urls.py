from django.urls import path

from metering import views

app_name = "metering"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("<int:point_id>/", views.overview, name="installation"),
]
