from django.urls import path

from forms_catalog import views

app_name = "forms_catalog"
urlpatterns = [
    path("enquiries/", views.enquiries, name="enquiries"),
    path("enquiries/ask/", views.ask, name="ask"),
    path("enquiries/<int:number>/", views.enquiry, name="enquiry"),
    path("enquiries/<int:number>/reopen/", views.reopen, name="reopen"),
    path("enquiries/pictures/<int:pk>/", views.picture, name="picture"),
]
