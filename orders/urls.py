from django.urls import path

from orders.views import basket, new_units, orders, overview, reports, sites

app_name = "orders"
urlpatterns = [
    path("", sites.locations, name="locations"),
    path("locations/new/", new_units.new_address, name="new_address"),
    path("locations/<int:pk>/", sites.location, name="location"),
    path("locations/<int:pk>/add/", sites.add, name="add"),
    path("locations/<int:pk>/new-unit/", new_units.new_unit, name="new_unit"),
    path("photos/<int:pk>/", sites.photo, name="photo"),
    path("photos/<int:pk>/mark/", basket.mark, name="mark"),
    path("basket/", basket.basket, name="basket"),
    path("basket/send/", basket.send, name="send"),
    path("basket/<int:pk>/", basket.change, name="change"),
    path("basket/<int:pk>/remove/", basket.remove, name="remove"),
    path("basket/<int:pk>/restore/", basket.restore, name="restore"),
    path("overview/", overview.overview, name="overview"),
    path("overview/export.<slug:kind>", overview.export, name="export"),
    path("<int:number>/", orders.order, name="order"),
    path("<int:number>/confirmation/", orders.confirmation, name="confirmation"),
    path("<int:number>/<int:position>/change/", orders.change, name="change_order"),
    path("<int:number>/<int:position>/cancel/", orders.cancel, name="cancel"),
    path("<int:number>/<int:position>/report/", reports.report, name="report"),
    path("<int:number>/<int:position>/repeat/", orders.repeat, name="repeat"),
]
