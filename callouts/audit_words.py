"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "callouts.authorization_accepted": pgettext_lazy("audit", "Authorization to declare accepted"),
    "callouts.authorization_offered": pgettext_lazy("audit", "Authorization to declare offered"),
    "callouts.authorization_refused": pgettext_lazy("audit", "Authorization to declare refused"),
    "callouts.authorization_withdrawn": pgettext_lazy("audit", "Authorization to declare withdrawn"),
    "callouts.catalogue_imported": pgettext_lazy("audit", "Catalogue taken in"),
    "callouts.change_asked_for": pgettext_lazy("audit", "Change of a call-off asked for"),
    "callouts.change_request_answered": pgettext_lazy("audit", "Wish for a change answered"),
    "callouts.change_request_withdrawn": pgettext_lazy("audit", "Wish for a change withdrawn"),
    "callouts.copied": pgettext_lazy("audit", "Call-off copied"),
    "callouts.document_withdrawn": pgettext_lazy("audit", "Paper taken back"),
    "callouts.documents_added": pgettext_lazy("audit", "Papers added"),
    "callouts.draft_deleted": pgettext_lazy("audit", "Draft deleted"),
    "callouts.draft_started": pgettext_lazy("audit", "Draft started"),
    "callouts.file_read": pgettext_lazy("audit", "File of a call-off opened"),
    "callouts.fraction_answered": pgettext_lazy("audit", "Question about waste answered"),
    "callouts.fraction_asked_for": pgettext_lazy("audit", "Waste asked for"),
    "callouts.producer_approved": pgettext_lazy("audit", "Waste producer approved"),
    "callouts.producer_changed": pgettext_lazy("audit", "Waste producer changed"),
    "callouts.producer_refused": pgettext_lazy("audit", "Waste producer refused"),
    "callouts.producer_registered": pgettext_lazy("audit", "Waste producer registered"),
    "callouts.producer_taken_in_use": pgettext_lazy("audit", "Waste producer taken into use"),
    "callouts.producer_taken_out_of_use": pgettext_lazy("audit", "Waste producer taken out of use"),
    "callouts.producer_taken_over": pgettext_lazy("audit", "Waste producer taken over"),
    "callouts.read": pgettext_lazy("audit", "Call-off looked at by staff"),
    "callouts.revised": pgettext_lazy("audit", "Call-off revised"),
    "callouts.status_changed": pgettext_lazy("audit", "Status of a call-off changed"),
    "callouts.submitted": pgettext_lazy("audit", "Call-off sent in"),
    "callouts.template_deleted": pgettext_lazy("audit", "Template deleted"),
    "callouts.template_renamed": pgettext_lazy("audit", "Template renamed"),
    "callouts.template_saved": pgettext_lazy("audit", "Template saved"),
}

DETAILS = {
    "call_off": pgettext_lazy("detail", "Call-off"),
}
