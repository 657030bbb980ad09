from django.urls import path

from callouts.views import drafts, history, submission

app_name = "callouts"
urlpatterns = [
    path("new/", drafts.new, name="new"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/<int:pk>/", drafts.draft, name="draft"),
    path("drafts/<int:pk>/delete/", drafts.delete, name="delete"),
    path("drafts/<int:pk>/review/", submission.review, name="review"),
    path("drafts/<int:pk>/submit/", submission.submit, name="submit"),
    path("history/", history.history, name="history"),
    path("history/A-<int:number>/", history.call_off, name="call_off"),
    path("history/A-<int:number>/submitted/", submission.submitted, name="submitted"),
]
