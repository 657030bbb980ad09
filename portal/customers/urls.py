from django.urls import path

from portal.customers import views

app_name = "customers"
urlpatterns = [path("choose/", views.choose, name="choose")]
