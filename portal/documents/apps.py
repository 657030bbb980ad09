"""Documents made for people: PDF, and tables as CSV and Excel files; and the CSV files that people hand in."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "portal.documents"
    label = "documents"

    def ready(self) -> None:
        from portal.documents import checks  # noqa: F401  (registers itself)
