"""The words of a form in the reader's language."""

from django.utils.safestring import SafeString

from forms_catalog.rules.definition import Definition, Texts
from portal.content import richtext
from portal.tenancy.models import current_tenant


class Wording:
    """A form's own words; those that staff may format come as safe HTML."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    @staticmethod
    def of(texts: Texts) -> str:
        return current_tenant().text(texts)

    @property
    def title(self) -> str:
        return self.of(self.definition.title)

    @property
    def lead(self) -> str:
        return self.of(self.definition.lead)

    @property
    def intro(self) -> SafeString:
        return richtext.render(self.of(self.definition.intro))

    @property
    def after(self) -> SafeString:
        return richtext.render(self.of(self.definition.after))

    @property
    def submit_label(self) -> str:
        return self.of(self.definition.submit_label)
