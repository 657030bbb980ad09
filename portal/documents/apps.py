"""Documents made for people: PDF, and tables as CSV and Excel files."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "portal.documents"
    label = "documents"

    def ready(self) -> None:
        from portal.documents import checks  # noqa: F401  (registers itself)
