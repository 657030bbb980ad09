from django.urls import path

from outages.views import board, hazards

app_name = "outages"
urlpatterns = [
    path("", board.index, name="index"),
    path("board/<slug:area>/<str:language>/", board.board, name="board"),
    path("<int:pk>/", board.outage, name="outage"),
    path("report/", hazards.report, name="report"),
    path("report/<uuid:key>/", hazards.reported, name="reported"),
]
