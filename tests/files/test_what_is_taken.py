"""A file is taken when it is what its name says, and that is on the list; else the form says which file and why."""

from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from portal.files.actions import CheckedUpload
from portal.files.fields import FilesField
from portal.files.rules import DOCUMENTS, IMAGES, kinds
from portal.tenancy.models import Tenant
from tests.files.makers import PDF, odt, office, picture, posted, upload, zipped

EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 100
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
DOCX = office("word/document.xml")
XLSX = office("xl/workbook.xml")


class Form(forms.Form):
    files = FilesField(rules=DOCUMENTS, max_files=3, required=True)


class Pictures(forms.Form):
    files = FilesField(rules=IMAGES)


def taken(*uploads: SimpleUploadedFile, form: Any = Form) -> list[CheckedUpload]:
    bound = form({}, posted(*uploads))
    assert bound.is_valid(), bound.errors
    return list(bound.cleaned_data["files"])


def errors(*uploads: SimpleUploadedFile, form: Any = Form, language: str = "en") -> list[str]:
    with override(language):
        bound = form({}, posted(*uploads))
        assert not bound.is_valid()
        return list(bound.errors["files"])


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("map.pdf", PDF, "application/pdf"),
        ("MAP.PDF", PDF, "application/pdf"),
        ("letter.docx", DOCX, DOCUMENTS.kinds[5].media_type),
        ("sheet.xlsx", XLSX, DOCUMENTS.kinds[6].media_type),
        ("letter.odt", odt(), "application/vnd.oasis.opendocument.text"),
        ("list.csv", "Blåbær;12,5\r\n".encode(), "text/csv"),
        ("list.csv", "Blåbær;12,5\r\n".encode("cp1252"), "text/csv"),
        ("note.txt", "Hei på deg – alt vel?\n".encode(), "text/plain"),
    ],
)
def test_documents_are_taken_as_they_are(tenant: Tenant, name: str, content: bytes, media_type: str) -> None:
    (found,) = taken(upload(name, content, "text/html"))
    assert (found.name, found.media_type, found.size, found.file.read()) == (name, media_type, len(content), content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("picture.jpg", SVG),
        ("picture.jpg", EXE),
        ("picture.png", PDF),
        ("letter.pdf", b"<html>" + PDF),
        ("letter.pdf", picture()),
        ("letter.docx", XLSX),
        ("letter.docx", zipped(a=b"x")),
        ("letter.odt", zipped(mimetype=b"application/zip")),
        ("sheet.xlsx", PDF),
        ("note.txt", EXE),
        ("note.txt", SVG),
        ("note.txt", b"#!/bin/sh\nrm -rf /\n"),
        ("list.csv", b"a;b\n<script>alert(1)</script>"),
        ("list.csv", DOCX),
        ("list.csv", b"\x1f\x8b\x08\x00" + bytes(range(1, 200))),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(tenant: Tenant, name: str, content: bytes) -> None:
    assert errors(upload(name, content)) == [
        f"“{name}” is not what its name says it is. Save it anew in its own type.",
    ]


@pytest.mark.parametrize(
    "name", ["page.html", "drawing.svg", "tool.exe", "archive.zip", "macro.docm", "jpg", ".jpg.exe", "x.pdf.js"]
)
def test_other_types_are_refused_with_what_is_taken(tenant: Tenant, name: str) -> None:
    (error,) = errors(upload(name, PDF))
    assert error.startswith(f"“{name.lstrip('.') if name == 'jpg' else clean(name)}” is of a type we do not take.")
    assert error.endswith("We take JPEG, PNG, WEBP, HEIC, PDF, DOCX, XLSX, ODT, CSV, TXT.")


def clean(name: str) -> str:
    return {".jpg.exe": "jpg.exe"}.get(name, name)


def test_macros_are_refused(tenant: Tenant) -> None:
    assert errors(upload("letter.docx", office("word/document.xml", "word/vbaProject.bin"))) == [
        "“letter.docx” holds macros. Save it without them.",
    ]


def test_a_file_that_unpacks_to_too_much_is_refused(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "MOST_UNPACKED", 10)
    assert errors(upload("letter.docx", DOCX)) == ["“letter.docx” is too large when unpacked."]


def test_a_damaged_office_file_is_refused(tenant: Tenant) -> None:
    assert errors(upload("letter.docx", DOCX[:-20])) == ["“letter.docx” cannot be read. The file may be damaged."]


def test_too_large_a_file_is_named_with_its_size_and_the_limit(tenant: Tenant) -> None:
    content = PDF + b"\0" * 25_000_001
    assert errors(upload("scan.pdf", content), language="nb") == [
        "«scan.pdf» er for stor: 25,0\u00a0MB. Grensen er 25\u00a0MB."
    ]


def test_an_empty_file_is_refused(tenant: Tenant) -> None:
    assert errors(upload("x.pdf", b""), language="nn") == ["«x.pdf» er tom."]


def test_each_file_that_is_not_taken_is_named_and_the_others_are_to_be_chosen_again(tenant: Tenant) -> None:
    found = errors(upload("a.pdf", PDF), upload("b.pdf", b"x"), upload("c.exe", EXE))
    assert [error.partition("”")[0] for error in found] == ["“b.pdf", "“c.exe", "Choose the files again."]


def test_more_files_than_allowed_are_refused(tenant: Tenant) -> None:
    assert errors(*[upload("a.pdf", PDF)] * 4) == ["Choose at most 3 files."]


def test_a_required_field_wants_a_file(tenant: Tenant) -> None:
    assert errors() == ["Choose at least one file."]
    assert taken(form=Pictures) == []


def test_an_image_form_takes_no_documents(tenant: Tenant) -> None:
    assert "of a type we do not take" in errors(upload("map.pdf", PDF), form=Pictures)[0]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Kari\\måling 1.txt", "måling 1.txt"),
        ("photo\u202egpj.txt", "photogpj.txt"),
        ("a\nb\x00c.txt", "abc.txt"),
        ("x" * 300 + ".txt", "x" * 116 + ".txt"),
        ("  .txt", "file.txt"),
    ],
)
def test_names_are_fit_to_be_shown(tenant: Tenant, given: str, kept: str) -> None:
    file = upload("x.txt", b"Hello")
    # Django cleans names itself as it parses a request; what comes another way is cleaned here.
    file._name = given  # type: ignore[attr-defined]
    assert [each.name for each in taken(file)] == [kept]


def test_the_input_takes_several_files_and_says_what_it_takes(tenant: Tenant) -> None:
    with override("en"):
        form = Form()
        html = str(form["files"])
        assert "multiple" in html
        assert 'accept=".jpg,.jpeg,.png,' in html
        help_text = str(form["files"].help_text)
        assert help_text == (
            "Up to 3 files: JPEG, PNG, WEBP, HEIC, PDF, DOCX, XLSX, ODT, CSV, TXT, up to 25\u00a0MB each."
        )
