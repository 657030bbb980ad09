from django.urls import path

from billing.views import peaks, prices, settlement, spot, support

app_name = "billing"
urlpatterns = [
    path("spot/", spot.spot, name="spot"),
    path("trial/", settlement.trial, name="trial"),
    path("peaks/", peaks.peaks, name="peaks"),
    path("prices/", prices.prices, name="prices"),
    path("support/", support.support, name="support"),
]
