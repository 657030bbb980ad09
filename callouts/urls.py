from django.urls import path

from callouts.views import detail, drafts, form, history, producers, questions, requests, submission, templates

app_name = "callouts"
urlpatterns = [
    path("new/", form.new, name="new"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/<int:pk>/", form.draft, name="draft"),
    path("drafts/<int:pk>/delete/", drafts.delete, name="delete"),
    path("drafts/<int:pk>/review/", submission.review, name="review"),
    path("drafts/<int:pk>/submit/", submission.submit, name="submit"),
    path("drafts/<int:pk>/template/", templates.from_draft, name="draft_template"),
    path("files/<int:pk>/<int:file_id>/", drafts.file, name="file"),
    path("history/", history.history, name="history"),
    path("history/export/<slug:file_format>/", history.export, name="export"),
    path("history/A-<int:number>/", detail.call_off, name="call_off"),
    path("history/A-<int:number>/pdf/", detail.pdf, name="pdf"),
    path("history/A-<int:number>/documents/<int:document_id>/", detail.document, name="document"),
    path("history/A-<int:number>/request/", requests.ask, name="request"),
    path("history/A-<int:number>/request/<int:pk>/withdraw/", requests.withdraw, name="withdraw_request"),
    path("history/A-<int:number>/copy/", detail.copy, name="copy"),
    path("history/A-<int:number>/template/", templates.from_submitted, name="template"),
    path("history/A-<int:number>/submitted/", submission.submitted, name="submitted"),
    path("templates/", templates.templates, name="templates"),
    path("templates/<int:pk>/", templates.rename, name="rename_template"),
    path("templates/<int:pk>/delete/", templates.delete, name="delete_template"),
    path("producers/", producers.producers, name="producers"),
    path("producers/new/", producers.new, name="new_producer"),
    path("producers/<int:pk>/", producers.producer, name="producer"),
    path("producers/<int:pk>/take-over/", producers.take_over, name="take_over_producer"),
    path("producers/<int:pk>/use/", producers.use, name="use_producer"),
    path("producers/<int:pk>/authorize/", producers.authorize, name="authorize"),
    path("producers/<int:pk>/withdraw/", producers.withdraw, name="withdraw"),
    path("not-on-the-list/", questions.ask, name="ask"),
]
