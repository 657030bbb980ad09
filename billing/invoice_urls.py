from django.urls import path

from billing.views import invoices

app_name = "invoices"
urlpatterns = [
    path("", invoices.overview, name="overview"),
    path("export/<str:kind>/", invoices.export, name="export"),
    path("<uuid:key>/", invoices.invoice, name="invoice"),
    path("<uuid:key>/pdf/", invoices.pdf, name="pdf"),
]
