"""Every write of a call-off and what belongs to it."""

from callouts.actions.authorizations import answer_authorization, offer_authorization, withdraw_authorization
from callouts.actions.drafts import MOST_DRAFTS, copy_to_draft, delete_draft, save_draft, start_draft
from callouts.actions.errors import (
    AlreadyAnswered,
    AlreadySubmitted,
    DraftChanged,
    NameTaken,
    NothingChanged,
    NotReady,
    RequestRefused,
    RevisedMeanwhile,
    StatusRefused,
    TooManyDrafts,
    TooManyFiles,
)
from callouts.actions.files import attach, detach, new_files, set_kinds
from callouts.actions.producers import (
    ProducerData,
    accept_suggestion,
    answer_producer,
    change_producer,
    register_producer,
    set_producer_in_use,
)
from callouts.actions.questions import answer_question, ask_for_fraction
from callouts.actions.requests import answer_request, ask_for_change, withdraw_request
from callouts.actions.revising import add_documents, revise, withdraw_document
from callouts.actions.status import change_status
from callouts.actions.submission import FIRST_NUMBER, messages_about, search_text_of, submit
from callouts.actions.templates import delete_template, rename_template, save_template
from callouts.actions.told import messages_of

__all__ = [
    "FIRST_NUMBER",
    "MOST_DRAFTS",
    "AlreadyAnswered",
    "AlreadySubmitted",
    "DraftChanged",
    "NameTaken",
    "NotReady",
    "NothingChanged",
    "ProducerData",
    "RequestRefused",
    "RevisedMeanwhile",
    "StatusRefused",
    "TooManyDrafts",
    "TooManyFiles",
    "accept_suggestion",
    "add_documents",
    "answer_authorization",
    "answer_producer",
    "answer_question",
    "answer_request",
    "ask_for_change",
    "ask_for_fraction",
    "attach",
    "change_producer",
    "change_status",
    "copy_to_draft",
    "delete_draft",
    "delete_template",
    "detach",
    "messages_about",
    "messages_of",
    "new_files",
    "offer_authorization",
    "register_producer",
    "rename_template",
    "revise",
    "save_draft",
    "save_template",
    "search_text_of",
    "set_kinds",
    "set_producer_in_use",
    "start_draft",
    "submit",
    "withdraw_authorization",
    "withdraw_document",
    "withdraw_request",
]
