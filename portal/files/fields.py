"""The form field for files, which checks what they really are."""

import io
from collections.abc import Sequence
from typing import Any, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.files.actions import CheckedUpload
from portal.files.rules import Problem, Rules
from portal.files.rules.images import redraw
from portal.files.rules.names import clean_name

Upload: TypeAlias = "UploadedFile[Any]"


class FilesInput(forms.FileInput):
    """Several files at once; works without JavaScript, and lists what was chosen with it."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-files": True, **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Upload]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else list(filter(None, [files.get(name)]))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files


class FilesField(forms.Field):
    """Cleans to a list of CheckedUpload, ready for `portal.files.actions.store`; empty when none was chosen.

    Each file's content must be what its extension says and on the list of `rules`; pictures are made anew. Every file
    that is not taken is named with the reason. A browser forgets what was chosen when the form is shown again, so the
    message says to choose again.
    """

    widget = FilesInput
    default_error_messages = {"required": gettext_lazy("Choose at least one file.")}

    def __init__(self, *, rules: Rules, max_files: int = 3, required: bool = False, **options: Any) -> None:
        options.setdefault("help_text", _Help(rules, max_files))
        super().__init__(required=required, **options)
        self.rules, self.max_files = rules, max_files
        self.widget.attrs["accept"] = rules.accept
        if max_files > 1:
            self.widget.attrs["multiple"] = True

    def clean(self, value: Any) -> list[CheckedUpload]:
        uploads: Sequence[Upload] = value or []
        if not uploads and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(uploads) > self.max_files:
            text = ngettext("Choose at most %(count)s file.", "Choose at most %(count)s files.", self.max_files)
            raise ValidationError(text % {"count": self.max_files}, code="too_many")
        checked, errors = [], []
        for upload in uploads:
            try:
                checked.append(check(upload, self.rules))
            except Problem as problem:
                errors.append(ValidationError(problem.message, code=problem.code))
        if errors:
            if len(uploads) > 1:
                errors.append(ValidationError(_("Choose the files again."), code="again"))
            raise ValidationError(errors)
        return checked

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class _Help:
    """The help text, in the language of the page that shows it."""

    def __init__(self, rules: Rules, max_files: int) -> None:
        self.rules, self.max_files = rules, max_files

    def __str__(self) -> str:
        from portal.ui.formatting import file_size

        largest = max(self.rules.limit if not kind.is_image else self.rules.image_limit for kind in self.rules.kinds)
        said = {"count": self.max_files, "types": self.rules.names, "size": file_size(largest)}
        return (
            ngettext(
                "%(count)s file: %(types)s, up to %(size)s.",
                "Up to %(count)s files: %(types)s, up to %(size)s each.",
                self.max_files,
            )
            % said
        )


def check(upload: Upload, rules: Rules) -> CheckedUpload:
    """Return the upload as it may be stored. Raises Problem when it may not be."""
    name = clean_name(upload.name or "")
    file: Any = upload.file
    kind = rules.kind_of(file, name, upload.size or 0)
    if not kind.is_image:
        return CheckedUpload(file=file, name=name, media_type=kind.media_type, size=upload.size or 0)
    picture = redraw(file, name)
    return CheckedUpload(
        file=io.BytesIO(picture.content),
        name=clean_name(name, picture.extension),
        media_type=picture.media_type,
        size=len(picture.content),
    )
