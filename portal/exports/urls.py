from django.urls import path

from portal.exports import views

app_name = "exports"
urlpatterns = [
    path("exports/", views.exports, name="exports"),
    path("exports/<uuid:key>/", views.job, name="job"),
    path("exports/<uuid:key>/file/", views.file, name="file"),
    path("exports/<uuid:key>/again/", views.again, name="again"),
]
