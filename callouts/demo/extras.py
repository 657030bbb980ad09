"""What makes the demo's busiest customer whole: files, templates, a producer that waits, questions about waste."""

from datetime import datetime, time, timedelta

from callouts import actions
from callouts.content import content_of
from callouts.demo.history import Books, Made, org_no
from callouts.models import CallOff, CallOffFile, DeclarationAuthorization, FractionRequest, WasteProducer
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.files.actions import store_bytes
from portal.files.models import StoredFile

# Waste whose data sheet customers send along, by article number.
SHEETS = {"701201": "sikkerhetsdatablad-girolje.pdf", "705101": "sikkerhetsdatablad-skipsmaling.pdf"}
EVERY = 3


def sheet_pdf(lines: list[str]) -> bytes:
    """Return a page of plain text as the smallest PDF there is: a demo needs no layout."""
    shown = [f"({line.replace('(', '').replace(')', '')}) Tj T*" for line in lines]
    text = "\n".join(["BT /F1 14 Tf 60 780 Td 22 TL", *shown, "ET"]).encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def attach_files(made: list[Made]) -> None:
    """Give some call-offs a data sheet while they are drafts; the same sheet is one stored file a customer."""
    stored: dict[tuple[int, str], StoredFile] = {}
    files = []
    for place, (call_off, lines) in enumerate(made):
        name = SHEETS.get(lines[0].article_no)
        if name is None or place % EVERY:
            continue
        key = (call_off.customer_id, name)
        if key not in stored:
            content = sheet_pdf(["Sikkerhetsdatablad", lines[0].fraction_name, "Avsnitt 14: se transportopplysninger."])
            stored[key] = store_bytes(name=name, content=content, media_type="application/pdf", by=call_off.created_by)
        files.append(_file(call_off, stored[key]))
    CallOffFile.objects.bulk_create(files)


def _file(call_off: CallOff, stored: StoredFile) -> CallOffFile:
    return CallOffFile(
        call_off=call_off,
        stored=stored,
        kind=CallOffFile.Kind.DATA_SHEET,
        name=stored.name,
        size=stored.size,
        sha256=stored.sha256,
        added_by=call_off.created_by,
        added_at=call_off.changed_at,
    )


def add_extras(books: Books, customer: Customer, by: User) -> None:
    """Add templates of two earlier call-offs, a producer that waits, an authorization and two questions."""
    sent = CallOff.objects.of(customer).submitted().newest_first()
    for name, article_no in (("Spillolje fra verftet", "701201"), ("Restavfall, ukentlig", "991201")):
        if found := sent.filter(lines__article_no=article_no).first():
            actions.save_template(customer=customer, name=name, content=content_of(found), by=by)
    yesterday = datetime.combine(books.today - timedelta(days=1), time(10, 12), tzinfo=books.tenant.zone)
    firm = customer.name.removesuffix(" AS")
    waiting = WasteProducer.objects.create(
        customer=customer,
        name=f"{firm}, avd. verksted",
        short_name="avd. verksted",
        org_no=org_no(books.rng),
        address="Industriveien 8",
        postal_code=customer.postal_code,
        city=customer.city,
        state=WasteProducer.State.WAITING,
        registered_by=by,
    )
    _authorizations(customer, by, yesterday)
    DeclarationAuthorization.objects.create(producer=waiting, valid_from=books.today, given_by=by, given_at=yesterday)
    _questions(books, customer, by, yesterday)


def _authorizations(customer: Customer, by: User, at: datetime) -> None:
    """Tell how the periods that are in force came to be."""
    in_force = WasteProducer.objects.of(customer).exclude(declare_from=None)
    DeclarationAuthorization.objects.bulk_create(
        DeclarationAuthorization(
            producer=producer,
            valid_from=producer.declare_from or at.date(),
            valid_to=producer.declare_to,
            state=DeclarationAuthorization.State.ACCEPTED,
            given_by=by,
            given_at=at.replace(month=1, day=4),
            answered_at=at.replace(month=1, day=6),
        )
        for producer in in_force
    )


def _questions(books: Books, customer: Customer, by: User, at: datetime) -> None:
    FractionRequest.objects.create(
        customer=customer,
        description="Filterposer med rester av tinnbunnstoff fra blåsehallen, ca. 40 sekker.",
        asked_by=by,
        asked_at=at,
    )
    FractionRequest.objects.create(
        customer=customer,
        description="Frostvæske tappet fra kjøleanlegg, på IBC.",
        asked_by=by,
        asked_at=at - timedelta(days=20),
        state=FractionRequest.State.ANSWERED,
        fraction=books.fractions["715202"],
        answer="Dette er frostvæske med glykol. Husk å oppgi konsentrasjonen i feltet for informasjon.",
        answered_at=at - timedelta(days=19),
    )
