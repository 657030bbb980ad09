from django.urls import path

from portal.content import views

app_name = "content"
urlpatterns = [
    path("customer-service/", views.customer_service, name="customer_service"),
    path("pages/<slug:slug>/", views.page, name="page"),
]
