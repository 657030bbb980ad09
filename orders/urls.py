from django.urls import path

from orders.views import basket, overview, sites

app_name = "orders"
urlpatterns = [
    path("", sites.locations, name="locations"),
    path("locations/<int:pk>/", sites.location, name="location"),
    path("locations/<int:pk>/add/", sites.add, name="add"),
    path("basket/", basket.basket, name="basket"),
    path("basket/send/", basket.send, name="send"),
    path("basket/<int:pk>/", basket.change, name="change"),
    path("basket/<int:pk>/remove/", basket.remove, name="remove"),
    path("overview/", overview.overview, name="overview"),
    path("<int:number>/", overview.order, name="order"),
    path("<int:number>/confirmation/", overview.confirmation, name="confirmation"),
]
