from django.urls import path

from forms_catalog.views import enquiries, inspections, service_forms, strangers

app_name = "forms_catalog"
urlpatterns = [
    path("enquiries/", enquiries.enquiries, name="enquiries"),
    path("enquiries/ask/", enquiries.ask, name="ask"),
    path("enquiries/<int:number>/", enquiries.enquiry, name="enquiry"),
    path("enquiries/<int:number>/reopen/", enquiries.reopen, name="reopen"),
    path("enquiries/<int:number>/received/", enquiries.received, name="received"),
    path("enquiries/<int:number>/copy.pdf", enquiries.copy, name="copy"),
    path("enquiries/pictures/<int:pk>/", enquiries.picture, name="picture"),
    path("enquiries/files/<int:pk>/", enquiries.answer_file, name="answer_file"),
    path("write/", strangers.write, name="write"),
    path("write/sent/<uuid:key>/", strangers.written, name="written"),
    path("write/thread/<uuid:key>/", strangers.open_thread, name="open_thread"),
    path("forms/", service_forms.service_forms, name="forms"),
    path("forms/<slug:slug>/", service_forms.start, name="start"),
    path("forms/<slug:slug>/<int:number>/", service_forms.step, name="step"),
    path("forms/<slug:slug>/check/", service_forms.check, name="check"),
    path("forms/<slug:slug>/discard/", service_forms.discard, name="discard"),
    path("forms/<slug:slug>/files/<int:pk>/", service_forms.draft_file, name="draft_file"),
    path("forms/<slug:slug>/files/<int:pk>/remove/", service_forms.remove_file, name="remove_file"),
    path("inspections/", inspections.reports, name="reports"),
    path("inspections/<int:pk>/", inspections.report, name="report"),
    path("inspections/<int:pk>/report.pdf", inspections.document, name="report_document"),
    path("inspections/deviations/<int:pk>/", inspections.mend, name="mend"),
    path("inspections/pictures/<int:pk>/", inspections.mended_picture, name="mended_picture"),
]
