from forms_catalog.models.enquiries import (
    ABOUT_LENGTH,
    SUBJECT_LENGTH,
    TEXT_LENGTH,
    Enquiry,
    EnquiryMessage,
    EnquiryPicture,
    Topic,
)
from forms_catalog.models.inspections import Deviation, DeviationPicture, InspectionReport
from forms_catalog.models.service_forms import (
    AnswerFile,
    FormDraft,
    FormField,
    FormVersion,
    ServiceForm,
    Submission,
)
from forms_catalog.models.settings import ServiceSettings

__all__ = [
    "ABOUT_LENGTH",
    "SUBJECT_LENGTH",
    "TEXT_LENGTH",
    "AnswerFile",
    "Deviation",
    "DeviationPicture",
    "Enquiry",
    "EnquiryMessage",
    "EnquiryPicture",
    "FormDraft",
    "FormField",
    "FormVersion",
    "InspectionReport",
    "ServiceForm",
    "ServiceSettings",
    "Submission",
    "Topic",
]
