"""Every write of a call-off and what belongs to it."""

from callouts.actions.authorizations import answer_authorization, offer_authorization, withdraw_authorization
from callouts.actions.drafts import copy_to_draft, delete_draft, save_draft, start_draft
from callouts.actions.errors import (
    AlreadySubmitted,
    DraftChanged,
    NameTaken,
    NotReady,
    StatusRefused,
    TooManyFiles,
)
from callouts.actions.files import MOST_FILES, attach, detach
from callouts.actions.producers import (
    ProducerData,
    accept_suggestion,
    answer_producer,
    change_producer,
    register_producer,
    set_producer_in_use,
)
from callouts.actions.questions import answer_question, ask_for_fraction
from callouts.actions.status import change_status
from callouts.actions.submission import FIRST_NUMBER, messages_about, messages_of, search_text_of, submit
from callouts.actions.templates import delete_template, rename_template, save_template

__all__ = [
    "FIRST_NUMBER",
    "MOST_FILES",
    "AlreadySubmitted",
    "DraftChanged",
    "NameTaken",
    "NotReady",
    "ProducerData",
    "StatusRefused",
    "TooManyFiles",
    "accept_suggestion",
    "answer_authorization",
    "answer_producer",
    "answer_question",
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
    "offer_authorization",
    "register_producer",
    "rename_template",
    "save_draft",
    "save_template",
    "search_text_of",
    "set_producer_in_use",
    "start_draft",
    "submit",
    "withdraw_authorization",
]
